"""What all tests share: a throw-away PostgreSQL of the real kind."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection, connections

from nbcommons.config.environment import database_from
from nbcommons.launch.postgres import temporary_cluster

_until_the_end = ExitStack()

# Files of these wait more than they work, some for minutes: whichever came last would be waited
# for alone. Where the names of files begin, below this folder.
FIRST = (
    "hub/test_lifetime",
    "journeys/",
    "hub/",
    "launch/",
    "jupyter/",
    "starter/",
    "browser/test_lab_",
    "browser/test_nbgallery_client",
    "browser/test_whole_loop",
)


def pytest_configure() -> None:
    """Start the database unless one is given; workers of xdist share that of their master."""
    if not os.environ.get("DATABASE_URL"):
        url = _until_the_end.enter_context(temporary_cluster())
        os.environ["DATABASE_URL"] = url
        # pytest-django has read the settings by now, so they are corrected in place.
        connections.settings["default"].update(database_from(url))


def pytest_unconfigure() -> None:
    _until_the_end.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits comes first; otherwise the order, which is random, stays."""
    folder = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        name = item.path.as_posix().removeprefix(f"{folder}/")
        ranks = (place for place, start in enumerate(FIRST) if name.startswith(start))
        return next(ranks, len(FIRST))

    items.sort(key=rank)
    for item in items:
        if isinstance(item, pytest.Function) and _has_real_transactions(item):
            item.fixturenames.append("no_jobs_left")


def _has_real_transactions(item: pytest.Function) -> bool:
    marker = item.get_closest_marker("django_db")
    is_marked = marker is not None and bool(marker.kwargs.get("transaction"))
    return is_marked or not {"transactional_db", "live_server"}.isdisjoint(item.fixturenames)


@pytest.fixture
def no_jobs_left() -> Iterator[None]:
    """After every test with real transactions: Django does not empty procrastinate's tables."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events CASCADE")
