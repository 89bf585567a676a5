"""Facts about what comes in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DraftBroughtIn:
    """Somebody brought a notebook in; it is not shared yet."""

    actor_id: int | None
    draft_uuid: str


@dataclass(frozen=True, slots=True)
class DraftRejected:
    """A draft was thrown away, or nobody came back for it in time."""

    actor_id: int | None
    draft_uuid: str
