"""What many notebooks at once are made of, before they are in the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from nbcommons.notebooks.cells import CellFacts


@dataclass(frozen=True, slots=True)
class PackedContent:
    """A stripped notebook as ``packing`` keeps it; hash and size are those of its canonical JSON.

    pictures: what stood in the JSON as base64, by the SHA-256 of each; ``data`` names them.
    """

    sha256: str
    size_bytes: int
    data: bytes
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def kept_bytes(self) -> int:
        """How much of it waits in memory until it is written."""
        return len(self.data) + sum(map(len, self.pictures.values()))


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be written; ``number`` None: the next one."""

    content: PackedContent
    cells: tuple[CellFacts, ...]
    author_id: int
    at: datetime
    number: int | None = None
    message: str = ""
    label: str = ""
    from_change: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewShare:
    """A person or a team (one of the two) that a new notebook is shared with."""

    person_id: int | None = None
    team_id: int | None = None
    may_edit: bool = False
    history_from: int = 1


@dataclass(frozen=True, slots=True)
class NewDeprecation:
    """That people should use something else, since when and by whose word."""

    at: datetime
    by_id: int | None = None
    reason: str = ""
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class NewNotebook:
    """A notebook to be written whole, with at least one version, the oldest first.

    Either ``owner_id`` (a person) or ``team_id`` looks after it. ``label_ids``: access labels,
    which it carries from the first moment.
    """

    title: str
    purpose: str
    language: str
    category: str
    visibility: str
    created_by_id: int
    created_at: datetime
    updated_at: datetime
    versions: tuple[NewVersion, ...]
    language_version: str = ""
    owner_id: int | None = None
    team_id: int | None = None
    tags: tuple[str, ...] = ()
    label_ids: tuple[int, ...] = ()
    shares: tuple[NewShare, ...] = ()
    history_from: int = 1
    team_history_from: int = 1
    deprecation: NewDeprecation | None = None
    origin: str = ""
    has_undecided_secrets: bool = False
    uuid: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class MoreVersions:
    """Versions to be added to a notebook that is there, the oldest first."""

    notebook_id: int
    versions: tuple[NewVersion, ...]
    has_undecided_secrets: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """What a notebook was made from, and what people should use instead of it, by uuid."""

    notebook: UUID
    forked_from: UUID | None = None
    forked_from_number: int | None = None
    alternatives: tuple[UUID, ...] = ()
