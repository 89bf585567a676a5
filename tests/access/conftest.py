"""The world of ``world.py``, made once for all tests of a class.

Tests of such a class are not marked ``django_db``: the mark ends the connection after each test. A
module needs one marked test outside, or pytest-django makes no database.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction

from nbcommons.health.operations import rebuild_health
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from tests.access.asking import WHO, client_for
from tests.access.world import NOBODY_READING, World, make_world
from tests.factories.executions import NOW
from tests.factories.people import SYSTEM


@pytest.fixture(scope="class")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:  # noqa: ARG001
    """Everybody and everything, indexed; taken back at the end."""
    with django_db_blocker.unblock(), _place.using(MemoryStore()), transaction.atomic():
        world = make_world()
        rebuild_health(SYSTEM, at=NOW)
        rebuild_index(SYSTEM)
        yield world
        transaction.set_rollback(True)


@pytest.fixture(scope="class")
def clients(world):
    """A signed-in browser for each kind of person."""
    return {who: client_for(world, who) for who in WHO}


@pytest.fixture
def as_who(settings, django_db_blocker):
    """Call it before asking as somebody."""

    def prepare(who: str) -> None:
        may_read = who == NOBODY_READING
        # Every change lays one more layer over the settings, which makes all reading slower.
        if may_read != settings.NBCOMMONS_ANONYMOUS_READING:
            settings.NBCOMMONS_ANONYMOUS_READING = may_read

    with django_db_blocker.unblock():
        yield prepare
