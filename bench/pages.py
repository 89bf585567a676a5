"""Processor time and latency of the pages people open most, beside an empty page of Django.

    python bench/pages.py [--notebooks 10000] [--people 10000] [--teams 1000] [--requests 200]

A thousand notebooks are brought in, made of cells of real ones; the rest are rows that use their
contents again, of people and teams, shared and labelled.

Requests go through the whole stack (middleware, session, permission, templates) in this process;
PostgreSQL's own time is told apart. The baseline of the same run is the sign-in page's redirect,
the least that any request costs here.
"""

import argparse
import os
import random
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import psutil
from _report import report

from nbcommons.launch.postgres import temporary_cluster

sys.path.insert(0, str(Path(__file__).parents[1]))
_cluster = ExitStack()
os.environ |= {
    "DATABASE_URL": _cluster.enter_context(temporary_cluster()),
    "DJANGO_SETTINGS_MODULE": "nbcommons.config.settings.test",
    "NBCOMMONS_LOG_LEVEL": "ERROR",
}
django.setup()

from _organisation import fill_catalogue, patterns  # noqa: E402 - once the database is known
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from nbcommons.access import guard  # noqa: E402
from nbcommons.core.actor import Actor  # noqa: E402
from nbcommons.intake.operations.bulk import import_notebook  # noqa: E402
from nbcommons.people.models import Person  # noqa: E402
from nbcommons.rendering.operations import render_missing  # noqa: E402
from nbcommons.search import _place  # noqa: E402
from nbcommons.search._backend import MemoryStore  # noqa: E402
from nbcommons.search.operations import rebuild_index  # noqa: E402
from tests.factories.organisation import make_organisation  # noqa: E402

SYSTEM = Actor.system("bench")
BROUGHT_IN = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--teams", type=int, default=1_000)
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    fill(min(options.notebooks, BROUGHT_IN))
    made = make_organisation(people=options.people, teams=options.teams)
    fill_catalogue(max(0, options.notebooks - BROUGHT_IN), made, patterns())
    vacuum()
    client = Client(raise_request_exception=True)
    reader = made.people[70]
    client.force_login(reader)
    readable = guard.notebooks_for(Actor.person(reader.pk, reader.username))
    uuids = list(readable.order_by("?").values_list("uuid", flat=True)[:50])
    with _place.using(MemoryStore()):
        rebuild_index(SYSTEM)
        pages = {
            "notebook page": [f"/notebooks/{uuid}/" for uuid in uuids],
            "its frame (the rendered notebook)": [f"/notebooks/{uuid}/leaf/" for uuid in uuids],
            "its health, asked again": [f"/notebooks/{uuid}/?part=health" for uuid in uuids],
            "browse": ["/notebooks/", "/notebooks/?page=2"],
            "search": [f"/notebooks/?q={word}" for word in ("table", "plot data", "import")],
            "home": ["/"],
        }
        rows = [measure(Client(), "redirect to sign-in (baseline)", ["/"], options.requests)]
        rows += [measure(client, name, urls, options.requests) for name, urls in pages.items()]
    for row in rows:
        row["x baseline"] = round(row["CPU ms"] / rows[0]["CPU ms"], 1)
    report("pages", rows)


def fill(count: int) -> None:
    """Notebooks made of cells of the sample notebooks, or of our own words without samples."""
    import orjson  # noqa: PLC0415
    from _corpus import samples  # noqa: PLC0415

    draw = random.Random(2018)
    owner = Person.objects.create(username="author", full_name="An Author")
    cells = [cell for sample in samples() for cell in sample.cells] or [
        {"cell_type": "markdown", "source": "# Words"},
        {"cell_type": "code", "source": "print(1)"},
    ]
    for number in range(count):
        chosen = [
            {**cell, "metadata": {}, **({"outputs": []} if cell["cell_type"] == "code" else {})}
            for cell in draw.sample(cells, k=min(len(cells), draw.randint(5, 40)))
            if cell["cell_type"] in {"code", "markdown"}
        ]
        document = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": chosen}
        import_notebook(
            SYSTEM,
            owner_id=owner.pk,
            raw=orjson.dumps(document),
            file_name=f"Notebook {number}.ipynb",
            origin=f"bench/{number}",
            visibility="everyone",
            at=datetime.now(UTC),
        )
    render_missing(SYSTEM, limit=count)


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measure(client: Client, name: str, urls: list[str], count: int) -> dict[str, Any]:
    """Processor time of this process and of the database per request, wall p50 and p95."""
    for url in urls:
        answer = client.get(url)
        if answer.status_code >= 400:  # noqa: PLR2004
            raise SystemExit(f"{url} answered {answer.status_code}")
    queries = 0

    def count_one(execute: Any, *arguments: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*arguments)

    with connection.execute_wrapper(count_one):
        client.get(urls[0])
    walls = []
    database, own = database_cpu_s(), time.process_time()
    for number in range(count):
        began = time.perf_counter()
        client.get(urls[number % len(urls)])
        walls.append(1000 * (time.perf_counter() - began))
    own, database = time.process_time() - own, database_cpu_s() - database
    return {
        "page": name,
        "CPU ms": round(1000 * own / count, 2),
        "PostgreSQL ms": round(1000 * database / count, 2),
        "p50 ms": round(statistics.median(walls), 2),
        "p95 ms": round(statistics.quantiles(walls, n=20)[-1], 2),
        "queries": queries,
        "kB": round(len(answer.content) / 1000, 1),
    }


def database_cpu_s() -> float:
    """Processor time that the backend of our connection has used so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        times = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
