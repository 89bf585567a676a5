"""The plans of the permission rules in a large organisation: what the database reads for a page.

    python bench/plans.py [--notebooks 10000] [--people 10000] [--teams 1000]

Exits with 1 when a question about one notebook or one page of a list reads a whole table of the
catalogue: the sizes here are those of an organisation in which that would hurt.
"""

import argparse
import os
import re
import sys
from contextlib import ExitStack
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
from django.db.models import QuerySet  # noqa: E402

from nbcommons.access import guard  # noqa: E402
from nbcommons.access.actions import Action  # noqa: E402
from nbcommons.core.actor import Actor  # noqa: E402
from nbcommons.notebooks.models import Notebook  # noqa: E402
from nbcommons.people.models import Person  # noqa: E402
from tests.factories.executions import make_notebook  # noqa: E402
from tests.factories.organisation import make_organisation  # noqa: E402

# Read whole, these would cost more with every notebook; small ones may be read whole.
LARGE = (
    "notebooks_notebook ",
    "notebooks_notebookshare",
    "notebooks_revision",
    "people_person ",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--teams", type=int, default=1_000)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    made = make_organisation(people=options.people, teams=options.teams)
    for number in range(20):
        make_notebook(f"a = {number}", title=f"Pattern {number}")
    notebooks = fill_catalogue(options.notebooks, made, patterns())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    rows = [measured(*question) for question in questions(made.people[70], notebooks)]
    report("plans", rows)
    if any(row["reads whole"] and row["must not"] for row in rows):
        raise SystemExit(1)


def questions(
    person: Person, notebooks: list[Notebook]
) -> list[tuple[str, QuerySet[Any], bool]]:
    """Name, question, and whether it may read no large table whole."""
    actor = Actor.person(person.pk, person.username)
    readable = guard.notebooks_for(actor)
    editable = guard.notebooks_for(actor, Action.NOTEBOOK_EDIT)
    keys = [notebook.pk for notebook in notebooks[:20]]
    return [
        ("one notebook", readable.filter(uuid=notebooks[7].uuid), True),
        ("one notebook, to edit", editable.filter(pk=notebooks[7].pk), True),
        ("the last word on a page of results", readable.filter(pk__in=keys), True),
        ("a page of the newest", readable.order_by("-updated_at")[:20], True),
        ("mine", readable.filter(owner=person).order_by("-updated_at")[:50], True),
        ("its versions", guard.revisions_for(actor, readable[0]), True),
        ("all that I may edit", editable.order_by("-updated_at")[:50], False),
        ("all that I may read (their number)", readable.values("pk"), False),
    ]


def measured(name: str, asked: QuerySet[Any], must_not: bool) -> dict[str, Any]:  # noqa: FBT001
    """What PostgreSQL says of the plan."""
    plan = asked.explain(analyze=True, buffers=True)
    whole = {table for table in LARGE if f"Seq Scan on {table}" in plan}
    return {
        "question": name,
        "planning ms": _number(plan, r"Planning Time: ([\d.]+)"),
        "execution ms": _number(plan, r"Execution Time: ([\d.]+)"),
        "blocks": int(_number(plan, r"Buffers: shared hit=(\d+)")),
        "reads whole": ", ".join(sorted(table.strip() for table in whole)),
        "must not": must_not,
    }


def _number(plan: str, pattern: str) -> float:
    found = re.search(pattern, plan)
    return float(found[1]) if found else 0.0


if __name__ == "__main__":
    main()
