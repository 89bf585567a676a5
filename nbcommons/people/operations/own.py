"""What people do to their own account: details, looks, sessions, admin mode."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.people.events import AdminModeSwitched
from nbcommons.people.models import Person
from nbcommons.people.operations._rights import own_id


@transaction.atomic
def switch_admin_mode(actor: Actor, *, is_on: bool, at: datetime) -> datetime | None:
    """Until when admin powers last from now on; None once they are off.

    Raises ``Denied`` for people who are not administrators, and through a token.
    """
    may = Person.objects.filter(pk=own_id(actor), is_active=True, is_administrator=True)
    if not may.exists():
        raise Denied("Only administrators have an admin mode.")
    events.publish(AdminModeSwitched(actor_id=actor.person_id, is_on=is_on))
    if not is_on:
        return None
    return at + timedelta(minutes=settings.NBCOMMONS_ADMIN_MODE_MINUTES)


def change_own_details(actor: Actor, *, full_name: str, theme: str) -> None:
    """What others see of the actor, and how the site looks to them. Raises ``Denied``."""
    Person.objects.filter(pk=own_id(actor)).update(full_name=full_name, theme=theme)


def change_own_theme(actor: Actor, *, theme: Person.Theme) -> None:
    """Light, dark or as the device says. Raises ``Denied``."""
    Person.objects.filter(pk=own_id(actor)).update(theme=theme)


def end_own_sessions(actor: Actor) -> None:
    """Sign the actor out everywhere. Raises ``Denied`` through a token."""
    Person.objects.filter(pk=own_id(actor)).update(
        session_generation=F("session_generation") + 1
    )
