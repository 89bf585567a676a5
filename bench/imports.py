"""Notebooks brought in per second, into the database, beside doing it with nbformat alone.

    python bench/imports.py

Each notebook becomes a version with its cells, facts and jobs in a transaction of its own. The
baseline of the same run only reads, validates and writes each notebook with nbformat after taking
its outputs away: no database, no facts. The database is a throw-away one (no flush to disk).
"""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import django
import nbformat
from _report import report
from nbconvert.preprocessors import ClearOutputPreprocessor

from nbcommons.launch.postgres import temporary_cluster

SAMPLES = Path(os.environ.get("NBCOMMONS_SAMPLES", "../shared/samples")) / "notebooks"
_cluster = ExitStack()
os.environ |= {
    "DATABASE_URL": _cluster.enter_context(temporary_cluster()),
    "DJANGO_SETTINGS_MODULE": "nbcommons.config.settings.test",
    "NBCOMMONS_LOG_LEVEL": "WARNING",
}
django.setup()

from django.core.management import call_command  # noqa: E402 - once the database is known

from nbcommons.core.actor import Actor  # noqa: E402
from nbcommons.intake.operations.bulk import import_notebook  # noqa: E402
from nbcommons.people.models import Person  # noqa: E402


def main() -> None:
    files = sorted(SAMPLES.rglob("*.ipynb"))
    if not files:
        print(f"There are no notebooks at {SAMPLES}: nothing measured.")
        return
    raws = [(path.name, path.read_bytes()) for path in files]
    call_command("migrate", verbosity=0)
    owner = Person.objects.create(username="bench")
    rows = [
        measure("ours, new", raws, lambda name, raw: bring_in(owner.pk, name, raw)),
        measure("ours, unchanged", raws, lambda name, raw: bring_in(owner.pk, name, raw)),
        measure("nbformat, no database", raws, clear_with_nbformat),
    ]
    report("imports", rows)


def bring_in(owner_id: int, name: str, raw: bytes) -> None:
    import_notebook(
        Actor.system("bench"),
        owner_id=owner_id,
        raw=raw,
        file_name=name,
        origin=f"bench/{name}/{len(raw)}",
        visibility="everyone",
        at=datetime.now(UTC),
    )


def clear_with_nbformat(name: str, raw: bytes) -> None:
    del name
    try:
        notebook = nbformat.reads(raw.decode(), as_version=4)
    except (nbformat.ValidationError, nbformat.reader.NotJSONError):
        return
    cleared, _ = ClearOutputPreprocessor().preprocess(notebook, {})
    nbformat.writes(cleared)


def measure(
    name: str, raws: list[tuple[str, bytes]], work: Callable[[str, bytes], None]
) -> dict[str, object]:
    wall, own = time.perf_counter(), time.process_time()
    for file_name, raw in raws:
        work(file_name, raw)
    took, cpu = time.perf_counter() - wall, time.process_time() - own
    return {
        "what": name,
        "notebooks": len(raws),
        "wall s": round(took, 1),
        "notebooks/s": round(len(raws) / took, 1),
        "CPU ms each": round(1000 * cpu / len(raws), 2),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    main()
