"""A reader who is signed in, and an index in memory that ``indexed`` brings up to date."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nbcommons.core.middleware import ADMIN_MODE_KEY
from nbcommons.health.operations import rebuild_health
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from tests.factories.executions import NOW, make_person
from tests.factories.gallery import SYSTEM


@pytest.fixture
def reader():
    return make_person("reader")


@pytest.fixture
def author():
    return make_person("author")


@pytest.fixture
def visit(reader):
    """Get or post an address as the reader; follows nothing."""
    client = Client()
    client.force_login(reader)
    return client


@pytest.fixture
def administer():
    """Get or post an address as an administrator in admin mode."""
    client = Client()
    person = make_person("admin")
    person.is_administrator = True
    person.save()
    client.force_login(person)
    session = client.session
    session[ADMIN_MODE_KEY] = (timezone.now() + timedelta(minutes=5)).isoformat()
    session.save()
    return client


@pytest.fixture
def few_queries():
    """A context that must always take the same number of queries, and no more than 15."""
    counts = set()

    @contextmanager
    def counted():
        with CaptureQueriesContext(connection) as captured:
            yield
        # A session is touched now and then, whatever the page.
        asked = [
            query["sql"][:200]
            for query in captured.captured_queries
            if "session" not in query["sql"] and "SAVEPOINT" not in query["sql"]
        ]
        counts.add(len(asked))
        told = "\n".join(asked)
        assert len(counts) == 1, f"{counts}\n{told}"
        assert len(asked) <= 15, told

    return counted


@pytest.fixture
def judged():
    """Call it to have all health judged as of now."""
    return lambda: rebuild_health(SYSTEM, at=NOW)


@pytest.fixture
def indexed():
    """Call it to have the index hold what the catalogue holds."""
    with _place.using(MemoryStore()):
        yield lambda: rebuild_index(SYSTEM)
