"""Finding what a draft does already among the notebooks of a large organisation, and its plan.

    python bench/likeness.py [--notebooks 10000] [--versions 5] [--drafts 100]

Every notebook has 15 cells in each of its versions, a third of them cells that hundreds of others
have too. Each draft shares 11 of its 16 cells with one notebook. Exits with 1 when the question
reads the table of cells whole.
"""

import argparse
import os
import random
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
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
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from nbcommons.core.actor import Actor  # noqa: E402
from nbcommons.intake.models import Draft  # noqa: E402
from nbcommons.intake.queries.likeness import alike  # noqa: E402
from nbcommons.notebooks.models import Cell, Notebook  # noqa: E402
from tests.factories.executions import make_notebook  # noqa: E402
from tests.factories.organisation import make_organisation  # noqa: E402

CELLS, COMMON, SHARED = 15, 5, 11
COMMON_HASHES = 100
# Cells of one version: the first few from a small pool, the others its notebook's own.
FILL = f"""
    INSERT INTO notebooks_cell
        (revision_id, position, number, cell_id, kind, fingerprint, tags, token_hash)
    SELECT r.id, p, p, 'c' || p, 'code', md5(r.id || '.' || p), '{{}}',
        '1' || left(md5(CASE WHEN p < {COMMON}
            THEN 'common.' || ((r.notebook_id * 7 + p * 13) % {COMMON_HASHES})
            ELSE r.notebook_id || '.' || p END), 31)
    FROM notebooks_revision r, generate_series(0, {CELLS - 1}) p
"""
OLDER = """
    INSERT INTO notebooks_revision (notebook_id, number, content_id, author_id, message, label,
        cell_count, code_cell_count, created_at)
    SELECT notebook_id, number + %s, content_id, author_id, '', '', cell_count, code_cell_count,
        created_at
    FROM notebooks_revision WHERE number = 1
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=10_000)
    parser.add_argument("--versions", type=int, default=5)
    parser.add_argument("--drafts", type=int, default=100)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    made = make_organisation(people=2_000, teams=200)
    make_notebook("a = 1")
    notebooks = fill_catalogue(options.notebooks, made, patterns())
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notebooks_cell")
        for more in range(1, options.versions):
            cursor.execute(OLDER, [more])
        cursor.execute(FILL)
        cursor.execute("VACUUM ANALYZE")
    actor = Actor.person(made.people[70].pk, made.people[70].username)
    drafts = _drafts(notebooks, actor, options.drafts)
    took = [_timed(actor, draft) for draft in drafts]
    reads_whole = _reads_whole(actor, drafts[0])
    report(
        "likeness",
        [
            {
                "notebooks": options.notebooks,
                "cells": Cell.objects.count(),
                "drafts": options.drafts,
                "found": sum(found for _, found in took),
                "p50 ms": round(statistics.median(ms for ms, _ in took), 1),
                "p95 ms": round(statistics.quantiles([ms for ms, _ in took], n=20)[-1], 1),
                "reads whole": reads_whole,
            }
        ],
    )
    if reads_whole:
        raise SystemExit(1)


def _drafts(notebooks: list[Notebook], actor: Actor, count: int) -> list[Draft]:
    draw = random.Random(2018)
    now = timezone.now()
    return [
        Draft.objects.create(
            person_id=actor.person_id,
            file_name="draft.ipynb",
            data=b"",
            size_bytes=0,
            raw_bytes=0,
            cell_count=16,
            title=f"Draft of {notebook.title}",
            language="python",
            token_hashes=[*_hashes(notebook)[-SHARED:], *(f"own.{n}" for n in range(5))],
            created_at=now,
            expires_at=now + timedelta(hours=6),
        )
        for notebook in draw.sample(notebooks, count)
    ]


def _hashes(notebook: Notebook) -> list[str]:
    cells = Cell.objects.filter(revision=notebook.current_revision_id).order_by("position")
    return [str(said) for said in cells.values_list("token_hash", flat=True)]


def _timed(actor: Actor, draft: Draft) -> tuple[float, bool]:
    started = time.perf_counter()
    found = alike(actor, draft)
    return 1000 * (time.perf_counter() - started), bool(found)


def _reads_whole(actor: Actor, draft: Draft) -> str:
    """The large tables that any of the questions reads from end to end."""
    with CaptureQueriesContext(connection) as asked:
        alike(actor, draft)
    whole: set[str] = set()
    for query in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + query["sql"])
            plan: list[tuple[Any, ...]] = cursor.fetchall()
        text = "\n".join(line for (line,) in plan)
        tables = ("notebooks_cell", "notebooks_revision", "notebooks_notebook ")
        whole |= {table.strip() for table in tables if f"Seq Scan on {table}" in text}
        if os.environ.get("NBCOMMONS_BENCH_PLANS"):
            print(text)
    return ", ".join(sorted(whole))


if __name__ == "__main__":
    main()
