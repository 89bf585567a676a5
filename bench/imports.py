"""Many notebooks brought in: how fast, in how much memory, and what the worker then has to do.

    python bench/imports.py [--size 10000]

The command is run as an operator runs it, in a process of its own whose memory is looked at from
outside. First the real notebooks (new, unchanged), beside a baseline of the same run that only
reads, validates and writes each with nbformat after taking its outputs away: no database, no
facts. Then ``--size`` notebooks made of cells of the real ones: the memory of the process when
1,000, 5,000 and all of them are in tells whether it grows. Then the worker does the jobs that
wait. The database is a throw-away one (no flush to disk).
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django
import nbformat
import psutil
from _report import report
from nbconvert.preprocessors import ClearOutputPreprocessor

from nbcommons.launch.postgres import temporary_cluster

SAMPLES = Path(os.environ.get("NBCOMMONS_SAMPLES", "../shared/samples")) / "notebooks"
MARKS = (1_000, 5_000, 10_000)
LOOK_EVERY_S = 0.25
_cluster = ExitStack()
_index = tempfile.TemporaryDirectory()
os.environ |= {
    "DATABASE_URL": _cluster.enter_context(temporary_cluster()),
    "DJANGO_SETTINGS_MODULE": "nbcommons.config.settings.test",
    "NBCOMMONS_LOG_LEVEL": "WARNING",
    "NBCOMMONS_DATA": _index.name,
}
django.setup()

from django.core.management import call_command  # noqa: E402 - once the database is known
from django.db import connection  # noqa: E402
from procrastinate.contrib.django import app  # noqa: E402

from nbcommons.notebooks.models import Notebook  # noqa: E402
from nbcommons.people.models import Person  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    size = parser.parse_args().size
    files = sorted(SAMPLES.rglob("*.ipynb"))
    if not files:
        print(f"There are no notebooks at {SAMPLES}: nothing measured.")
        return
    call_command("migrate", verbosity=0)
    Person.objects.create(username="bench")
    rows = [
        measured("real ones, dry run", SAMPLES, len(files), "--dry-run"),
        measured("real ones, new", SAMPLES, len(files)),
        measured("real ones, unchanged", SAMPLES, len(files)),
        cleared_with_nbformat(files),
    ]
    with tempfile.TemporaryDirectory() as folder:
        write_recombined(files, Path(folder), size)
        rows.append(measured("made ones, new", Path(folder), size))
        rows.append(jobs_waiting())
        rows.append(measured("made ones, unchanged", Path(folder), size))
    rows.append(jobs_done())
    report("imports", rows)


def measured(what: str, folder: Path, count: int, *arguments: str) -> dict[str, Any]:
    """The command on ``folder``: wall and processor time, and memory on its way."""
    before = Notebook.objects.count()
    started = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "nbcommons.launch.manage", "import", str(folder.resolve()),
            "--owner", "bench", "--called", folder.name, *arguments,
        ],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    watched = psutil.Process(process.pid)
    memory: dict[str, float] = {}
    marks = [mark for mark in MARKS if mark < count]
    most = cpu = 0.0
    while process.poll() is None:
        time.sleep(LOOK_EVERY_S)
        try:
            now = watched.memory_info().rss / 1e6
            family = [watched, *watched.children(recursive=True)]
            cpu = max(cpu, sum(sum(one.cpu_times()[:2]) for one in family))
        except psutil.Error:
            continue
        most = max(most, now)
        if marks and Notebook.objects.count() - before >= marks[0]:
            memory[f"MB at {marks.pop(0):,}"] = round(now)
    took = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"import ended with code {process.returncode}")
    row = {
        "what": what,
        "notebooks": count,
        "wall s": round(took, 1),
        "notebooks/s": round(count / took, 1),
        "CPU ms each": round(1000 * cpu / count, 2),
        **memory,
        "MB at most": round(most),
        "load": round(os.getloadavg()[0], 1),
    }
    print(row, flush=True)
    return row


def cleared_with_nbformat(files: list[Path]) -> dict[str, Any]:
    wall, own = time.perf_counter(), time.process_time()
    for path in files:
        try:
            notebook = nbformat.reads(path.read_text(), as_version=4)
        except (nbformat.ValidationError, nbformat.reader.NotJSONError, UnicodeError):
            continue
        cleared, _ = ClearOutputPreprocessor().preprocess(notebook, {})
        nbformat.writes(cleared)
    took, cpu = time.perf_counter() - wall, time.process_time() - own
    return {
        "what": "nbformat alone, no database",
        "notebooks": len(files),
        "wall s": round(took, 1),
        "notebooks/s": round(len(files) / took, 1),
        "CPU ms each": round(1000 * cpu / len(files), 2),
    }


def write_recombined(files: list[Path], folder: Path, size: int) -> None:
    """``size`` notebooks, each as long as a real one, with cells of three of them."""
    random_ = random.Random(1)
    pool = [json.loads(path.read_text(errors="replace")) for path in files]
    pool = [one for one in pool if one.get("cells")]
    for number in range(size):
        parents = random_.sample(pool, 3)
        length = min(len(parents[0]["cells"]), 60)
        cells = [random_.choice(random_.choice(parents)["cells"]) for _ in range(length)]
        title = {"cell_type": "markdown", "metadata": {}, "source": f"# Made notebook {number}"}
        place = folder / f"{number // 100:03}" / f"{number:05}.ipynb"
        place.parent.mkdir(exist_ok=True)
        place.write_text(json.dumps({**parents[0], "cells": [title, *cells]}))


def jobs_waiting() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1"
        )
        found = dict(cursor.fetchall())
    return {"what": f"jobs that wait: {found}", "notebooks": Notebook.objects.count()}


def jobs_done() -> dict[str, Any]:
    """Everything that waits, done one after the other as a worker does it."""
    worker = app.with_connector(app.connector.get_worker_connector())
    wall, own = time.perf_counter(), time.process_time()

    async def work() -> None:
        async with worker.open_async():
            await worker.run_worker_async(
                wait=False,
                concurrency=1,
                delete_jobs="successful",
                install_signal_handlers=False,
            )

    asyncio.run(work())
    took, cpu = time.perf_counter() - wall, time.process_time() - own
    left = sum(jobs_left().values())
    return {
        "what": f"the worker's part (renderings, index, health); {left} jobs left",
        "notebooks": Notebook.objects.count(),
        "wall s": round(took, 1),
        "CPU ms each": round(1000 * cpu / Notebook.objects.count(), 2),
        "MB at most": round(psutil.Process().memory_info().rss / 1e6),
    }


def jobs_left() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, count(*) FROM procrastinate_jobs GROUP BY 1")
        return dict(cursor.fetchall())


if __name__ == "__main__":
    try:
        main()
    finally:
        connection.close()
        _cluster.close()
        _index.cleanup()
