"""Facts about stars and suggested changes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StarGiven:
    """Somebody gave a notebook a star."""

    actor_id: int | None
    notebook_id: int


@dataclass(frozen=True, slots=True)
class StarTakenBack:
    """Somebody took their star back."""

    actor_id: int | None
    notebook_id: int


@dataclass(frozen=True, slots=True)
class ChangeProposed:
    """Somebody suggested a change to a notebook."""

    actor_id: int | None
    notebook_id: int
    change_id: int


@dataclass(frozen=True, slots=True)
class ChangeWithdrawn:
    """Whoever suggested a change does so no longer."""

    actor_id: int | None
    notebook_id: int
    change_id: int


@dataclass(frozen=True, slots=True)
class ChangeDeclined:
    """Somebody who may edit the notebook does not want the change."""

    actor_id: int | None
    notebook_id: int
    change_id: int
