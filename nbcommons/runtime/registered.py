"""Jupyters of people that work with the client of an nbgallery: registered, named, forgotten."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.people.models import Person
from nbcommons.runtime.events import EnvironmentForgotten, EnvironmentRegistered
from nbcommons.runtime.models import RegisteredEnvironment

MOST_REGISTERED = 50
MOST_URL = 500
SEEN_AGAIN_AFTER = timedelta(hours=1)
"""A visit is noted no more often than this."""

_NAME = re.compile(r"[A-Za-z0-9-]{1,100}")
# Nothing that a page or a header could read as more than an address.
_URL = re.compile(r"https?://[A-Za-z0-9._~:\[\]-]+(/[A-Za-z0-9._~!$&()*+,;=:@%/-]*)?")


class BadEnvironment(CommonsError):
    """That cannot be registered as a Jupyter; ``field`` is what is wrong."""

    title = "Not registered"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class RegisteredRow:
    """A registered Jupyter as its person sees it. interface: lab, notebook or classic."""

    key: int
    name: str
    url: str
    interface: str
    is_default: bool
    created_at: datetime
    last_seen_at: datetime


def registered_environments_of(person_id: int | None) -> tuple[RegisteredRow, ...]:
    """The Jupyters that the person registered, by name."""
    rows = RegisteredEnvironment.objects.filter(person_id=person_id or 0).order_by("name")
    return tuple(
        RegisteredRow(
            key=row.pk,
            name=row.name,
            url=row.url,
            interface=row.interface,
            is_default=row.is_default,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
        )
        for row in rows
    )


def is_registered_origin(person_id: int | None, origin: str) -> bool:
    """Whether the person registered a Jupyter whose pages have this origin."""
    if person_id is None or not origin:
        return False
    mine = RegisteredEnvironment.objects.filter(person_id=person_id)
    return mine.filter(origin=origin.lower()).exists()


def origin_of(url: str) -> str:
    """Scheme, host and port of ``url`` as browsers write an origin; empty for no such address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_usual = port in {None, 443 if parts.scheme == "https" else 80}
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


@transaction.atomic
def register_environment(
    actor: Actor,
    *,
    name: str,
    url: str,
    interface: str = "",
    is_default: bool | None = None,
    is_asked_by_person: bool = False,
    at: datetime,
) -> RegisteredEnvironment:
    """The Jupyter called so, or else at this address, is as said from here on; or it is a new one.

    is_default None, or an empty interface: as before. is_asked_by_person: they chose the
    interface themselves, so a client does not change it back. Whether the caller may name this
    address is checked already. Raises ``BadEnvironment`` or ``Denied``.
    """
    person_id = _own_id(actor)
    name, url = _sound(name.strip(), url.strip())
    row = _found(person_id, name, url)
    is_new = row.pk is None
    if is_new and RegisteredEnvironment.objects.filter(person=person_id).count() >= (
        MOST_REGISTERED
    ):
        raise BadEnvironment("That are too many. Forget some of them first.", field="name")
    told = is_new or (row.name, row.url) != (name, url)
    row.name, row.url, row.origin, row.last_seen_at = name, url, origin_of(url), at
    if interface in RegisteredEnvironment.Interface.values and (is_new or is_asked_by_person):
        row.interface = interface
    if is_new:
        row.created_at = at
    if is_default is not None:
        mine = RegisteredEnvironment.objects.filter(person_id=person_id)
        mine.update(is_default=False)
        row.is_default = is_default
    row.save()
    if told:
        events.publish(EnvironmentRegistered(actor_id=actor.person_id, name=name, url=url))
    return row


@transaction.atomic
def forget_environment(actor: Actor, key: int) -> bool:
    """Pages of this Jupyter act in the actor's name no more; False if they have none such."""
    row = RegisteredEnvironment.objects.filter(person_id=_own_id(actor), pk=key).first()
    if row is None:
        return False
    row.delete()
    events.publish(EnvironmentForgotten(actor_id=actor.person_id, name=row.name, url=row.url))
    return True


def note_seen(actor: Actor, origin: str, *, at: datetime) -> None:
    """A page of this origin was here in the actor's name."""
    mine = RegisteredEnvironment.objects.filter(person_id=actor.person_id or 0, origin=origin)
    mine.filter(last_seen_at__lt=at - SEEN_AGAIN_AFTER).update(last_seen_at=at)


def _found(person_id: int, name: str, url: str) -> RegisteredEnvironment:
    """The one called so, else the one at the address, else a new one; the person waits in line."""
    Person.objects.select_for_update().get(pk=person_id)
    mine: Sequence[RegisteredEnvironment] = list(
        RegisteredEnvironment.objects.filter(person_id=person_id)
    )
    by_name = next((row for row in mine if row.name == name), None)
    by_url = next((row for row in mine if row.url == url), None)
    if by_name is not None and by_url is not None and by_name.pk != by_url.pk:
        raise BadEnvironment("Another Jupyter of yours has this address.", field="url")
    return by_name or by_url or RegisteredEnvironment(person_id=person_id)


def _sound(name: str, url: str) -> tuple[str, str]:
    if not _NAME.fullmatch(name):
        raise BadEnvironment(
            "The name is made of letters, digits and hyphens, at most 100.", field="name"
        )
    whole = url if url.endswith("/") else f"{url}/"
    if len(whole) > MOST_URL or not _URL.fullmatch(whole) or not origin_of(whole):
        raise BadEnvironment(
            "The address of a Jupyter begins with https:// or http://, and holds no sign that "
            "has no place in one.",
            field="url",
        )
    return name, whole


def _own_id(actor: Actor) -> int:
    if actor.person_id is None or actor.scopes is not None:
        raise Denied("Sign in yourself to say which Jupyter acts in your name.")
    return actor.person_id
