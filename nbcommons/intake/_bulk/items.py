"""What a source holds, before anything is decided: notebooks with their versions."""

from collections.abc import Callable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """Where notebooks come from."""

    FOLDER = "folder"
    GIT = "git"
    NBGALLERY = "nbgallery"
    COMMONS = "commons"


@dataclass(frozen=True, slots=True)
class Holder:
    """A person by user name, or a team by name."""

    name: str
    is_team: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody whom a source names as a reader or an editor."""

    holder: Holder
    may_edit: bool = False
    history_from: int = 1


@dataclass(frozen=True, slots=True)
class Deprecated:
    """That people should use something else; ``at`` None: the source does not say since when."""

    at: datetime | None = None
    by: str = ""
    reason: str = ""
    alternatives: tuple[UUID, ...] = ()
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class RawVersion:
    """One state of a notebook as the source has it; ``raw`` still holds its results.

    ``number`` None: the next one. ``fault``: why it cannot be read; ``raw`` is empty then.
    """

    raw: bytes
    file_name: str
    number: int | None = None
    message: str = ""
    label: str = ""
    author: str = ""
    at: datetime | None = None
    commit_id: str = ""
    from_change: UUID | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What the source says about a notebook; None and empty values: it does not say."""

    uuid: UUID | None = None
    title: str = ""
    purpose: str | None = None
    language: str = ""
    language_version: str = ""
    category: str = ""
    visibility: str = ""
    owner: Holder | None = None
    created_by: str = ""
    tags: tuple[str, ...] | None = None
    labels: tuple[str, ...] = ()
    shares: tuple[Shared, ...] = ()
    history_from: int = 1
    team_history_from: int = 1
    has_undecided_secrets: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    forked_from: UUID | None = None
    forked_from_number: int | None = None
    deprecated: Deprecated | None = None
    # What the source says and the commons has no place for; kept as it is.
    extra: Mapping[str, Any] = field(default_factory=dict)


NOTHING_SAID = About()

Versions = Callable[[AbstractSet[str]], Iterator[RawVersion]]


@dataclass(frozen=True, slots=True)
class Item:
    """One notebook of a source.

    name: as the report calls it. origins: keys by which a later run finds it again, newest
    first; the first is kept. versions: called once, with the ids of the commits that are known
    already; gives the others, oldest first, the current state last. fault: why it cannot be
    read at all.
    """

    name: str
    origins: tuple[str, ...]
    versions: Versions
    about: About = NOTHING_SAID
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier import has brought of a notebook.

    commits: those of which it made versions. shas: states of which no more than their address
    need be read, since nothing will be written if they are current.
    """

    commits: frozenset[str] = frozenset()
    shas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """What a source says about a person who may have to be made."""

    username: str
    full_name: str = ""
    organisation_name: str = ""


@dataclass(frozen=True, slots=True)
class TeamSaid:
    """What a source says about a team that may have to be made; ``members``: name and role."""

    name: str
    description: str = ""
    members: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LabelSaid:
    """What a source says about an access label that may have to be made."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that one import reads.

    shown: what the operator named, without passwords. count: how many items to expect.
    lacks: sentences about what this kind of source cannot bring along.
    """

    kind: Kind
    shown: str
    count: int
    items: Callable[[], Iterator[Item]]
    lacks: tuple[str, ...] = ()
    people: tuple[PersonSaid, ...] = ()
    teams: tuple[TeamSaid, ...] = ()
    labels: tuple[LabelSaid, ...] = ()


def one_version(version: RawVersion) -> Versions:
    """The versions of a notebook of which a source has its current state only."""

    def versions(_known: AbstractSet[str]) -> Iterator[RawVersion]:
        yield version

    return versions
