"""Looking after the accounts of others: switch off and on, make administrators, help back in."""

from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.idp.oidc.models import Token as IdentityToken
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.people.events import (
    AdministratorChanged,
    ApprovalDeclined,
    PasswordLinkMade,
    PersonApproved,
    PersonDeactivated,
    PersonReactivated,
    SecondStepRemoved,
)
from nbcommons.people.models import AccessToken, BrowserSession, Invitation, Person
from nbcommons.people.operations._rights import require_administrator

# How long the remains of tokens and invitations can be looked at.
KEPT_AFTER_END_DAYS = 90


class LastAdministrator(CommonsError):
    """Nobody would be left who can switch admin mode on."""


@transaction.atomic
def deactivate_person(actor: Actor, person: Person, *, at: datetime) -> None:
    """Switch an account off: sessions and tokens end now, and their Jupyter is stopped.

    Raises ``Denied``, or ``LastAdministrator`` when nobody with these powers would be left.
    """
    require_administrator(actor)
    require_another_administrator(person)
    Person.objects.filter(pk=person.pk).update(
        is_active=False,
        awaits_approval=False,
        session_generation=F("session_generation") + 1,
    )
    BrowserSession.objects.filter(person=person).delete()
    AccessToken.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=at)
    IdentityToken.objects.filter(user=person).delete()
    person.refresh_from_db()
    events.publish(PersonDeactivated(actor_id=actor.person_id, person_id=person.pk))


@transaction.atomic
def reactivate_person(actor: Actor, person: Person) -> None:
    """Switch an account on again; old sessions and tokens stay dead. Raises ``Denied``."""
    require_administrator(actor)
    person.is_active, person.awaits_approval = True, False
    person.save(update_fields=["is_active", "awaits_approval"])
    events.publish(PersonReactivated(actor_id=actor.person_id, person_id=person.pk))


@transaction.atomic
def approve_person(actor: Actor, person: Person) -> bool:
    """Let somebody in who asked for an account; False if they wait no longer. Raises ``Denied``."""
    require_administrator(actor)
    waiting = Person.objects.filter(pk=person.pk, awaits_approval=True)
    if not waiting.update(awaits_approval=False, is_active=True):
        return False
    person.refresh_from_db()
    events.publish(PersonApproved(actor_id=actor.person_id, person_id=person.pk))
    return True


@transaction.atomic
def decline_person(actor: Actor, person: Person) -> bool:
    """Do not let somebody in who asked; False if they wait no longer. Raises ``Denied``.

    The account stays, switched off, so that the same person does not ask every day.
    """
    require_administrator(actor)
    waiting = Person.objects.filter(pk=person.pk, awaits_approval=True)
    if not waiting.update(awaits_approval=False):
        return False
    person.refresh_from_db()
    events.publish(ApprovalDeclined(actor_id=actor.person_id, person_id=person.pk))
    return True


@transaction.atomic
def change_administrator(actor: Actor, person: Person, *, is_administrator: bool) -> None:
    """Let ``person`` switch admin mode on, or no longer. Raises ``Denied``."""
    require_administrator(actor)
    if not is_administrator:
        require_another_administrator(person)
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
    require_administrator(actor)
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
    require_administrator(actor)
    steps = Authenticator.objects.filter(user=person)
    if not steps.exists():
        return False
    steps.delete()
    events.publish(SecondStepRemoved(actor_id=actor.person_id, person_id=person.pk))
    return True


def forget_expired(actor: Actor, *, at: datetime) -> None:
    """Delete what has run out: sessions, identity tokens, unused invitations, old tokens.

    Tokens of programs are kept for ``KEPT_AFTER_END_DAYS``, so that their owner can see when one
    was last used. Raises ``Denied`` unless the system asks.
    """
    if not actor.is_system:
        raise Denied("Only the system does this.")
    long_ago = at - timedelta(days=KEPT_AFTER_END_DAYS)
    BrowserSession.objects.filter(expire_date__lt=at).delete()
    IdentityToken.objects.filter(expires_at__lt=at).delete()
    Invitation.objects.filter(used_at__isnull=True, expires_at__lt=long_ago).delete()
    ended = Q(revoked_at__lt=long_ago) | Q(expires_at__lt=long_ago)
    AccessToken.objects.filter(ended).delete()


def require_another_administrator(person: Person) -> None:
    """Raises ``LastAdministrator`` if nobody but ``person`` can switch admin mode on."""
    others = Person.objects.select_for_update().filter(is_active=True, is_administrator=True)
    if person.is_administrator and not any(other.pk != person.pk for other in others):
        raise LastAdministrator(
            f"{person} is the only administrator. Make somebody else one first."
        )
