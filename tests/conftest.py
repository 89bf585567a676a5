"""What all tests share: a throw-away PostgreSQL of the real kind."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import connection, connections

from nbcommons.config.environment import database_from
from nbcommons.launch.postgres import temporary_cluster

_until_the_end = ExitStack()


def pytest_configure() -> None:
    """Start the database unless one is given; workers of xdist share that of their master."""
    if not os.environ.get("DATABASE_URL"):
        url = _until_the_end.enter_context(temporary_cluster())
        os.environ["DATABASE_URL"] = url
        # pytest-django has read the settings by now, so they are corrected in place.
        connections.settings["default"].update(database_from(url))


def pytest_unconfigure() -> None:
    _until_the_end.close()


@pytest.fixture
def no_jobs_left() -> Iterator[None]:
    """For tests with real transactions: procrastinate's tables are not emptied by Django."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events CASCADE")
