"""A reader who is signed in, and an index in memory that ``indexed`` brings up to date."""

import pytest
from django.test import Client

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
def judged():
    """Call it to have all health judged as of now."""
    return lambda: rebuild_health(SYSTEM, at=NOW)


@pytest.fixture
def indexed():
    """Call it to have the index hold what the catalogue holds."""
    with _place.using(MemoryStore()):
        yield lambda: rebuild_index(SYSTEM)
