"""What people do to their own account: details, looks, sessions, admin mode."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.core.signs import one_line
from nbcommons.people.events import AdminModeSwitched
from nbcommons.people.models import BrowserSession, Person
from nbcommons.people.operations._rights import own_id


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the site looks to somebody, and what they are written about.

    ``time_zone`` is a name of the time zone database, "" for that of the site; ``mail_off`` are
    kinds (``mail.Kind``) that they do without.
    """

    theme: str
    density: str
    text_size: str
    shows_line_numbers: bool
    time_zone: str
    mail_off: list[str]


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


def change_own_profile(
    actor: Actor, *, full_name: str, interests: str, is_mentor: bool
) -> None:
    """What others see of the actor. Raises ``Denied``."""
    Person.objects.filter(pk=own_id(actor)).update(
        full_name=one_line(full_name), interests=one_line(interests), is_mentor=is_mentor
    )


def change_own_preferences(actor: Actor, preferences: Preferences) -> None:
    """How the site looks to the actor, and which mails they get. Raises ``Denied``."""
    Person.objects.filter(pk=own_id(actor)).update(**asdict(preferences))


def change_own_theme(actor: Actor, *, theme: Person.Theme) -> None:
    """Light, dark or as the device says. Raises ``Denied``."""
    Person.objects.filter(pk=own_id(actor)).update(theme=theme)


@transaction.atomic
def end_own_sessions(actor: Actor, *, but: str = "") -> None:
    """Sign the actor out everywhere; the session ``but`` is kept in the list.

    Its browser must be given the new hash of the person, or it is signed out like the others.
    Raises ``Denied`` through a token.
    """
    person_id = own_id(actor)
    Person.objects.filter(pk=person_id).update(session_generation=F("session_generation") + 1)
    others = BrowserSession.objects.filter(person_id=person_id)
    if but:
        others = others.exclude(public_id=but)
    others.delete()


def end_own_session(actor: Actor, *, public_id: UUID) -> bool:
    """Sign the actor out in one browser; False if they are not signed in there."""
    rows = BrowserSession.objects.filter(person_id=own_id(actor), public_id=public_id)
    return rows.delete()[0] > 0
