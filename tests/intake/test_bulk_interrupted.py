"""An import that is interrupted, in a process of its own: what it leaves, and what comes after."""

import os
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit, urlunsplit

import psutil
import pytest
from django.db import connection
from django.db.models import Count, F

from nbcommons.intake.models import ImportedNotebook
from nbcommons.notebooks.models import Notebook, StoredContent
from nbcommons.people.models import Person
from tests.factories.bulk import notebook_file

pytestmark = [
    pytest.mark.django_db(transaction=True),
]
COUNT = 400
PATIENCE_S = 60


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "many"
    root.mkdir()
    for number in range(COUNT):
        (root / f"{number:03}.ipynb").write_bytes(
            notebook_file(f"Notebook {number}", f"print({number})\n" * 20)
        )
    Person.objects.create(username="ann")
    return root


def start(folder):
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    return subprocess.Popen(
        [
            sys.executable, "-m", "nbcommons.launch.manage", "import", str(folder),
            "--owner", "ann", "--readers", "2",
        ],
        env=os.environ | {"DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def assert_whole():
    """Every notebook that is there has its version, its cells, its content and its origin."""
    notebooks = Notebook.objects.annotate(
        cells=Count("current_revision__cells"), wanted=F("current_revision__cell_count")
    )
    assert all(one.cells == one.wanted == 2 for one in notebooks)
    assert ImportedNotebook.objects.count() == Notebook.objects.count()
    assert StoredContent.objects.count() == Notebook.objects.count()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ends_in_order_and_goes_on_the_next_time(folder, how):
    process = start(folder)
    wait_until(Notebook.objects.exists)
    process.send_signal(how)
    said, _ = process.communicate(timeout=PATIENCE_S)

    first = Notebook.objects.count()
    assert process.returncode == 130
    assert "Stopped." in said
    assert 0 < first < COUNT
    assert_whole()

    rest = start(folder)
    said, _ = rest.communicate(timeout=PATIENCE_S)
    assert rest.returncode == 0
    assert f"{COUNT - first} new, 0 new version, {first} unchanged" in said
    assert Notebook.objects.count() == COUNT
    assert_whole()


def test_killed_outright_leaves_nothing_half_done_and_no_reader_behind(folder):
    process = start(folder)
    wait_until(Notebook.objects.exists)
    readers = psutil.Process(process.pid).children(recursive=True)
    assert len(readers) == 2
    process.kill()
    process.wait(PATIENCE_S)

    # The database notices that nobody is there any more.
    wait_until(lambda: not any(reader.is_running() for reader in readers))
    assert_whole()
    process.stdout.close()
    process.stderr.close()
    assert start_and_finish(folder) == 0
    assert Notebook.objects.count() == COUNT


def start_and_finish(folder):
    process = start(folder)
    process.communicate(timeout=PATIENCE_S)
    return process.returncode
