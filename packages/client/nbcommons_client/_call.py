"""A call of the API before it is made, and what comes back: no network here.

Both clients, the one that waits and the one for ``async``, send the same calls.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from nbcommons_client.errors import BadAnswer, failure_of

T = TypeVar("T")

JSON = "application/json"
FIRST_FAILURE = 300
NOT_MODIFIED = 304
# More than any answer of the Commons holds; what is larger is not one of its answers.
MOST_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class FileBody:
    """A file that is read while it is sent."""

    path: Path
    size_bytes: int

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> "FileBody":
        """Raises ``OSError`` when there is no such file."""
        found = Path(path)
        return cls(path=found, size_bytes=found.stat().st_size)


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request and how to read its answer.

    may_repeat: asking twice does the same as asking once.
    """

    method: str
    path: str
    read: Callable[[Answer], T]
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    body: bytes | FileBody | None = None
    may_repeat: bool = False
    most_bytes: int = MOST_BYTES

    @property
    def is_json(self) -> bool:
        return self.json is not None


def finished(call: Call[T], answer: Answer, *, retry_after_s: float | None) -> T:
    """What ``answer`` says. Raises ``CallFailed`` when it is a refusal."""
    if answer.status >= FIRST_FAILURE and answer.status != NOT_MODIFIED:
        raise failure_of(answer.status, answer.body, retry_after_s=retry_after_s)
    try:
        return call.read(answer)
    except BadAnswer as error:
        error.status = answer.status
        raise


def query_of(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Parameters as they stand in an address; those that are None are left out."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        many = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, _in_words(one)) for one in many if one is not None]
    return pairs


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
