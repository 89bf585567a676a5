"""Ann looks after a notebook that everybody may read; Bob and Cid are her colleagues."""

import pytest
from django.test import Client

from nbcommons.people.models import Person
from tests.factories.intake import share
from tests.factories.people import make_person


def person(username: str, name: str) -> Person:
    return make_person(username, full_name=name, email=f"{username}@example.org")


@pytest.fixture
def ann():
    return person("ann", "Ann Berg")


@pytest.fixture
def bob():
    return person("bob", "Bob Costa")


@pytest.fixture
def cid():
    return person("cid", "Cid Diaz")


@pytest.fixture
def notebook(ann):
    return share(ann, title="Rank late payers")


@pytest.fixture
def as_():
    """A client that is signed in as the person: ``as_(ann)``."""

    def sign_in(who: Person) -> Client:
        client = Client()
        client.force_login(who)
        return client

    return sign_in
