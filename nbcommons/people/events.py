"""Facts about people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonJoined:
    """Somebody has an account now; ``actor_id`` is None when they made it themselves."""

    actor_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class ApprovalAwaited:
    """Somebody asked for an account, and an administrator must say yes."""

    actor_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class PersonApproved:
    """Somebody who asked for an account may come in."""

    actor_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class ApprovalDeclined:
    """Somebody who asked for an account may not come in."""

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


@dataclass(frozen=True, slots=True)
class TeamChanged:
    """A team was made, described, given up, or its members changed.

    ``change`` says which, in words; ``person_id`` and ``role`` are of the member concerned.
    """

    actor_id: int | None
    team_id: int
    change: str
    person_id: int | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class TeamRenamed:
    """A team has another name, which stands beside its notebooks."""

    actor_id: int | None
    team_id: int
    old_name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class OrganisationChanged:
    """A part of the tree of organisations was made, renamed, moved or taken out."""

    actor_id: int | None
    organisation_id: int
    change: str
    name: str


@dataclass(frozen=True, slots=True)
class OrganisationsImported:
    """The tree was brought in line with a list from outside."""

    actor_id: int | None
    added: int
    changed: int


@dataclass(frozen=True, slots=True)
class PersonMoved:
    """Somebody belongs to another organisation now, or (None) to none."""

    actor_id: int | None
    person_id: int
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class LabelChanged:
    """An access label was made, described anew or taken away; ``change`` says which."""

    actor_id: int | None
    label_id: int
    change: str
    name: str


@dataclass(frozen=True, slots=True)
class LabelGranted:
    """Somebody holds an access label; ``expires_at`` (ISO 8601) None: until it is withdrawn.

    ``source`` is administrator, or claim when the person's sign-in said so.
    """

    actor_id: int | None
    person_id: int
    label_id: int
    source: str
    expires_at: str | None


@dataclass(frozen=True, slots=True)
class LabelWithdrawn:
    """Somebody no longer holds an access label from ``source``; ``reason`` says why."""

    actor_id: int | None
    person_id: int
    label_id: int
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class PeopleRecorded:
    """Records of the past name so many people who were not known; they cannot sign in."""

    actor_id: int | None
    people: int
