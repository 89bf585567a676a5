"""How somebody comes to have an account: invited, by themselves, or made by somebody else."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.core.signs import one_line
from nbcommons.people import queries
from nbcommons.people._secrets import hash_of, new_secret
from nbcommons.people.errors import NameTaken, SignUpClosed
from nbcommons.people.events import ApprovalAwaited, PersonInvited, PersonJoined
from nbcommons.people.models import Invitation, Person
from nbcommons.people.operations._rights import require_administrator


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What somebody says of themselves when they join; ``password`` None: cannot sign in yet."""

    username: str
    full_name: str = ""
    organisation_id: int | None = None
    email: str = ""
    password: str | None = field(default=None, repr=False)


@transaction.atomic
def invite(
    actor: Actor, *, email: str = "", makes_administrator: bool = False, at: datetime
) -> str:
    """Make an invitation; returns the address of the page behind it, which is shown only now.

    Raises ``Denied`` unless the system or an administrator in admin mode asks, and
    ``SignUpClosed`` where the operator has closed sign-up.
    """
    require_administrator(actor)
    if settings.NBCOMMONS_SIGNUP == "closed" and not makes_administrator:
        raise SignUpClosed("Sign-up is closed here (setting NBCOMMONS_SIGNUP).")
    secret = new_secret()
    invitation = Invitation.objects.create(
        token_hash=hash_of(secret),
        email=email.strip().lower(),
        invited_by_id=actor.person_id,
        makes_administrator=makes_administrator,
        created_at=at,
        expires_at=at + timedelta(days=settings.NBCOMMONS_INVITATION_DAYS),
    )
    events.publish(
        PersonInvited(
            actor_id=actor.person_id,
            invitation_id=invitation.pk,
            makes_administrator=makes_administrator,
        )
    )
    return f"{settings.NBCOMMONS_SITE_URL}/join/{secret}/"


@transaction.atomic
def invite_first_administrator(actor: Actor, *, at: datetime, is_forced: bool = False) -> str:
    """A link that makes an administrator; "" once there is one, unless ``is_forced``.

    Earlier links of this kind stop working: the newest one counts.
    """
    if not actor.is_system:
        raise Denied("Only whoever runs the Notebook Commons makes the first administrator.")
    if not is_forced and not queries.is_administrator_missing():
        return ""
    _withdraw_administrator_links()
    return invite(actor, makes_administrator=True, at=at)


@transaction.atomic
def join(new: NewPerson, *, secret: str | None, at: datetime) -> Person:
    """Make an account for somebody who holds an invitation, or where sign-up is open.

    ``secret`` is the invitation's, None without one. Where sign-up needs approval, whoever comes
    without one waits for it (``awaits_approval``). Raises ``InvitationRefused``,
    ``SignUpClosed`` or ``NameTaken``.
    """
    invitation = take_invitation(secret, at=at) if secret is not None else None
    if invitation is None and settings.NBCOMMONS_SIGNUP not in {"open", "approval"}:
        raise SignUpClosed("Ask somebody who is here for an invitation link.")
    must_wait = invitation is None and settings.NBCOMMONS_SIGNUP == "approval"
    is_administrator = invitation is not None and invitation.makes_administrator
    # Whoever invited them vouches for the address that they filled in.
    is_confirmed = bool(
        invitation and invitation.email and invitation.email == new.email.strip().lower()
    )
    person = insert_person(
        new,
        is_administrator=is_administrator,
        is_email_confirmed=is_confirmed,
        must_wait=must_wait,
    )
    if invitation is not None:
        invitation.used_at = at
        invitation.used_by = person
        invitation.save(update_fields=["used_at", "used_by"])
    if is_administrator:
        _withdraw_administrator_links()
    if must_wait:
        await_approval(person)
    else:
        events.publish(PersonJoined(actor_id=None, person_id=person.pk))
    return person


def await_approval(person: Person) -> None:
    """Tell that ``person`` waits for an administrator. Unguarded: for who has just made them."""
    events.publish(ApprovalAwaited(actor_id=None, person_id=person.pk))


@transaction.atomic
def create_person(
    actor: Actor, new: NewPerson, *, is_administrator: bool = False, is_active: bool = True
) -> Person:
    """Make an account for somebody else. Raises ``Denied`` or ``NameTaken``.

    ``is_active`` False: for people of whom something is told, who have not come yet themselves.
    """
    require_administrator(actor)
    person = insert_person(
        new,
        is_administrator=is_administrator,
        is_email_confirmed=bool(new.email),
        is_active=is_active,
    )
    events.publish(PersonJoined(actor_id=actor.person_id, person_id=person.pk))
    return person


def _withdraw_administrator_links() -> None:
    Invitation.objects.filter(
        makes_administrator=True, invited_by__isnull=True, used_at__isnull=True
    ).delete()


def take_invitation(secret: str, *, at: datetime) -> Invitation:
    """The invitation behind ``secret``, locked; raises ``InvitationRefused`` or ``SignUpClosed``.

    Unguarded, as whoever holds the secret is invited. The caller marks it as used.
    """
    # Locked, so that of two people with one link only the first gets in.
    rows = Invitation.objects.select_for_update().filter(token_hash=hash_of(secret))
    invitation = queries.usable(rows.first(), at=at)
    if settings.NBCOMMONS_SIGNUP == "closed" and not invitation.makes_administrator:
        raise SignUpClosed("Sign-up has been closed since this link was made.")
    return invitation


def insert_person(
    new: NewPerson,
    *,
    is_administrator: bool,
    is_email_confirmed: bool,
    is_active: bool = True,
    must_wait: bool = False,
) -> Person:
    """A new account; raises ``NameTaken``. Unguarded: others in this package say who may.

    ``must_wait``: an administrator must approve it first.
    """
    person = Person(
        username=new.username.strip().lower(),
        email=new.email.strip().lower(),
        full_name=one_line(new.full_name),
        organisation_id=new.organisation_id,
        is_administrator=is_administrator,
        is_active=is_active and not must_wait,
        awaits_approval=must_wait,
    )
    person.set_password(new.password)
    person.clean_fields(exclude=["password", "last_login"])
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            if person.email:
                EmailAddress.objects.create(
                    user=person, email=person.email, primary=True, verified=is_email_confirmed
                )
    except IntegrityError as error:
        raise NameTaken(
            "That user name or e-mail address belongs to an account already. Choose another."
        ) from error
    return person
