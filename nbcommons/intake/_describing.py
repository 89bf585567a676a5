"""How long what people write about a notebook may be, and how tags are stored."""

from collections.abc import Iterable

TITLE_LENGTH = 200
PURPOSE_LENGTH = 1000
MOST_TAGS = 12
TAG_LENGTH = 40


def tidy_tags(names: Iterable[object]) -> tuple[str, ...]:
    """Tags as they are stored: small letters, single spaces, none twice, not too many."""
    tidy = (
        " ".join(str(name).lower().replace(",", " ").split())[:TAG_LENGTH].strip()
        for name in names
    )
    return tuple(dict.fromkeys(name for name in tidy if name))[:MOST_TAGS]
