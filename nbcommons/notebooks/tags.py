"""How tags are stored, known without the database."""

from collections.abc import Iterable

from nbcommons.core.signs import one_line

MOST_TAGS = 12
"""So many may a notebook have."""
TAG_LENGTH = 40


def tidy_tags(names: Iterable[object]) -> tuple[str, ...]:
    """Tags as they are stored: small letters, single spaces, signs that show, none twice."""
    tidy = (
        one_line(str(name).lower().replace(",", " "))[:TAG_LENGTH].strip() for name in names
    )
    return tuple(dict.fromkeys(name for name in tidy if name))
