"""What all tests share: a throw-away PostgreSQL of the real kind."""

import os
from collections.abc import Iterator

import pytest

from nbcommons.launch.postgres import temporary_cluster

_KEEP: dict[str, object] = {}


def pytest_configure() -> None:
    """Start the database before Django reads its settings; xdist workers share one."""
    if os.environ.get("DATABASE_URL"):
        return
    cluster = temporary_cluster()
    os.environ["DATABASE_URL"] = cluster.__enter__()
    _KEEP["cluster"] = cluster


def pytest_unconfigure() -> None:
    cluster = _KEEP.pop("cluster", None)
    if cluster is not None:
        os.environ.pop("DATABASE_URL", None)
        cluster.__exit__(None, None, None)


@pytest.fixture
def no_jobs_left() -> Iterator[None]:
    """For tests with real transactions: procrastinate's tables are not emptied by Django."""
    from django.db import connection  # noqa: PLC0415 - once settings are there

    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events CASCADE")
