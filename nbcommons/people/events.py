"""Facts about people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonJoined:
    """Somebody has an account now; ``actor_id`` is None when they made it themselves."""

    actor_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class PersonDeactivated:
    """Somebody may no longer sign in; their sessions and tokens have ended."""

    actor_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class PersonReactivated:
    """Somebody may sign in again."""

    actor_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class AdministratorChanged:
    """Somebody may now switch admin mode on, or no longer may."""

    actor_id: int | None
    person_id: int
    is_administrator: bool


@dataclass(frozen=True, slots=True)
class AdminModeSwitched:
    """An administrator has switched their powers on for a while, or off."""

    actor_id: int | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class PersonInvited:
    """An invitation link was made."""

    actor_id: int | None
    invitation_id: int
    makes_administrator: bool


@dataclass(frozen=True, slots=True)
class PasswordLinkMade:
    """Somebody was helped back in: a link with which they choose a new password."""

    actor_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class SecondStepRemoved:
    """Somebody was helped back in: their password alone counts again."""

    actor_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class TokenMinted:
    """A program may act in somebody's name; ``kind`` is personal or spawn."""

    actor_id: int | None
    person_id: int
    token_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """A token counts no more."""

    actor_id: int | None
    person_id: int
    token_id: int
