"""A run is in the health within two seconds, through a real worker, even under load."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection
from django.utils import timezone

from nbcommons.executions.operations import record_executions
from nbcommons.health.models import NotebookHealth
from tests.factories.executions import actor_for, event, make_notebook, make_person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("worker"),
]


@pytest.fixture
def worker():
    """A worker in a process of its own, on the database of the tests."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}"
    query = f"?host={at['HOST']}&port={at['PORT']}" if at["HOST"] else ""
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "worker"],
        env={
            **os.environ,
            "DATABASE_URL": url + query,
            "DJANGO_SETTINGS_MODULE": "nbcommons.config.settings.test",
        },
    )
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def wait_for(condition, *, seconds):
    """How long it took until ``condition`` held; fails when it does not in time."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - started


def executions_of(notebook):
    row = NotebookHealth.objects.filter(notebook=notebook).first()
    return row.executions if row else None


def report(person, notebook, *, ok=True):
    now = timezone.now()
    record_executions(actor_for(person), [event(notebook, ok=ok, at=now)], at=now)


def test_a_run_is_in_the_health_within_two_seconds():
    notebook, ann = make_notebook("a = 1"), make_person("ann")
    wait_for(lambda: executions_of(notebook) == 0, seconds=30)  # the worker is up

    for runs in range(1, 6):
        report(ann, notebook)
        assert wait_for(lambda count=runs: executions_of(notebook) == count, seconds=10) < 2


def test_no_run_is_missed_while_many_report():
    """4 people report 40 runs each, at once; afterwards health knows of all, within 2 s."""
    notebook = make_notebook("a = 1")
    people = [make_person(f"p{n}") for n in range(4)]
    wait_for(lambda: executions_of(notebook) == 0, seconds=30)

    def send(person):
        for _ in range(40):
            report(person, notebook)
        connection.close()

    threads = [threading.Thread(target=send, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wait_for(lambda: executions_of(notebook) == 160, seconds=10) < 2
