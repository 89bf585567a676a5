"""How tags are stored, known without the database."""

from collections.abc import Iterable

from nbcommons.core.signs import one_line

MOST_TAGS = 12
"""So many may a notebook have."""
TAG_LENGTH = 40


def tidy_tags(names: Iterable[object]) -> tuple[str, ...]:
    """Tags as they are stored: small letters, single spaces, signs that show, none twice.

    One of dots alone is none: browsers take it out of the address of its page.
    """
    tidy = (_tidy(name)[:TAG_LENGTH].strip() for name in names)
    return tuple(dict.fromkeys(name for name in tidy if name.strip(".")))


def fault_of_tags(names: Iterable[object]) -> str:
    """A sentence for who typed them when one is so long that it would be cut; else nothing."""
    long = next((tag for tag in map(_tidy, names) if len(tag) > TAG_LENGTH), "")
    return (
        f"A tag has {TAG_LENGTH} signs at most. Shorten “{long[:TAG_LENGTH]}…”." if long else ""
    )


def _tidy(name: object) -> str:
    return one_line(str(name).lower().replace(",", " "))
