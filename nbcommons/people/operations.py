"""What can be done to an account: invite, join, change, switch off; and admin mode."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.idp.oidc.models import Token as IdentityToken
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.people import queries
from nbcommons.people._secrets import hash_of, new_secret
from nbcommons.people.errors import NameTaken, SignUpClosed
from nbcommons.people.events import (
    AdministratorChanged,
    AdminModeSwitched,
    PasswordLinkMade,
    PersonDeactivated,
    PersonInvited,
    PersonJoined,
    PersonReactivated,
    SecondStepRemoved,
)
from nbcommons.people.models import AccessToken, Invitation, Person

# How long the remains of tokens and invitations can be looked at.
KEPT_AFTER_END_DAYS = 90


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What somebody says of themselves when they join; ``password`` None: cannot sign in yet."""

    username: str
    full_name: str = ""
    organisation_name: str = ""
    email: str = ""
    password: str | None = field(default=None, repr=False)


class LastAdministrator(CommonsError):
    """Nobody would be left who can switch admin mode on."""


@transaction.atomic
def invite(
    actor: Actor, *, email: str = "", makes_administrator: bool = False, at: datetime
) -> str:
    """Make an invitation; returns the address of the page behind it, which is shown only now.

    Raises ``Denied`` unless the system or an administrator in admin mode asks, and
    ``SignUpClosed`` where the operator has closed sign-up.
    """
    _require_administrator(actor)
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

    ``secret`` is the invitation's, None without one. Raises ``InvitationRefused``,
    ``SignUpClosed`` or ``NameTaken``.
    """
    invitation = _take_invitation(secret, at=at) if secret is not None else None
    if invitation is None and settings.NBCOMMONS_SIGNUP != "open":
        raise SignUpClosed("Ask somebody who is here for an invitation link.")
    is_administrator = invitation is not None and invitation.makes_administrator
    # Whoever invited them vouches for the address that they filled in.
    is_confirmed = bool(
        invitation and invitation.email and invitation.email == new.email.strip().lower()
    )
    person = _create(new, is_administrator=is_administrator, is_email_confirmed=is_confirmed)
    if invitation is not None:
        invitation.used_at = at
        invitation.used_by = person
        invitation.save(update_fields=["used_at", "used_by"])
    if is_administrator:
        _withdraw_administrator_links()
    events.publish(PersonJoined(actor_id=None, person_id=person.pk))
    return person


@transaction.atomic
def create_person(actor: Actor, new: NewPerson, *, is_administrator: bool = False) -> Person:
    """Make an account for somebody else. Raises ``Denied`` or ``NameTaken``."""
    _require_administrator(actor)
    person = _create(new, is_administrator=is_administrator, is_email_confirmed=bool(new.email))
    events.publish(PersonJoined(actor_id=actor.person_id, person_id=person.pk))
    return person


@transaction.atomic
def deactivate_person(actor: Actor, person: Person, *, at: datetime) -> None:
    """Switch an account off: sessions and tokens end now, and their Jupyter is stopped.

    Raises ``Denied``, or ``LastAdministrator`` when nobody with these powers would be left.
    """
    _require_administrator(actor)
    _require_another_administrator(person)
    Person.objects.filter(pk=person.pk).update(
        is_active=False, session_generation=F("session_generation") + 1
    )
    AccessToken.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=at)
    IdentityToken.objects.filter(user=person).delete()
    person.refresh_from_db()
    events.publish(PersonDeactivated(actor_id=actor.person_id, person_id=person.pk))


@transaction.atomic
def reactivate_person(actor: Actor, person: Person) -> None:
    """Switch an account on again; old sessions and tokens stay dead. Raises ``Denied``."""
    _require_administrator(actor)
    person.is_active = True
    person.save(update_fields=["is_active"])
    events.publish(PersonReactivated(actor_id=actor.person_id, person_id=person.pk))


@transaction.atomic
def change_administrator(actor: Actor, person: Person, *, is_administrator: bool) -> None:
    """Let ``person`` switch admin mode on, or no longer. Raises ``Denied``."""
    _require_administrator(actor)
    if not is_administrator:
        _require_another_administrator(person)
    person.is_administrator = is_administrator
    person.save(update_fields=["is_administrator"])
    events.publish(
        AdministratorChanged(
            actor_id=actor.person_id, person_id=person.pk, is_administrator=is_administrator
        )
    )


@transaction.atomic
def make_password_link(actor: Actor, person: Person) -> str:
    """The address where ``person`` chooses a new password, once, within a day.

    For people who have no e-mail. Raises ``Denied``.
    """
    _require_administrator(actor)
    key = default_token_generator.make_token(person)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": key},
    )
    events.publish(PasswordLinkMade(actor_id=actor.person_id, person_id=person.pk))
    return f"{settings.NBCOMMONS_SITE_URL}{path}"


@transaction.atomic
def remove_second_step(actor: Actor, person: Person) -> bool:
    """Let ``person`` in by password alone again, who has lost phone and codes.

    False when they had no second step. Raises ``Denied``.
    """
    _require_administrator(actor)
    steps = Authenticator.objects.filter(user=person)
    if not steps.exists():
        return False
    steps.delete()
    events.publish(SecondStepRemoved(actor_id=actor.person_id, person_id=person.pk))
    return True


@transaction.atomic
def switch_admin_mode(actor: Actor, *, is_on: bool, at: datetime) -> datetime | None:
    """Until when admin powers last from now on; None once they are off.

    Raises ``Denied`` for people who are not administrators, and through a token.
    """
    may = Person.objects.filter(pk=_own_id(actor), is_active=True, is_administrator=True)
    if not may.exists():
        raise Denied("Only administrators have an admin mode.")
    events.publish(AdminModeSwitched(actor_id=actor.person_id, is_on=is_on))
    if not is_on:
        return None
    return at + timedelta(minutes=settings.NBCOMMONS_ADMIN_MODE_MINUTES)


def change_own_details(
    actor: Actor, *, full_name: str, organisation_name: str, theme: str
) -> None:
    """What others see of the actor, and how the site looks to them. Raises ``Denied``."""
    Person.objects.filter(pk=_own_id(actor)).update(
        full_name=full_name, organisation_name=organisation_name, theme=theme
    )


def change_own_theme(actor: Actor, *, theme: Person.Theme) -> None:
    """Light, dark or as the device says. Raises ``Denied``."""
    Person.objects.filter(pk=_own_id(actor)).update(theme=theme)


def end_own_sessions(actor: Actor) -> None:
    """Sign the actor out everywhere. Raises ``Denied`` through a token."""
    Person.objects.filter(pk=_own_id(actor)).update(
        session_generation=F("session_generation") + 1
    )


def forget_expired(actor: Actor, *, at: datetime) -> None:
    """Delete what has run out: sessions, identity tokens, unused invitations, old tokens.

    Tokens of programs are kept for ``KEPT_AFTER_END_DAYS``, so that their owner can see when one
    was last used. Raises ``Denied`` unless the system asks.
    """
    if not actor.is_system:
        raise Denied("Only the system does this.")
    long_ago = at - timedelta(days=KEPT_AFTER_END_DAYS)
    Session.objects.filter(expire_date__lt=at).delete()
    IdentityToken.objects.filter(expires_at__lt=at).delete()
    Invitation.objects.filter(used_at__isnull=True, expires_at__lt=long_ago).delete()
    ended = Q(revoked_at__lt=long_ago) | Q(expires_at__lt=long_ago)
    AccessToken.objects.filter(ended).delete()


def _own_id(actor: Actor) -> int:
    if actor.person_id is None or actor.scopes is not None:
        raise Denied("Sign in yourself to do this: a program cannot do it for you.")
    return actor.person_id


def _require_administrator(actor: Actor) -> None:
    if not actor.sees_everything or actor.scopes is not None:
        raise Denied("Switch admin mode on to look after accounts.")


def _require_another_administrator(person: Person) -> None:
    others = Person.objects.select_for_update().filter(is_active=True, is_administrator=True)
    if person.is_administrator and not any(other.pk != person.pk for other in others):
        raise LastAdministrator(
            f"{person} is the only administrator. Make somebody else one first."
        )


def _withdraw_administrator_links() -> None:
    Invitation.objects.filter(
        makes_administrator=True, invited_by__isnull=True, used_at__isnull=True
    ).delete()


def _take_invitation(secret: str, *, at: datetime) -> Invitation:
    # Locked, so that of two people with one link only the first gets in.
    rows = Invitation.objects.select_for_update().filter(token_hash=hash_of(secret))
    invitation = queries.usable(rows.first(), at=at)
    if settings.NBCOMMONS_SIGNUP == "closed" and not invitation.makes_administrator:
        raise SignUpClosed("Sign-up has been closed since this link was made.")
    return invitation


def _create(new: NewPerson, *, is_administrator: bool, is_email_confirmed: bool) -> Person:
    person = Person(
        username=new.username.strip().lower(),
        email=new.email.strip().lower(),
        full_name=new.full_name.strip(),
        organisation_name=new.organisation_name.strip(),
        is_administrator=is_administrator,
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
