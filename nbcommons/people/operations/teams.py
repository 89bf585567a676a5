"""What can be done to a team: make it, describe it, change who is in it, give it up.

Owners look after their team; administrators in admin mode and the system may do all the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.core.rows import locked_row
from nbcommons.core.signs import one_line
from nbcommons.people.errors import NameTaken
from nbcommons.people.events import TeamChanged, TeamRenamed
from nbcommons.people.models import FormerTeamSlug, Membership, Person, Team
from nbcommons.people.operations._rights import require_administrator
from nbcommons.people.whom import clash_of

Role = Membership.Role
# Words of addresses below /teams/ that no team may be called by.
RESERVED_SLUGS = frozenset({"new"})
_GIVEN_UP = "The team has been given up in the meantime."


@dataclass(frozen=True, slots=True)
class TeamDetails:
    """What a team says of itself; ``landing_notebook_uuid`` is shown to those who may read it."""

    name: str
    description: str = ""
    landing_notebook_uuid: UUID | None = None


class LastOwner(CommonsError):
    """A team would be left without anybody who looks after it."""


class AlreadyMember(CommonsError):
    """The person is in the team."""


class NotMember(CommonsError):
    """The person is not in the team."""

    status: ClassVar[int] = 404


class TeamHasNotebooks(CommonsError):
    """A team that looks after notebooks cannot be given up."""


@transaction.atomic
def create_team(
    actor: Actor, details: TeamDetails, *, owner: Person | None = None, at: datetime
) -> Team:
    """Make a team; ``owner``, by default the actor, is its first owner.

    Raises ``Denied`` where only administrators make teams (``NBCOMMONS_TEAMS_BY``) or when somebody
    makes one for somebody else, and ``NameTaken``.
    """
    owner_id = actor.person_id if owner is None else owner.pk
    if owner_id is None:
        raise Denied("A team needs an owner who is a person.")
    if owner_id != actor.person_id or settings.NBCOMMONS_TEAMS_BY == "administrators":
        require_administrator(actor)
    if actor.scopes is not None:
        raise Denied("Sign in yourself to make a team: a program cannot do it for you.")
    name = _clean_name(details.name)
    if against := clash_of(name):
        raise NameTaken(against)
    team = Team(
        name=name,
        slug=_free_slug(name),
        description=details.description.strip(),
        landing_notebook_uuid=details.landing_notebook_uuid,
        created_at=at,
    )
    _save(team)
    Membership.objects.create(team=team, person_id=owner_id, role=Role.OWNER, created_at=at)
    _announce(actor, team, "made", person_id=owner_id, role=Role.OWNER)
    return team


@transaction.atomic
def describe_team(actor: Actor, team: Team, details: TeamDetails) -> None:
    """Change name, description and landing notebook. Raises ``Denied`` or ``NameTaken``.

    A new name brings a new address; the old one goes on leading here.
    """
    locked = _locked_for(actor, team)
    name, old_name, old_slug = _clean_name(details.name), locked.name, locked.slug
    if name != old_name and (against := clash_of(name, but_of=locked)):
        raise NameTaken(against)
    locked.name = team.name = name
    if slugify(old_name) != slugify(name):
        locked.slug = _free_slug(name, of=locked)
    locked.description = team.description = details.description.strip()
    locked.landing_notebook_uuid = team.landing_notebook_uuid = details.landing_notebook_uuid
    _save(locked)
    if locked.slug != old_slug:
        FormerTeamSlug.objects.filter(slug=locked.slug).delete()
        FormerTeamSlug.objects.get_or_create(slug=old_slug, defaults={"team": locked})
        team.slug = locked.slug
    if name == old_name:
        _announce(actor, locked, "described")
    else:
        events.publish(
            TeamRenamed(
                actor_id=actor.person_id, team_id=locked.pk, old_name=old_name, new_name=name
            )
        )


@transaction.atomic
def add_member(
    actor: Actor, team: Team, person: Person, *, role: str = Role.MEMBER, at: datetime
) -> Membership:
    """Take ``person`` into ``team``. Raises ``Denied`` or ``AlreadyMember``."""
    _locked_for(actor, team)
    if not person.is_active:
        raise NotMember(f"The account of {person} is switched off.")
    membership, is_new = Membership.objects.get_or_create(
        team=team, person=person, defaults={"role": Role(role), "created_at": at}
    )
    if not is_new:
        raise AlreadyMember(f"{person} is in {team} already. Change their role instead.")
    _announce(actor, team, "member added", person_id=person.pk, role=role)
    return membership


@transaction.atomic
def change_role(actor: Actor, team: Team, person: Person, *, role: str) -> None:
    """Give a member another role. Raises ``Denied``, ``NotMember`` or ``LastOwner``."""
    _locked_for(actor, team)
    membership = _membership(team, person)
    if membership.role == role:
        return
    if membership.role == Role.OWNER:
        _require_another_owner(team, person)
    membership.role = Role(role)
    membership.save(update_fields=["role"])
    _announce(actor, team, "role changed", person_id=person.pk, role=role)


@transaction.atomic
def remove_member(actor: Actor, team: Team, person: Person) -> None:
    """Take ``person`` out of ``team``. Raises ``Denied``, ``NotMember`` or ``LastOwner``."""
    _locked_for(actor, team)
    _remove(actor, team, person, change="member removed")


@transaction.atomic
def leave_team(actor: Actor, team: Team) -> None:
    """Go out of ``team`` oneself. Raises ``Denied``, ``NotMember`` or ``LastOwner``."""
    if actor.person_id is None or actor.scopes is not None:
        raise Denied("Sign in yourself to leave a team.")
    locked_row(Team, team.pk, gone=_GIVEN_UP)
    _remove(actor, team, Person.objects.get(pk=actor.person_id), change="left")


@transaction.atomic
def delete_team(actor: Actor, team: Team) -> None:
    """Give ``team`` up; what was shared with it is no longer. Raises ``Denied``.

    Raises ``TeamHasNotebooks`` while it looks after any, those in the bin included.
    """
    locked = _locked_for(actor, team)
    try:
        with transaction.atomic():
            locked.delete()
    except ProtectedError as error:
        raise TeamHasNotebooks(
            f"{team} still looks after notebooks, perhaps some in the bin. Hand them over to "
            "somebody else first."
        ) from error
    _announce(actor, team, "given up")


def may_look_after(actor: Actor, team: Team) -> bool:
    """Whether ``actor`` may change ``team`` and its members."""
    if actor.scopes is not None:
        return False
    if actor.sees_everything:
        return True
    if actor.person_id is None:
        return False
    owned = Membership.objects.filter(team=team, role=Role.OWNER, person_id=actor.person_id)
    return owned.exists()


def may_make_teams(actor: Actor) -> bool:
    """Whether ``actor`` may make a team of their own."""
    if actor.person_id is None or actor.scopes is not None:
        return False
    return settings.NBCOMMONS_TEAMS_BY == "people" or actor.sees_everything


def _locked_for(actor: Actor, team: Team) -> Team:
    """The team, locked, so that two owners who leave at once do not both succeed."""
    locked = locked_row(Team, team.pk, gone=_GIVEN_UP)
    if not may_look_after(actor, locked):
        raise Denied("Only owners of the team may do that.")
    return locked


def _membership(team: Team, person: Person) -> Membership:
    found = Membership.objects.filter(team=team, person=person).first()
    if found is None:
        raise NotMember(f"{person} is not in {team}.")
    return found


def _remove(actor: Actor, team: Team, person: Person, *, change: str) -> None:
    membership = _membership(team, person)
    if membership.role == Role.OWNER:
        _require_another_owner(team, person)
    membership.delete()
    _announce(actor, team, change, person_id=person.pk)


def _require_another_owner(team: Team, person: Person) -> None:
    if not _has_another_owner(team, person):
        raise LastOwner(
            f"{person} is the only owner of {team}. Make somebody else an owner first."
        )


def _has_another_owner(team: Team, person: Person) -> bool:
    owners = Membership.objects.filter(team=team, role=Role.OWNER, person__is_active=True)
    return owners.exclude(person=person).exists()


def _clean_name(name: str) -> str:
    cleaned = one_line(name)
    if not cleaned:
        raise NameTaken("A team needs a name.")
    return cleaned


def _free_slug(name: str, *, of: Team | None = None) -> str:
    """A word for the address that no other team has or had."""
    wanted = slugify(name)[:90] or "team"
    teams = Team.objects.filter(slug__startswith=wanted)
    former = FormerTeamSlug.objects.filter(slug__startswith=wanted)
    if of is not None:
        teams, former = teams.exclude(pk=of.pk), former.exclude(team=of)
    taken = {*RESERVED_SLUGS, *teams.values_list("slug", flat=True)}
    taken |= set(former.values_list("slug", flat=True))
    # No team is reached by what reaches a person.
    people = Person.objects.filter(username__startswith=wanted)
    taken |= set(people.values_list("username", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise NameTaken(f"There is a team called {team.name} already.") from error


def _announce(
    actor: Actor, team: Team, change: str, *, person_id: int | None = None, role: str = ""
) -> None:
    events.publish(
        TeamChanged(
            actor_id=actor.person_id,
            team_id=team.pk,
            change=change,
            person_id=person_id,
            role=str(role),
        )
    )
