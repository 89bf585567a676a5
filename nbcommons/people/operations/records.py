"""People whom records of the past name, and who have never been here."""

import hashlib
import re
from collections.abc import Collection

from django.db import transaction

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.signs import one_line
from nbcommons.people.events import PeopleRecorded
from nbcommons.people.models import USERNAME_PATTERN, Person
from nbcommons.people.operations._rights import require_administrator

_NAME_LENGTH = 64
_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]+")
_MARK_LENGTH = 6


@transaction.atomic
def ensure_people(actor: Actor, names: Collection[str]) -> tuple[dict[str, int], int]:
    """The keys of the people called so, and how many of them had to be made.

    Those who are made cannot sign in until somebody reactivates them. A name that cannot be a
    user name is made one, the same each time. Raises ``Denied`` unless the system or an
    administrator in admin mode asks.
    """
    require_administrator(actor)
    usernames = {name: username_for(name) for name in names}
    known = _keys_of(usernames.values())
    missing = {username: name for name, username in usernames.items() if username not in known}
    if missing:
        Person.objects.bulk_create(
            [_unknown(username, name) for username, name in sorted(missing.items())],
            ignore_conflicts=True,
            batch_size=1000,
        )
        known |= _keys_of(missing)
        events.publish(PeopleRecorded(actor_id=actor.person_id, people=len(missing)))
    return {name: known[username] for name, username in usernames.items()}, len(missing)


def username_for(name: str) -> str:
    """The user name that stands for ``name``: itself where that can be one."""
    plain = name.strip().lower()
    if re.fullmatch(USERNAME_PATTERN, plain):
        return plain
    mark = hashlib.sha256(name.strip().encode()).hexdigest()[:_MARK_LENGTH]
    sound = _NOT_IN_NAMES.sub("-", plain).strip("._-") or "person"
    return f"{sound[: _NAME_LENGTH - _MARK_LENGTH - 1]}-{mark}"


def _keys_of(usernames: Collection[str]) -> dict[str, int]:
    return dict(Person.objects.filter(username__in=usernames).values_list("username", "pk"))


def _unknown(username: str, name: str) -> Person:
    person = Person(
        username=username,
        full_name="" if username == name.strip().lower() else one_line(name)[:150],
        is_active=False,
    )
    person.set_unusable_password()
    return person
