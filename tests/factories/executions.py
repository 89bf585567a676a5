"""People, notebooks of code cells, and reports of their runs; valid unless told otherwise."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

from nbcommons.core.actor import Actor
from nbcommons.executions.operations import ExecutionEvent, record_executions
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people.models import Person

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_person(username: str = "ann") -> Person:
    return Person.objects.get_or_create(username=username)[0]


def actor_for(person: Person) -> Actor:
    return Actor.person(person.pk, person.username)


def fingerprint_of(code: str) -> str:
    return hashlib.md5(code.encode()).hexdigest()


def cells_of(*codes: str, tags: dict[int, tuple[str, ...]] | None = None):
    """A text cell, then a cell for each code; ids are ``c0``, ``c1`` …"""
    text = catalogue.CellFacts(None, "text", "markdown", fingerprint_of("# Text"))
    return [
        text,
        *(
            catalogue.CellFacts(
                place, f"c{place}", "code", fingerprint_of(code), (tags or {}).get(place, ())
            )
            for place, code in enumerate(codes)
        ),
    ]


def make_notebook(
    *codes: str,
    owner: Person | None = None,
    visibility: str = Visibility.EVERYONE,
    title: str = "Count the letters",
    tags: dict[int, tuple[str, ...]] | None = None,
) -> Notebook:
    """A notebook with these code cells; three of them unless told."""
    return catalogue.create_notebook(
        owner_id=(owner or make_person("owner")).pk,
        description=catalogue.Description(title, "", "python", "operational", ()),
        visibility=visibility,
        canonical=b"{}",
        cells=cells_of(*(codes or ("a = 1", "b = 2", "c = 3")), tags=tags),
        at=NOW - timedelta(days=60),
    )


def edit_notebook(notebook: Notebook, *codes: str) -> None:
    """A next version with these code cells."""
    catalogue.add_revision(
        notebook,
        author_id=notebook.owner_id,
        canonical=b"{}",
        cells=cells_of(*codes),
        at=NOW - timedelta(days=1),
    )


def event(of: Notebook, code: str = "a = 1", *, ok: bool = True, **changes) -> ExecutionEvent:
    """A run of ``code``, successful unless told, a minute ago."""
    values = {
        "id": uuid.uuid4(),
        "notebook": of.uuid,
        "fingerprint": fingerprint_of(code),
        "success": ok,
        "runtime_ms": 100,
        "at": NOW - timedelta(minutes=1),
    }
    return ExecutionEvent(**{**values, **changes})


def run(
    person: Person, notebook: Notebook, *outcomes: tuple[str, bool], days_ago: int = 0
) -> None:
    """Record runs of code, one second apart, on a day: ``run(ann, notebook, ("a = 1", True))``."""
    start = NOW - timedelta(days=days_ago, hours=1)
    record_executions(
        actor_for(person),
        [
            event(notebook, code, ok=ok, at=start + timedelta(seconds=second))
            for second, (code, ok) in enumerate(outcomes)
        ],
        at=start + timedelta(minutes=5),
    )
