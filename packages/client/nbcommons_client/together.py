"""What the Commons tells of stars and suggested changes, as values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nbcommons_client.values import Counts


@dataclass(frozen=True, slots=True)
class Star:
    """Whether the caller starred a notebook; stars: how many people did."""

    is_starred: bool
    stars: int


@dataclass(frozen=True, slots=True)
class Starred:
    """A notebook that the caller starred. version: the newest one's number."""

    uuid: UUID
    title: str
    owner: str
    language: str
    version: int
    updated_at: datetime
    starred_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A suggested change in a list.

    title: the notebook's. status: open, withdrawn, accepted or declined. based_on: the version that
    it began from, None if nobody knows. version: the newest one of the notebook. reason: why it was
    declined.
    """

    id: UUID
    notebook: UUID
    title: str
    message: str
    status: str
    author: str
    created_at: datetime
    based_on: int | None
    version: int
    closed_at: datetime | None
    closed_by: str | None
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class Change:
    """A suggested change. cells: against the newest version, None if it is not shown.

    The rest is as in ``ChangeRow``. may: what the caller may do with it (withdraw, decline).
    """

    id: UUID
    notebook: UUID
    title: str
    message: str
    status: str
    author: str
    created_at: datetime
    based_on: int | None
    version: int
    closed_at: datetime | None
    closed_by: str | None
    reason: str
    url: str
    cells: Counts | None
    may: tuple[str, ...]
