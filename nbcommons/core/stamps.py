"""What somebody saw when they opened a form: short marks by which later changes are noticed."""

import hashlib
from collections.abc import Mapping

_LENGTH = 12


def stamp_of(values: Mapping[str, object]) -> str:
    """A short text that holds a mark of each value, to be sent along with a form."""
    return ",".join(f"{name}:{_mark(value)}" for name, value in values.items())


def changed_since(stamp: str, values: Mapping[str, object]) -> frozenset[str]:
    """The names of those ``values`` that are not what they were when ``stamp`` was made.

    A stamp that nobody can read counts as one that saw other values everywhere.
    """
    seen = dict(part.partition(":")[::2] for part in stamp.split(","))
    return frozenset(name for name, value in values.items() if seen.get(name) != _mark(value))


def _mark(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:_LENGTH]
