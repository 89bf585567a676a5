"""Two requests at once, each with a connection of its own, in an order that is known."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

PATIENCE_S = 20
# Not pg_stat_activity: within a transaction it stays as it was when first looked at.
# In this database: tests beside this one wait for locks of theirs. (Waiting for another transaction
# is a lock of no database, so whose it is tell its other locks.)
_WAITING = """
SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (
  SELECT pid FROM pg_locks
  WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""


def overtaken(first: Callable[[], object], *others: Callable[[], Any]) -> list[Any]:
    """What ``others`` come to when ``first`` is written, but not committed, as they begin.

    What one of them raises stands for what it comes to.
    """
    outcomes: dict[int, Any] = {}
    with transaction.atomic():
        first()
        threads = [
            threading.Thread(target=_run, args=(outcomes, place, other))
            for place, other in enumerate(others)
        ]
        for thread in threads:
            thread.start()
        _wait_until_stuck(threads)
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    return [outcomes[place] for place in range(len(others))]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What ``calls`` come to that begin at the same moment."""
    outcomes: dict[int, Any] = {}
    start = threading.Barrier(len(calls))

    def go(place: int, call: Callable[[], Any]) -> None:
        start.wait(PATIENCE_S)
        _run(outcomes, place, call)

    threads = [
        threading.Thread(target=go, args=(place, call)) for place, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    return [outcomes[place] for place in range(len(calls))]


def _run(outcomes: dict[int, Any], place: int, call: Callable[[], Any]) -> None:
    try:
        outcomes[place] = call()
    except Exception as error:  # noqa: BLE001 - handed to the test
        outcomes[place] = error
    finally:
        connection.close()


def _wait_until_stuck(threads: list[threading.Thread]) -> None:
    """Until all that go on wait for a lock."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        running = sum(thread.is_alive() for thread in threads)
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone()[0] >= running:
                return
        time.sleep(0.01)
    raise AssertionError("They neither ended nor waited.")
