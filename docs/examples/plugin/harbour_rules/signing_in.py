"""Signs in whoever stands on a list: the smallest back end there can be.

The list is a file named by the environment variable ``NBCOMMONS_PLUGIN_CREW_LIST``, with lines such
as ``ann:SHA-256 of her password in hex``. A real one asks a directory instead. Django calls it with
what was typed on the sign-in page; a second step, if the person has one, comes after it as always.
"""

import hashlib
import hmac
import os
from pathlib import Path
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from nbcommons.core.actor import Actor
from nbcommons.people.models import Person
from nbcommons.people.operations.joining import NewPerson, create_person
from nbcommons.people.queries import person_named


class CrewListBackend(BaseBackend):
    """Knows the crew by their user names; makes an account when somebody comes first."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **_: Any
    ) -> Person | None:
        del request
        if not username or not _is_right(username.lower(), password):
            return None
        person = person_named(username) or create_person(
            Actor.system("crew list"), NewPerson(username=username.lower())
        )
        return person if person.is_active else None

    def get_user(self, user_id: int) -> Person | None:
        return Person.objects.filter(pk=user_id, is_active=True).first()


def _is_right(username: str, password: str) -> bool:
    path = os.environ.get("NBCOMMONS_PLUGIN_CREW_LIST")
    if not path:
        return False
    lines = (line.strip().partition(":") for line in Path(path).read_text().splitlines())
    known = {name: digest for name, _, digest in lines if digest}
    given = hashlib.sha256(password.encode()).hexdigest()
    return hmac.compare_digest(known.get(username, ""), given)
