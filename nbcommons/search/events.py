"""What becomes true in this room."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexFoundMissing:
    """Somebody has searched, and there was no index that can be read."""

    index: str = "site"


@dataclass(frozen=True, slots=True)
class NotebookWanted:
    """Somebody has asked for a notebook."""

    actor_id: int | None
    wanted_id: int


@dataclass(frozen=True, slots=True)
class WishAnswered:
    """Somebody has pointed to a notebook that does what was asked for."""

    actor_id: int | None
    wanted_id: int
    notebook_id: int


@dataclass(frozen=True, slots=True)
class FeedKeyChanged:
    """A person's feed addresses were switched on, made worthless, or switched off."""

    actor_id: int | None
    person_id: int
    is_on: bool
