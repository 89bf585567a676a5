"""Facts about the catalogue."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RevisionPublished:
    """A notebook has a new current version; ``number`` 1 means that the notebook is new."""

    actor_id: int | None
    notebook_id: int
    revision_id: int
    number: int


@dataclass(frozen=True, slots=True)
class SharingChanged:
    """Somebody else may now find the notebook, or no longer may."""

    actor_id: int | None
    notebook_id: int


@dataclass(frozen=True, slots=True)
class NotebookRemoved:
    """A notebook is gone, with its versions."""

    actor_id: int | None
    notebook_id: int
    notebook_uuid: str
