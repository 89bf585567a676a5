"""Runs of cells: how many a second are counted, and how long judging every notebook takes.

    python bench/ingest.py [--seconds 12] [--notebooks 10000] [--rows 2000000]

The baseline of the same run is what Django offers: ``bulk_create`` of 1,000 event rows in a
transaction, into a table with the same two foreign keys, its key and three more indexes. Ours does
more for each event: it looks whether the person may see the notebook, finds the cell, counts the
event once ever, and announces the job. The database is a throw-away one (no flush to disk) for
both.
"""

import argparse
import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import django
import psutil
from _report import report

from nbcommons.launch.postgres import temporary_cluster

_cluster = ExitStack()
os.environ |= {
    "DATABASE_URL": _cluster.enter_context(temporary_cluster()),
    "DJANGO_SETTINGS_MODULE": "nbcommons.config.settings.test",
    "NBCOMMONS_LOG_LEVEL": "WARNING",
}
django.setup()

from django.core.management import call_command  # noqa: E402 - once the database is known
from django.db import connection, models, transaction  # noqa: E402

from nbcommons.core.actor import Actor  # noqa: E402
from nbcommons.executions.models import CellDay  # noqa: E402
from nbcommons.executions.operations import ExecutionEvent, record_executions  # noqa: E402
from nbcommons.health.models import NotebookHealth  # noqa: E402
from nbcommons.health.operations import rebuild_health, refresh_health  # noqa: E402
from nbcommons.people.models import Person  # noqa: E402

CELLS = 20
PEOPLE = 200
SPEED_NOTEBOOKS = 300
ROUNDS = 4
Row = dict[str, Any]
# A notebook's id, its UUID, and the fingerprints of its cells.
Place = tuple[int, uuid.UUID, list[str]]

_NOTEBOOKS = 300
Row = dict[str, Any]

_NOTEBOOKS = """
WITH content AS (
  INSERT INTO notebooks_storedcontent (sha256, size_bytes, data) VALUES ('bench', 2, '')
  ON CONFLICT DO NOTHING
), made AS (
  INSERT INTO notebooks_notebook (uuid, title, purpose, language, category, visibility, owner_id,
    origin, created_at, updated_at)
  SELECT gen_random_uuid(), 'Notebook ' || n, '', 'python', 'operational', 'everyone',
    %(owner)s, '', now(), now()
  FROM generate_series(1, %(count)s) n RETURNING id
), revised AS (
  INSERT INTO notebooks_revision (notebook_id, number, content_id, author_id, message, cell_count,
    code_cell_count, created_at)
  SELECT id, 1, 'bench', %(owner)s, '', %(cells)s, %(cells)s, now() FROM made RETURNING id
)
INSERT INTO notebooks_cell (revision_id, position, number, cell_id, kind, fingerprint, tags)
SELECT revised.id, n, n, 'c' || n, 'code', md5(revised.id || '/' || n), '{}'
FROM revised, generate_series(0, %(cells)s - 1) n
"""
_CURRENT = """
UPDATE notebooks_notebook SET current_revision_id = revision.id
FROM notebooks_revision revision WHERE revision.notebook_id = notebooks_notebook.id
"""
# Uneven on purpose: the square of an even random number makes few notebooks popular.
_RUNS = """
INSERT INTO executions_cellday (notebook_id, day, fingerprint, copy, person_id, successes, failures,
  runtime_ms_total, first_failure_at, last_failure_at, last_success_at)
SELECT notebook_id, day, fingerprint, 0, person_id, 5 - failures, failures, 700,
  CASE WHEN failures > 0 THEN day + time '10:00' END,
  CASE WHEN failures > 0 THEN day + time '11:00' END,
  CASE WHEN failures < 5 THEN day + time '11:30' END
FROM (
  SELECT notebooks[1 + floor(cardinality(notebooks) * random() ^ 2)::int] AS notebook_id,
    people[1 + floor(cardinality(people) * random())::int] AS person_id,
    %(today)s::date - floor(30 * random())::int AS day, floor(1.15 * random())::int * 5 AS failures
  FROM generate_series(1, %(sessions)s),
    (SELECT array_agg(id) AS notebooks FROM notebooks_notebook),
    (SELECT array_agg(id) AS people FROM people_person)
) session
JOIN LATERAL (
  SELECT cell.fingerprint FROM notebooks_notebook notebook
  JOIN notebooks_cell cell ON cell.revision_id = notebook.current_revision_id
  WHERE notebook.id = session.notebook_id
) cell ON true
ON CONFLICT DO NOTHING
"""


def main() -> None:
    """Measure and report."""
    asked = _arguments()
    call_command("migrate", verbosity=0)
    report("ingest", [*speed(asked.seconds), *rebuild(asked.notebooks, asked.rows)])


def speed(seconds: float) -> Iterator[Row]:
    """Events a second of the baseline and of ours, in turns, so that both meet the same machine."""
    people, places = _fill(SPEED_NOTEBOOKS)
    rng = random.Random(20181)
    plain = _bulk_create(people[0])

    def ours(events: list[ExecutionEvent], _ids: dict[uuid.UUID, int]) -> None:
        record_executions(Actor.person(people[0], "bench"), events, at=datetime.now(UTC))

    ways = [
        Way("bulk_create, 1,000 a transaction", plain, 1_000, 10),
        Way("ours, 1,000 a report over 1 notebook", ours, 1_000, 1),
        Way("ours, 1,000 a report over 10 notebooks", ours, 1_000, 10),
        Way("ours, 1,000 a report over 300 notebooks", ours, 1_000, 300),
        Way("ours, 20 a report over 1 notebook", ours, 20, 1),
    ]
    for _ in range(ROUNDS):
        for way in ways:
            way.run(seconds / ROUNDS, places, rng)
    for way in ways:
        yield way.row(ways[0])


@dataclass
class Way:
    """One way of writing events, and what it has cost so far."""

    name: str
    write: Callable[[list[ExecutionEvent], dict[uuid.UUID, int]], None]
    size: int
    notebooks: int
    events: int = 0
    took_s: float = 0.0
    client_cpu_s: float = 0.0
    server_cpu_s: float = 0.0

    def run(self, seconds: float, places: list[Place], rng: random.Random) -> None:
        """Write for so long; making the events is not counted."""
        server = _server_process()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            some = rng.sample(places, self.notebooks)
            ids = {notebook: pk for pk, notebook, _ in some}
            events = [_event(*rng.choice(some)[1:], rng) for _ in range(self.size)]
            server_cpu = sum(server.cpu_times()[:2])
            clock, cpu = time.perf_counter(), time.process_time()
            self.write(events, ids)
            self.client_cpu_s += time.process_time() - cpu
            self.took_s += time.perf_counter() - clock
            self.server_cpu_s += sum(server.cpu_times()[:2]) - server_cpu
            self.events += self.size

    def row(self, baseline: "Way") -> Row:
        """Its line of the table."""
        speed = self.events / self.took_s
        row = {
            "what": self.name,
            "events/s": round(speed),
            "ms per report": round(self.took_s / self.events * self.size * 1e3, 1),
            "client CPU us/event": round(self.client_cpu_s / self.events * 1e6, 1),
            "server CPU us/event": round(self.server_cpu_s / self.events * 1e6, 1),
        }
        if self is not baseline:
            row["times baseline"] = round(speed * baseline.took_s / baseline.events, 1)
        return row


def _server_process() -> psutil.Process:
    """The process of PostgreSQL that serves us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0])


def rebuild(notebooks: int, rows: int) -> Iterator[Row]:
    """How long judging all of them takes, and one."""
    _fill(notebooks)
    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, {"today": now.date(), "sessions": rows // CELLS})
        cursor.execute("VACUUM ANALYZE")
    held = CellDay.objects.count()
    for name in ("judge all, first time", "judge all again"):
        server = _server_process()
        server_cpu, started = sum(server.cpu_times()[:2]), time.perf_counter()
        judged = rebuild_health(Actor.system("bench"), at=now)
        took_s = time.perf_counter() - started
        yield {
            "what": f"{name}: {judged:,} notebooks, {held:,} rows, {held * 5:,} runs",
            "seconds": round(took_s, 1),
            "server CPU s": round(sum(server.cpu_times()[:2]) - server_cpu, 1),
            "notebooks/s": round(judged / took_s),
        }
    ids = list(NotebookHealth.objects.order_by("-executions").values_list("pk", flat=True))
    for name, notebook_id in (("busiest", ids[0]), ("middling", ids[len(ids) // 2])):
        times = []
        for _ in range(15):
            started = time.perf_counter()
            refresh_health(Actor.system("bench"), notebook_id, at=now)
            times.append(time.perf_counter() - started)
        yield {"what": f"judge the {name} one", "ms p50": round(sorted(times)[7] * 1e3, 1)}


def _fill(notebooks: int) -> tuple[list[int], list[Place]]:
    """People, and notebooks with the fingerprints of their cells; what was there is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE people_person, notebooks_storedcontent, executions_receivedevent CASCADE"
        )
        Person.objects.bulk_create(Person(username=f"p{n}") for n in range(PEOPLE))
        people = list(Person.objects.values_list("pk", flat=True))
        values = {"owner": people[0], "count": notebooks, "cells": CELLS}
        cursor.execute(_NOTEBOOKS, values)
        cursor.execute(_CURRENT)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT notebook.id, uuid, array_agg(fingerprint) FROM notebooks_notebook notebook "
            "JOIN notebooks_cell cell ON revision_id = current_revision_id GROUP BY 1, 2"
        )
        return people, cursor.fetchall()


def _event(notebook: uuid.UUID, fingerprints: list[str], rng: random.Random) -> ExecutionEvent:
    """A run of one of its cells within the last hour; one in ten fails."""
    index = rng.randrange(CELLS)
    return ExecutionEvent(
        id=uuid.uuid4(),
        notebook=notebook,
        fingerprint=fingerprints[index],
        success=rng.randrange(10) > 0,
        runtime_ms=rng.randrange(5_000),
        at=datetime.now(UTC) - timedelta(seconds=rng.randrange(3_600)),
        revision=1,
        cell_id=f"c{index}",
        index=index,
    )


def _bulk_create(
    person: int,
) -> Callable[[list[ExecutionEvent], dict[uuid.UUID, int]], None]:
    """The plain way: a model for events, and 1,000 rows a transaction."""

    class Event(models.Model):
        id = models.UUIDField(primary_key=True)
        notebook = models.ForeignKey("notebooks.Notebook", models.CASCADE, related_name="+")
        person = models.ForeignKey("people.Person", models.CASCADE, related_name="+")
        fingerprint = models.CharField(max_length=32, db_index=True)
        success = models.BooleanField()
        runtime_ms = models.IntegerField()
        at = models.DateTimeField()

        class Meta:
            app_label = "executions"
            db_table = "bench_event"

        def __str__(self) -> str:
            return self.fingerprint

    with connection.schema_editor() as editor:
        editor.create_model(Event)

    @transaction.atomic
    def write(events: list[ExecutionEvent], ids: dict[uuid.UUID, int]) -> None:
        Event.objects.bulk_create(
            Event(
                id=event.id,
                notebook_id=ids[event.notebook],
                person_id=person,
                fingerprint=event.fingerprint,
                success=event.success,
                runtime_ms=event.runtime_ms,
                at=event.at,
            )
            for event in events
        )

    return write


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=12, help="for each way of writing")
    parser.add_argument("--notebooks", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=2_000_000, help="cells x people x days")
    return parser.parse_args()


if __name__ == "__main__":
    with _cluster:
        main()
