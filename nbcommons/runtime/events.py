"""Facts about people's Jupyters."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotebookOpened:
    """Somebody asked to run a notebook in their Jupyter."""

    actor_id: int | None
    notebook_id: int


@dataclass(frozen=True, slots=True)
class EnvironmentWanted:
    """Somebody is likely to want their Jupyter soon, so it may be started ahead."""

    actor_id: int | None


@dataclass(frozen=True, slots=True)
class EnvironmentStarted:
    """The hub has begun to start somebody's Jupyter."""

    actor_id: int | None
    person_id: int
    spawn_id: str


@dataclass(frozen=True, slots=True)
class EnvironmentEnded:
    """Somebody's Jupyter is gone, with everything in it."""

    actor_id: int | None
    person_id: int
    spawn_id: str


@dataclass(frozen=True, slots=True)
class EnvironmentExtended:
    """The end of somebody's Jupyter was put off."""

    actor_id: int | None
    person_id: int
    spawn_id: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class EnvironmentStopped:
    """Somebody asked for the end of their Jupyter."""

    actor_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class EnvironmentRenewed:
    """Somebody asked for a fresh Jupyter in place of the one they have."""

    actor_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class EnvironmentRegistered:
    """Somebody let a Jupyter with the client of an nbgallery act in their name."""

    actor_id: int | None
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class EnvironmentForgotten:
    """Such a Jupyter acts in nobody's name any more."""

    actor_id: int | None
    name: str
    url: str
