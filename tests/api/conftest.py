"""Programs that call the API with a token of somebody's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.people import tokens
from nbcommons.people.models import Person
from tests.factories.executions import make_person


def mint(person: Person, *scopes: str) -> str:
    """A token of this person's, with every scope unless told."""
    now = timezone.now()
    return tokens.mint_personal_token(
        Actor.person(person.pk, person.username),
        person,
        scopes=scopes or tuple(tokens.SCOPES),
        label="test",
        expires_at=now + timedelta(hours=1),
        at=now,
    ).secret


@pytest.fixture
def as_person() -> Callable[[str], Client]:
    """A client that shows a token of the person with this user name."""
    known: dict[str, Client] = {}

    def client_of(username: str) -> Client:
        if username not in known:
            token = mint(make_person(username))
            known[username] = Client(headers={"Authorization": f"Bearer {token}"})
        return known[username]

    return client_of
