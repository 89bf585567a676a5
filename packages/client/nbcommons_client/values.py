"""What the Commons tells, as values. Fields that a newer Commons adds are passed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list. total: how many there are in all."""

    items: tuple[T, ...]
    total: int
    offset: int

    @property
    def next_offset(self) -> int | None:
        """Where the next part begins; None when this was the last."""
        end = self.offset + len(self.items)
        return end if self.items and end < self.total else None


@dataclass(frozen=True, slots=True)
class Team:
    """A team of the caller's. role: owner, editor or member."""

    team: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Me:
    """Who calls. scopes: what the token may do."""

    username: str
    name: str
    scopes: tuple[str, ...] | None
    teams: tuple[Team, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """Whom a notebook is shared with: a user name, or ``team:`` and a team's short name."""

    to: str
    may_edit: bool = False


@dataclass(frozen=True, slots=True)
class Fork:
    """The version that a notebook began as a copy of."""

    notebook: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Deprecation:
    """That people should use something else."""

    at: datetime
    reason: str
    is_frozen: bool
    alternatives: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Notebook:
    """What a notebook is.

    owner: a user name, or ``team:`` and a team's short name. may: what the caller may do with it
    (run, edit, share, remove). shared_with: None unless the caller may change it. etag: for
    ``if_match`` of a change.
    """

    uuid: UUID
    title: str
    description: str
    language: str
    language_version: str
    category: str
    visibility: str
    tags: tuple[str, ...]
    labels: tuple[str, ...]
    owner: str
    shared_with: tuple[Share, ...] | None
    version: int
    created_at: datetime
    updated_at: datetime
    forked_from: Fork | None
    deprecated: Deprecation | None
    may: tuple[str, ...]
    url: str
    etag: str = ""


@dataclass(frozen=True, slots=True)
class NotebookFile:
    """A notebook without results, as the bytes of a file."""

    body: bytes = field(repr=False)
    revision: int
    title: str
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """A version of a notebook."""

    number: int
    label: str
    message: str
    author: str
    created_at: datetime
    cells: int
    code_cells: int
    from_change: UUID | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cells changed in which way; one that moved and changed counts as both."""

    changed: int
    moved: int
    added: int
    removed: int
    same: int


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two versions.

    cells and metadata: as JSON, in the form that ``nbcommons_ipynb.diff`` reads and writes.
    """

    form: int
    counts: Counts
    is_coarse: bool
    metadata: tuple[Any, ...]
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Secret:
    """Something in a draft that may be a secret. ``excerpt`` has it masked.

    cell: place among all cells, from 0; None when it is in no cell, as in the title.
    """

    key: str
    kind: str
    cell: int | None
    words: str
    excerpt: str
    is_hint: bool
    is_blocking: bool
    is_decided: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a draft's text, which goes unless its key is kept."""

    key: int
    name: str
    cell: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """What publishing a draft takes where nothing else is said."""

    title: str
    description: str
    tags: tuple[str, ...]
    category: str
    language: str
    language_version: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A notebook without its results that only its maker sees.

    removed: how much was taken out, by kind. came_from: the notebook it says it is a copy of.
    """

    id: UUID
    file_name: str
    cells: int
    expires_at: datetime
    removed: dict[str, int]
    repairs: tuple[str, ...]
    secrets: tuple[Secret, ...]
    pictures: tuple[Picture, ...]
    proposed: Proposed
    came_from: UUID | None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list."""

    id: UUID
    title: str
    file_name: str
    cells: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Alike:
    """A notebook that holds ``same_cells`` of the ``cells`` of a draft, or has the same title."""

    uuid: UUID
    title: str
    keeper: str
    same_cells: int
    cells: int
    is_nearly_the_same: bool
    has_same_title: bool
    may_edit: bool
    url: str


@dataclass(frozen=True, slots=True)
class Binned:
    """A notebook in the bin."""

    uuid: UUID
    restorable_until: datetime


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search. All of the tags, packages and labels; any of the others.

    owner: a user name. team: short names. deprecated: show such notebooks too. sort: None is the
    best order for the words.
    """

    language: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    package: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    owner: str | None = None
    updated_after: datetime | None = None
    deprecated: bool | None = None
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A notebook that a search found. score: as a share of the best one's."""

    uuid: UUID
    title: str
    snippet: str
    score: float
    health: str
    people: int
    language: str
    category: str
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of all that were found have this value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class OtherSearch:
    """Other words for a search, and how many notebooks they find."""

    q: str
    total: int


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found: one page of it.

    total_exact: those that have all the words. is_building: there is no index yet, and nothing
    could be found. corrected: what was looked for instead of words that nobody wrote.
    did_you_mean: words that find more. near_misses: with one thing less, when nothing was found.
    misread: what looked like a filter and was none.
    """

    page: Page[Found]
    took_ms: float
    facets: Mapping[str, tuple[Facet, ...]]
    total_exact: int = 0
    is_building: bool = False
    corrected: tuple[str, ...] = ()
    did_you_mean: OtherSearch | None = None
    near_misses: tuple[OtherSearch, ...] = ()
    misread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody may mean who has typed so far. uuid: of a notebook."""

    kind: str
    text: str
    uuid: UUID | None = None


@dataclass(frozen=True, slots=True)
class HealthDay:
    """Sessions of one day that left no cell failing, and those that stopped."""

    day: date
    finished: int
    stopped: int


@dataclass(frozen=True, slots=True)
class CellHealth:
    """How one code cell is doing; number: among the code cells not blank, from 0."""

    number: int
    status: str
    score: float | None
    executions: int
    successes: int
    people: int


@dataclass(frozen=True, slots=True)
class Health:
    """How a notebook is doing: healthy, unhealthy or unknown, and why, in a sentence.

    measures: of the published model, by name.
    """

    notebook: UUID
    status: str
    score: float | None
    sentence: str
    measures: dict[str, Any]
    per_cell: tuple[CellHealth, ...]
    days: tuple[HealthDay, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a report of runs."""

    accepted: int
    repeated: int
    unmatched: int
