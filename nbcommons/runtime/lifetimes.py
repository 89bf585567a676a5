"""How long a person's Jupyter lives, and putting its end off.

The end on record here is the one that counts: the hub asks for it shortly before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.people import tokens
from nbcommons.runtime.events import EnvironmentExtended
from nbcommons.runtime.models import Spawn
from nbcommons.runtime.queries import living_spawn_of

# Less than this is not worth a button.
LEAST_EXTENSION = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The life of a person's Jupyter on record. extension: what one press would add; 0: nothing."""

    spawn_id: str
    profile: str
    started_at: datetime
    expires_at: datetime
    latest_at: datetime
    extension: timedelta

    @property
    def may_extend(self) -> bool:
        return self.extension > timedelta(0)


class CannotExtend(CommonsError):
    """The end of the Jupyter stays where it is."""

    title = "It cannot be put off"


def most_extension() -> timedelta:
    """How far beyond its lifetime the end of a Jupyter may be put off in all."""
    if settings.NBCOMMONS_ENVIRONMENT_EXTENSION_S <= 0:
        return timedelta(0)
    return timedelta(seconds=max(0, settings.NBCOMMONS_ENVIRONMENT_EXTENSION_MOST_S))


def lifetime_of(person_id: int | None, *, at: datetime) -> Lifetime | None:
    """The life of the person's Jupyter; None while there is none on record."""
    spawn = living_spawn_of(person_id or 0)
    if spawn is None or spawn.expires_at <= at:
        return None
    return _lifetime(spawn)


@transaction.atomic
def extend_environment(actor: Actor, *, at: datetime) -> Lifetime:
    """Put the end of the actor's Jupyter off by one step; its token counts as long.

    Raises ``CannotExtend`` when there is none, its time is up, or policy allows no more.
    """
    if actor.person_id is None:
        raise Denied("Sign in to put off the end of your Jupyter.")
    living = Spawn.objects.filter(person_id=actor.person_id, ended_at__isnull=True)
    spawn = living.select_for_update().order_by("-started_at").first()
    if spawn is None or spawn.expires_at <= at:
        raise CannotExtend("You have no Jupyter that is running. Start one and go on in it.")
    extension = _lifetime(spawn).extension
    if not extension:
        raise CannotExtend(
            "Your Jupyter has the longest life that is allowed here. Save what matters, and "
            "start a fresh one when it closes."
        )
    spawn.expires_at += extension
    spawn.save(update_fields=["expires_at"])
    tokens.prolong_spawn_tokens(
        Actor.system("longer life"), spawn_id=spawn.spawn_id, expires_at=spawn.expires_at
    )
    events.publish(
        EnvironmentExtended(
            actor_id=actor.person_id,
            person_id=spawn.person_id,
            spawn_id=spawn.spawn_id,
            expires_at=spawn.expires_at.isoformat(timespec="seconds"),
        )
    )
    return _lifetime(spawn)


def _lifetime(spawn: Spawn) -> Lifetime:
    latest_at = max(spawn.latest_at or spawn.expires_at, spawn.expires_at)
    step = timedelta(seconds=max(0, settings.NBCOMMONS_ENVIRONMENT_EXTENSION_S))
    extension = min(step, latest_at - spawn.expires_at)
    return Lifetime(
        spawn_id=spawn.spawn_id,
        profile=spawn.profile,
        started_at=spawn.started_at,
        expires_at=spawn.expires_at,
        latest_at=latest_at,
        extension=extension if extension >= LEAST_EXTENSION else timedelta(0),
    )
