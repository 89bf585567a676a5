"""Connecting a Jupyter elsewhere by a code that its person types on the site (RFC 8628)."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.core.signs import one_line
from nbcommons.people import tokens
from nbcommons.people._secrets import hash_of, new_secret
from nbcommons.people.models import DeviceRequest, Person
from nbcommons.people.operations._rights import own_id

LIFETIME = timedelta(minutes=10)
INTERVAL_S = 5
# What asking too soon adds to the pause, as the RFC wants it.
SLOWER_S = 5
LONGEST_INTERVAL_S = 60
KEPT_FOR = timedelta(days=1)
MACHINE_LENGTH = 100
DEVICE_PREFIX = "nbd_"
# Signs that nobody takes for one another and that spell no words: 20 to the 8th codes, of which
# few count at a time, and a person has some guesses a minute.
SIGNS = "BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTH = 8


class Refusal(StrEnum):
    """Why there is no token (yet), in the words of the RFC."""

    PENDING = "authorization_pending"
    SLOW_DOWN = "slow_down"
    DENIED = "access_denied"
    EXPIRED = "expired_token"
    UNKNOWN = "invalid_grant"


class NotYet(CommonsError):
    """A Jupyter asks for its token and gets none; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class NoSuchCode(CommonsError):
    """Nobody waits for this code."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a Jupyter gets that asks to be connected."""

    user_code: str
    expires_in_s: int
    interval_s: int
    device_code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A Jupyter that waits for its person's word."""

    user_code: str
    machine: str
    asked_from: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Connected:
    """A token for a Jupyter; ``secret`` is known only here and now."""

    expires_at: datetime
    username: str
    secret: str = field(repr=False)


@transaction.atomic
def ask(*, machine: str, asked_from: str, at: datetime) -> Asked:
    """A Jupyter asks, in nobody's name yet: codes for its person and for itself."""
    DeviceRequest.objects.filter(expires_at__lt=at - KEPT_FOR).delete()
    device_code = new_secret(DEVICE_PREFIX)
    user_code = "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
    while DeviceRequest.objects.filter(user_code=user_code).exists():
        user_code = "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))
    DeviceRequest.objects.create(
        device_hash=hash_of(device_code),
        user_code=user_code,
        machine=one_line(machine)[:MACHINE_LENGTH].strip() or "a Jupyter",
        asked_from=asked_from,
        created_at=at,
        expires_at=at + LIFETIME,
        interval_s=INTERVAL_S,
    )
    return Asked(
        user_code=shown(user_code),
        expires_in_s=int(LIFETIME.total_seconds()),
        interval_s=INTERVAL_S,
        device_code=device_code,
    )


def shown(user_code: str) -> str:
    """A code as people read and type it: in two halves."""
    half = CODE_LENGTH // 2
    return f"{user_code[:half]}-{user_code[half:]}"


def typed(text: str) -> str:
    """What somebody typed, without what is between the signs."""
    return "".join(sign for sign in text.upper() if sign.isalnum())[: CODE_LENGTH + 1]


def waiting_for(text: str, *, at: datetime) -> Waiting:
    """Which Jupyter waits for the code that somebody typed. Raises ``NoSuchCode``."""
    found = _undecided(text, at=at).first()
    if found is None:
        raise _no_such_code()
    return Waiting(
        user_code=shown(found.user_code),
        machine=found.machine,
        asked_from=found.asked_from,
        created_at=found.created_at,
    )


@transaction.atomic
def decide(actor: Actor, text: str, *, is_allowed: bool, at: datetime) -> str:
    """The actor lets the Jupyter that waits for this code act for them, or not; its machine.

    Raises ``NoSuchCode``, or ``Denied`` unless the person themselves asks.
    """
    person_id = own_id(actor)
    found = _undecided(text, at=at).select_for_update().first()
    if found is None:
        raise _no_such_code()
    found.person_id, found.is_allowed = person_id, is_allowed
    found.save(update_fields=["person", "is_allowed"])
    return found.machine


def collect(device_code: str, *, at: datetime) -> Connected:
    """The token for a Jupyter whose person has agreed, once. Raises ``NotYet``."""
    # What a refusal writes down, such as a longer pause, must stay.
    with transaction.atomic():
        outcome = _collected(device_code, at=at)
    if isinstance(outcome, Refusal):
        raise NotYet(outcome)
    return outcome


def _collected(device_code: str, *, at: datetime) -> Connected | Refusal:
    found = (
        DeviceRequest.objects.select_for_update()
        .filter(device_hash=hash_of(device_code))
        .first()
    )
    if found is None or found.collected_at is not None:
        return Refusal.UNKNOWN
    if found.expires_at <= at:
        return Refusal.EXPIRED
    pause = timedelta(seconds=found.interval_s)
    is_too_soon = found.polled_at is not None and at < found.polled_at + pause
    found.polled_at = at
    if is_too_soon:
        found.interval_s = min(found.interval_s + SLOWER_S, LONGEST_INTERVAL_S)
    found.save(update_fields=["polled_at", "interval_s"])
    if is_too_soon:
        return Refusal.SLOW_DOWN
    if found.is_allowed is None:
        return Refusal.PENDING
    person = Person.objects.filter(pk=found.person_id or 0, is_active=True).first()
    if not found.is_allowed or person is None:
        return Refusal.DENIED
    return _connected(found, person, at=at)


def _connected(found: DeviceRequest, person: Person, *, at: datetime) -> Connected:
    found.collected_at = at
    found.save(update_fields=["collected_at"])
    expires_at = at + timedelta(days=settings.NBCOMMONS_CONNECTED_JUPYTER_DAYS)
    minted = tokens.mint_jupyter_token(
        Actor.system("connected by a code"),
        person,
        label=found.machine,
        expires_at=expires_at,
        at=at,
    )
    return Connected(expires_at=expires_at, username=person.username, secret=minted.secret)


def _undecided(text: str, *, at: datetime) -> QuerySet[DeviceRequest]:
    return DeviceRequest.objects.filter(
        user_code=typed(text), expires_at__gt=at, is_allowed__isnull=True
    )


def _no_such_code() -> NoSuchCode:
    return NoSuchCode(
        "No Jupyter waits for this code. Codes work once and for ten minutes: look at the one "
        "in your JupyterLab again, or ask for a new one there."
    )
