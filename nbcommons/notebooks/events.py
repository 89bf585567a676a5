"""Facts about the catalogue."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RevisionPublished:
    """A notebook has a new current version; ``number`` 1 means that the notebook is new."""

    actor_id: int | None
    notebook_id: int
    revision_id: int
    number: int


@dataclass(frozen=True, slots=True)
class SharingChanged:
    """Somebody else may now find the notebook, or no longer may.

    Only what changed is said: visibility, people, teams or access labels, by their keys.
    """

    actor_id: int | None
    notebook_id: int
    visibility_before: str = ""
    visibility: str = ""
    people_may_read: list[int] = field(default_factory=list)
    people_may_edit: list[int] = field(default_factory=list)
    people_removed: list[int] = field(default_factory=list)
    teams_may_read: list[int] = field(default_factory=list)
    teams_may_edit: list[int] = field(default_factory=list)
    teams_removed: list[int] = field(default_factory=list)
    labels_added: list[int] = field(default_factory=list)
    labels_removed: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NotebookRemoved:
    """A notebook is gone, with its versions."""

    actor_id: int | None
    notebook_id: int
    notebook_uuid: str


@dataclass(frozen=True, slots=True)
class NotebookDescribed:
    """Its title, purpose, tags, language or category were edited."""

    actor_id: int | None
    notebook_id: int


@dataclass(frozen=True, slots=True)
class OwnerChanged:
    """Another person or team looks after it now."""

    actor_id: int | None
    notebook_id: int
    old_owner_id: int | None
    old_team_id: int | None
    new_owner_id: int | None = None
    new_team_id: int | None = None


@dataclass(frozen=True, slots=True)
class NotebookDeprecated:
    """People should use something else; ``is_frozen``: and can no longer run it."""

    actor_id: int | None
    notebook_id: int
    is_frozen: bool


@dataclass(frozen=True, slots=True)
class DeprecationUndone:
    """It may be relied on again."""

    actor_id: int | None
    notebook_id: int


@dataclass(frozen=True, slots=True)
class NotebookBinned:
    """It is in the bin: hidden from everybody, and can be taken back for a while."""

    actor_id: int | None
    notebook_id: int


@dataclass(frozen=True, slots=True)
class NotebookRestored:
    """It was taken out of the bin."""

    actor_id: int | None
    notebook_id: int


@dataclass(frozen=True, slots=True)
class RevisionLabelled:
    """A version was given another label, or lost it."""

    actor_id: int | None
    notebook_id: int
    number: int
