"""An administrator whose admin mode is on, one whose mode is off, and a stranger."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nbcommons.core.middleware import ADMIN_MODE_KEY
from nbcommons.people.models import Person
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from tests.factories.people import make_person


@pytest.fixture
def admin() -> Person:
    return make_person("admin", full_name="Ada Admin", administrator=True)


@pytest.fixture
def as_admin(admin) -> Client:
    """In admin mode."""
    client = Client()
    client.force_login(admin)
    session = client.session
    session[ADMIN_MODE_KEY] = (timezone.now() + timedelta(minutes=5)).isoformat()
    session.save()
    return client


@pytest.fixture
def without_mode() -> Client:
    """An administrator whose admin mode is off."""
    client = Client()
    client.force_login(make_person("off.duty", administrator=True))
    return client


@pytest.fixture
def as_stranger() -> Client:
    client = Client()
    client.force_login(make_person("stranger"))
    return client


@pytest.fixture(autouse=True)
def _index_in_memory():
    with _place.using(MemoryStore()):
        yield


@pytest.fixture
def same_queries():
    """A context that must always take the same number of queries, and no more than 20."""
    counts = set()

    class Counted(CaptureQueriesContext):
        def __exit__(self, *error):
            super().__exit__(*error)
            asked = [
                query["sql"][:300]
                for query in self.captured_queries
                # A session is touched now and then, whatever the page.
                if "session" not in query["sql"] and "SAVEPOINT" not in query["sql"]
            ]
            counts.add(len(asked))
            told = "\n".join(asked)
            assert len(counts) == 1, f"{counts}\n{told}"
            assert len(asked) <= 20, told

    return lambda: Counted(connection)
