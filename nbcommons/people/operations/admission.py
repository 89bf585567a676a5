"""How somebody comes in by their organisation's sign-in, and what follows from what it says."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import structlog
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.people import queries
from nbcommons.people.claims import Identity, free_username
from nbcommons.people.errors import LastWayIn, SignUpClosed
from nbcommons.people.events import AdministratorChanged, PersonJoined, PersonMoved
from nbcommons.people.models import Invitation, Person
from nbcommons.people.operations._rights import own_id
from nbcommons.people.operations.accounts import (
    LastAdministrator,
    require_another_administrator,
)
from nbcommons.people.operations.joining import (
    NewPerson,
    await_approval,
    insert_person,
    take_invitation,
)
from nbcommons.people.operations.labels import hold_labels_from_claims
from nbcommons.people.operations.organisations import NotInTree, organisation_for_path
from nbcommons.people.providers import Provider
from nbcommons.people.whom import is_username_of_team

log = structlog.get_logger(__name__)


class NotInvited(Denied):
    """Their organisation knows them, but accounts need an invitation here."""

    title: ClassVar[str] = "You need an invitation first"


class AddressTaken(Denied):
    """An account here has their address, and may be somebody else's."""

    title: ClassVar[str] = "There is an account with your address already"


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who somebody is here; ``is_new``: the account was made just now."""

    person: Person
    is_new: bool


@transaction.atomic
def admit(
    provider: Provider, identity: Identity, *, invitation: str = "", at: datetime
) -> Admitted:
    """The person here for somebody whom ``provider`` has just vouched for the first time.

    An account that has the same address is theirs only where both sides have confirmed it and the
    operator wants that (``links_by_email``); a user name that is taken never means the same
    person. ``invitation`` is the secret of the link they came by. Whoever must be approved first
    is inactive. Unguarded: for the code that has just verified a sign-in. Raises ``NotInvited``,
    ``AddressTaken``, ``SignUpClosed`` or ``InvitationRefused``.
    """
    if (known := _same_address(provider, identity)) is not None:
        keep_up(known, identity, at=at)
        return Admitted(known, is_new=False)
    if settings.NBCOMMONS_SIGNUP == "closed":
        raise SignUpClosed("No new accounts are made here at present.")
    held = _invitation_for(identity, invitation, at=at)
    if provider.accounts == "invited" and held is None:
        raise NotInvited(
            f"{provider.name} knows you, but accounts here are by invitation. "
            "Ask a colleague who is here for a link."
        )
    must_wait = provider.accounts == "approval" and held is None
    person = insert_person(
        NewPerson(
            username=free_username(
                identity.username,
                lambda name: (
                    Person.objects.filter(username=name).exists() or is_username_of_team(name)
                ),
            ),
            full_name=identity.full_name,
            email=identity.email if identity.is_email_verified else "",
        ),
        is_administrator=held is not None and held.makes_administrator,
        is_email_confirmed=identity.is_email_verified,
        must_wait=must_wait,
    )
    if held is not None:
        held.used_at, held.used_by = at, person
        held.save(update_fields=["used_at", "used_by"])
    keep_up(person, identity, at=at)
    if must_wait:
        await_approval(person)
    else:
        events.publish(PersonJoined(actor_id=None, person_id=person.pk))
    return Admitted(person, is_new=True)


@transaction.atomic
def keep_up(person: Person, identity: Identity, *, at: datetime) -> None:
    """Record what the organisation says of ``person`` now: place, labels, administrator.

    What it does not say stays. Names and addresses are theirs to change here. Unguarded: for the
    code that has just verified a sign-in.
    """
    if identity.organisation is not None:
        _place(person, identity.organisation)
    if identity.groups is not None:
        hold_labels_from_claims(person, identity.groups, at=at)
    if identity.is_administrator not in {None, person.is_administrator}:
        _change_administrator(person, is_administrator=bool(identity.is_administrator))


@transaction.atomic
def disconnect(actor: Actor, *, account_id: int) -> bool:
    """Take an organisation's sign-in off the actor's account; False if it has none such.

    Raises ``LastWayIn`` if nothing else lets them in, and ``Denied`` through a token.
    """
    person = Person.objects.select_for_update().get(pk=own_id(actor))
    account = SocialAccount.objects.filter(user=person, pk=account_id).first()
    if account is None:
        return False
    if queries.ways_in(person) <= 1:
        raise LastWayIn("It is your only way in. Choose a password or add a passkey first.")
    account.delete()
    return True


def _same_address(provider: Provider, identity: Identity) -> Person | None:
    if not identity.is_email_verified:
        return None  # anybody can write any address into an account somewhere
    holder = Person.objects.filter(email=identity.email).first()
    if holder is None:
        return None
    is_confirmed = EmailAddress.objects.filter(
        user=holder, email__iexact=identity.email, verified=True
    ).exists()
    if provider.links_by_email and is_confirmed:
        return holder
    raise AddressTaken(
        "Sign in to it as you did before, then connect your organisation under Settings. "
        "If the account is not yours, tell an administrator."
    )


def _invitation_for(identity: Identity, secret: str, *, at: datetime) -> Invitation | None:
    if secret:
        return take_invitation(secret, at=at)
    if not identity.is_email_verified:
        return None
    # Whoever invited this address meant its owner. Administrators are made by link only.
    open_ones = Invitation.objects.select_for_update().filter(
        email=identity.email, used_at__isnull=True, expires_at__gt=at, makes_administrator=False
    )
    return open_ones.order_by("expires_at").first()


def _place(person: Person, path: tuple[str, ...]) -> None:
    try:
        organisation = organisation_for_path(path)
    except NotInTree:
        log.warning("organisation_path_too_deep", person_id=person.pk)
        return
    place = organisation.pk if organisation else None
    if place == person.organisation_id:
        return
    person.organisation = organisation
    person.save(update_fields=["organisation"])
    events.publish(PersonMoved(actor_id=None, person_id=person.pk, organisation_id=place))


def _change_administrator(person: Person, *, is_administrator: bool) -> None:
    if not is_administrator:
        try:
            require_another_administrator(person)
        except LastAdministrator:
            log.warning("last_administrator_kept", person_id=person.pk)
            return
    person.is_administrator = is_administrator
    person.save(update_fields=["is_administrator"])
    events.publish(
        AdministratorChanged(
            actor_id=None, person_id=person.pk, is_administrator=is_administrator
        )
    )
