"""Notebooks brought in the real way, from a file, so that pages have something to show."""

import json
from datetime import datetime

from nbcommons.core.actor import Actor
from nbcommons.intake.operations import bulk
from nbcommons.notebooks.models import Cell, Notebook, Visibility
from nbcommons.people.models import Person
from tests.factories.executions import NOW

SYSTEM = Actor.system("test")


def bring_in(
    owner: Person,
    title: str = "Rank late payers",
    *,
    cells: tuple[tuple[str, str], ...] = (),
    visibility: str = Visibility.EVERYONE,
    origin: str = "",
    at: datetime = NOW,
) -> Notebook:
    """A shared notebook with this title; ``cells`` follow its heading as (kind, source)."""
    cells = cells or (
        ("markdown", f"Ask who pays late, and how much.\n\n## Load the list of {title}"),
        ("code", "import pandas as pd"),
        ("code", "total = 1 + 1"),
        ("code", "print(total)"),
    )
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": [
            {"id": "heading", "cell_type": "markdown", "metadata": {}, "source": f"# {title}"},
            *(
                {
                    "id": f"cell-{place}",
                    "cell_type": kind,
                    "metadata": {},
                    "source": source,
                    **({"outputs": [], "execution_count": None} if kind == "code" else {}),
                }
                for place, (kind, source) in enumerate(cells)
            ),
        ],
    }
    imported = bulk.import_notebook(
        SYSTEM,
        owner_id=owner.pk,
        raw=json.dumps(document).encode(),
        file_name=f"{title}.ipynb",
        origin=origin or f"test/{title}.ipynb",
        visibility=visibility,
        at=at,
    )
    return Notebook.objects.select_related("current_revision").get(pk=imported.notebook_id)


def fingerprints_of(notebook: Notebook) -> list[str]:
    """Of the code cells of the current version, in order."""
    cells = Cell.objects.filter(revision=notebook.current_revision, number__isnull=False)
    return list(cells.order_by("number").values_list("fingerprint", flat=True))
