"""What becomes of a person's Jupyter: it is wanted, started, stopped; its beginning and end."""

import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.people import tokens
from nbcommons.people.models import Person
from nbcommons.runtime import lifetimes, preferences, queries
from nbcommons.runtime._hub import HubRefused, HubUnreachable, ServerState, hub
from nbcommons.runtime.events import (
    EnvironmentEnded,
    EnvironmentRenewed,
    EnvironmentStarted,
    EnvironmentStopped,
    EnvironmentWanted,
    NotebookOpened,
)
from nbcommons.runtime.models import Spawn
from nbcommons.runtime.queries import Environment

# What a renewal waits for the hub to let the old Jupyter go.
GONE_POLL_S = 0.5
GONE_WITHIN_S = 30.0
# How long a page says that a fresh one is on its way before it believes the hub again, in seconds.
RENEWAL_S = 60


@dataclass(frozen=True, slots=True)
class SpawnToken:
    """What the hub gives to one life of a person's Jupyter.

    latest_at: the end beyond which its life cannot be put off.
    """

    expires_at: datetime
    latest_at: datetime
    secret: str = field(repr=False)


class SpawnTaken(CommonsError):
    """The hub names a life of somebody else's Jupyter."""


def prepare_environment(actor: Actor, notebook_id: int) -> Environment:
    """The actor pressed Run: have their Jupyter started, unless it is running.

    Returns what it is doing then, also when it could not be started (see ``problem``). Raises
    ``Denied`` for a notebook that the actor may not run, which includes those not visible.
    """
    person = Person.objects.filter(pk=actor.person_id or 0, is_active=True).first()
    may = guard.notebooks_for(actor, Action.NOTEBOOK_RUN).filter(pk=notebook_id)
    if person is None or not may.exists():
        raise Denied("You may not run this notebook. Ask the person who looks after it.")
    with transaction.atomic():
        events.publish(NotebookOpened(actor_id=actor.person_id, notebook_id=notebook_id))
    try:
        hub().start_server(person.username, profile=preferences.profile_of(person.pk))
    except (HubUnreachable, HubRefused) as error:
        return replace(queries.environment_of(actor), problem=str(error))
    cache.set(queries.wish_key(person.pk), value=True, timeout=queries.WISH_S)
    return queries.environment_of(actor)


def prewarm_environment(actor: Actor, notebook_id: int) -> None:
    """The actor reads a notebook: start their Jupyter ahead, where the operator wants that.

    Only hands a job on; does nothing for notebooks that the actor may not run.
    """
    if not settings.NBCOMMONS_PREWARM or actor.person_id is None:
        return
    if guard.notebooks_for(actor, Action.NOTEBOOK_RUN).filter(pk=notebook_id).exists():
        with transaction.atomic():
            events.publish(EnvironmentWanted(actor_id=actor.person_id))


def start_own_environment(actor: Actor, *, profile: str = "") -> None:
    """The actor wants their Jupyter, of this kind where they chose one.

    Raises ``Denied``, ``NoSuchProfile``, ``HubUnreachable`` or ``HubRefused``.
    """
    person = _require_person(actor)
    if profile:
        preferences.choose_profile(actor, profile)
    hub().start_server(person.username, profile=preferences.profile_of(person.pk))
    cache.set(queries.wish_key(person.pk), value=True, timeout=queries.WISH_S)


def stop_own_environment(actor: Actor) -> None:
    """The actor is done with their Jupyter: all that is in it goes. Raises as above."""
    person = _require_person(actor)
    with transaction.atomic():
        events.publish(EnvironmentStopped(actor_id=person.pk, person_id=person.pk))
    cache.delete(queries.wish_key(person.pk))
    hub().stop_server(person.username, is_awaited=False)


def renew_own_environment(actor: Actor, *, profile: str = "") -> None:
    """The actor wants a fresh Jupyter instead of the one they have: a job sees to it."""
    person = _require_person(actor)
    if profile:
        preferences.choose_profile(actor, profile)
    hub().stop_server(person.username, is_awaited=False)
    with transaction.atomic():
        events.publish(EnvironmentRenewed(actor_id=person.pk, person_id=person.pk))
    cache.set(queries.wish_key(person.pk), value=True, timeout=RENEWAL_S)


def start_environment(actor: Actor, person_id: int) -> None:
    """Start a person's Jupyter, unless it runs or they may no longer sign in.

    Raises ``Denied`` unless the system asks, ``HubUnreachable`` or ``HubRefused``.
    """
    _require_system(actor)
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is not None:
        hub().start_server(person.username, profile=preferences.profile_of(person.pk))


def stop_environment(actor: Actor, person_id: int) -> None:
    """Stop a person's Jupyter, with everything in it. Raises as ``start_environment``."""
    _require_system(actor)
    person = Person.objects.filter(pk=person_id).first()
    if person is not None:
        hub().stop_server(person.username)


def replace_environment(actor: Actor, person_id: int) -> None:
    """Stop a person's Jupyter and start a fresh one. Raises as ``start_environment``."""
    stop_environment(actor, person_id)
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        return
    deadline = time.monotonic() + GONE_WITHIN_S
    while hub().server_of(person.username).state is ServerState.STOPPING:
        if time.monotonic() > deadline:
            raise HubUnreachable  # the job comes again
        time.sleep(GONE_POLL_S)
    start_environment(actor, person_id)


@transaction.atomic
def begin_spawn(
    actor: Actor,
    *,
    username: str,
    spawn_id: str,
    lifetime_s: int,
    profile: str = "",
    at: datetime,
) -> SpawnToken:
    """The hub is about to start a person's Jupyter: give it a token and note it.

    The token never outlives ``NBCOMMONS_ENVIRONMENT_LIFETIME_S``, or what the profile says
    instead, until somebody puts the end off. Raises ``Denied`` unless the
    system asks for somebody who may sign in, ``SpawnTaken`` for an id that was another's.
    """
    _require_system(actor)
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise Denied(f"There is nobody here called {username} who may sign in.")
    if Spawn.objects.filter(spawn_id=spawn_id).exclude(person=person).exists():
        raise SpawnTaken("This spawn_id belongs to somebody else.")
    kind = preferences.profile_called(profile)
    longest_s = (kind and kind.lifetime_s) or settings.NBCOMMONS_ENVIRONMENT_LIFETIME_S
    expires_at = at + timedelta(seconds=min(lifetime_s, longest_s))
    latest_at = expires_at + lifetimes.most_extension()
    minted = tokens.mint_spawn_token(
        actor, person, spawn_id=spawn_id, expires_at=expires_at, at=at
    )
    Spawn.objects.update_or_create(
        spawn_id=spawn_id,
        defaults={
            "person": person,
            "token": minted.token,
            "started_at": at,
            "expires_at": expires_at,
            "latest_at": latest_at,
            "profile": kind.slug if kind else "",
            "report": None,
            "reported_at": None,
            "ended_at": None,
        },
    )
    events.publish(
        EnvironmentStarted(actor_id=actor.person_id, person_id=person.pk, spawn_id=spawn_id)
    )
    return SpawnToken(expires_at=expires_at, latest_at=latest_at, secret=minted.secret)


@transaction.atomic
def end_spawn(actor: Actor, *, spawn_id: str, at: datetime) -> None:
    """A person's Jupyter is gone: its token counts no more. May be told twice."""
    _require_system(actor)
    tokens.revoke_spawn_tokens(actor, spawn_id=spawn_id, at=at)
    spawn = Spawn.objects.select_for_update().filter(spawn_id=spawn_id, ended_at=None).first()
    if spawn is None:
        return
    spawn.ended_at = max(at, spawn.started_at)
    spawn.save(update_fields=["ended_at"])
    events.publish(
        EnvironmentEnded(actor_id=actor.person_id, person_id=spawn.person_id, spawn_id=spawn_id)
    )


def _require_person(actor: Actor) -> Person:
    person = Person.objects.filter(pk=actor.person_id or 0, is_active=True).first()
    if person is None or actor.scopes is not None:
        raise Denied("Sign in yourself to look after your Jupyter.")
    return person


def _require_system(actor: Actor) -> None:
    if not actor.is_system:
        raise Denied("Only the system does this.")
