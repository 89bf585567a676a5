"""Lines of past activity a second, with the database's work in it.

    python bench/load_activity.py [--lines 1000000] [--people 10000] [--notebooks 2000]

Two files of the same length: people who come back to their cells (most lines add to a day that is
known), and the hardest case, where every line is a day of its own. The database is a throw-away
one (no flush to disk).
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import django
import orjson
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
from django.utils import timezone  # noqa: E402

from nbcommons.core.actor import Actor  # noqa: E402
from nbcommons.executions.operations import load_activity  # noqa: E402
from nbcommons.notebooks.models import Visibility  # noqa: E402
from nbcommons.notebooks.operations import CellFacts, Description, create_notebook  # noqa: E402
from nbcommons.people.models import Person  # noqa: E402

CELLS = 20


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--notebooks", type=int, default=2_000)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    uuids = _notebooks(asked.notebooks)
    rows = []
    for name, repeats in (("people come back", 8), ("every line a day of its own", 1)):
        with tempfile.TemporaryFile() as file:
            file.writelines(_lines(asked.lines, asked.people, uuids, repeats=repeats))
            file.seek(0)
            rows.append(_measured(name, file))
    report("load_activity", rows)


def _measured(name: str, lines: Iterable[bytes]) -> dict[str, Any]:
    process = psutil.Process()
    started, cpu = time.perf_counter(), time.process_time()
    loaded = load_activity(
        Actor.system("bench"), lines, sha256=name.ljust(64)[:64], at=timezone.now()
    )
    took_s = time.perf_counter() - started
    return {
        "file": name,
        "lines": f"{loaded.lines:,}",
        "counted": f"{loaded.counted:,}",
        "people made": loaded.people_created,
        "lines/s": f"{loaded.lines / took_s:,.0f}",
        "own CPU s": round(time.process_time() - cpu, 1),
        "memory MB": process.memory_info().rss >> 20,
    }


def _lines(count: int, people: int, uuids: list[UUID], *, repeats: int) -> Iterator[bytes]:
    rng = random.Random(4711)
    now = datetime.now(UTC).replace(microsecond=0)
    for _ in range(count // repeats):
        person, notebook = rng.randrange(people), rng.choice(uuids)
        cell = rng.randrange(CELLS)
        day = now - timedelta(days=rng.randrange(1, 300))
        for turn in range(repeats):
            yield orjson.dumps(
                {
                    "person": f"person.{person}",
                    "notebook": str(notebook),
                    "cell": cell,
                    "success": rng.random() < 0.9,  # noqa: PLR2004
                    "runtime_ms": rng.randrange(5_000),
                    "at": (day + timedelta(seconds=turn)).isoformat(),
                },
                option=orjson.OPT_APPEND_NEWLINE,
            )


def _notebooks(count: int) -> list[UUID]:
    owner = Person.objects.create(username="owner")
    return [
        create_notebook(
            owner_id=owner.pk,
            description=Description(f"Notebook {number}", "", "python", "operational", ()),
            visibility=Visibility.EVERYONE,
            canonical=b"{}",
            cells=[
                CellFacts(place, f"c{place}", "code", f"{number:016x}{place:016x}")
                for place in range(CELLS)
            ],
            at=timezone.now(),
        ).uuid
        for number in range(count)
    ]


if __name__ == "__main__":
    with _cluster:
        main()
