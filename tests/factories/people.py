"""People with accounts, valid unless told otherwise."""

from datetime import UTC, datetime

from nbcommons.core.actor import Actor
from nbcommons.people.models import Person
from nbcommons.people.operations import joining
from nbcommons.people.operations.joining import NewPerson

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PASSWORD = "a long enough secret"
SYSTEM = Actor.system("test")


def make_person(
    username: str = "amara.osei", *, administrator: bool = False, **details
) -> Person:
    """Somebody who can sign in with ``PASSWORD``."""
    details = {"full_name": "Amara Osei", "password": PASSWORD} | details
    new = NewPerson(username=username, **details)
    return joining.create_person(SYSTEM, new, is_administrator=administrator)


def actor_of(person: Person) -> Actor:
    return Actor.person(person.pk, person.username)


def secret_of(link: str) -> str:
    """The secret in an invitation's address."""
    return link.rstrip("/").rsplit("/", 1)[1]
