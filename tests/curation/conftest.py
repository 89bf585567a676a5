"""Ann looks after a notebook; Bob and Cid are her colleagues."""

import pytest
from django.test import Client

from nbcommons.core.actor import Actor
from nbcommons.people.models import Person
from tests.factories.executions import make_notebook
from tests.factories.people import make_person as make_account


def person(username: str, name: str) -> Person:
    return make_account(username, full_name=name, email=f"{username}@example.org")


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
    return make_notebook(owner=ann, title="Rank late payers")


@pytest.fixture
def url(notebook):
    return f"/notebooks/{notebook.uuid}/"


@pytest.fixture
def as_():
    """A client that is signed in as the person: ``as_(ann)``."""

    def sign_in(who: Person) -> Client:
        client = Client()
        client.force_login(who)
        return client

    return sign_in


@pytest.fixture
def admin():
    """An administrator in admin mode."""
    who = make_account(
        "root", full_name="Root Admin", administrator=True, email="root@example.org"
    )
    return Actor.person(who.pk, who.username).in_admin_mode()
