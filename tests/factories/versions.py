"""A notebook with several versions, each given by its cells."""

from datetime import timedelta
from typing import Any

from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.cells import cell_facts
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people.models import Person
from nbcommons_ipynb.canonical import canonical_bytes
from tests.factories.executions import NOW, make_person

Cell = tuple[str, str, str]
"""Its id, its kind and its source."""

LOAD = ("load", "code", "import pandas as pd\nlate = pd.read_csv('late.csv')")
RANK = ("rank", "code", "ranked = late.sort_values('days')\nranked.head(20)")
WHY = ("why", "markdown", "# Rank late payers\n\nAsk who pays late, and how much.")


def make_document(*cells: Cell | dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """A stripped notebook; a cell may be given whole."""
    return {
        "cells": [cell if isinstance(cell, dict) else _cell(*cell) for cell in cells],
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(cell_id: str, kind: str, source: str) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": cell_id, "metadata": {}, "source": source}
    return {**cell, "outputs": [], "execution_count": None} if kind == "code" else cell


def with_versions(
    *documents: dict[str, Any],
    owner: Person | None = None,
    title: str = "Rank late payers",
    visibility: str = Visibility.EVERYONE,
) -> Notebook:
    """A notebook whose versions hold ``documents``, published an hour apart."""
    owner = owner or make_person("author")
    first, *others = documents
    notebook = catalogue.create_notebook(
        owner_id=owner.pk,
        description=catalogue.Description(title, "", "python", "operational", ()),
        visibility=visibility,
        canonical=canonical_bytes(first),
        cells=cell_facts(first),
        message="First try",
        at=NOW,
    )
    for number, document in enumerate(others, start=2):
        publish(notebook, document, author=owner, message=f"Try {number}", hours=number)
    return notebook


def publish(
    notebook: Notebook,
    document: dict[str, Any],
    *,
    author: Person | None = None,
    message: str = "",
    hours: int = 100,
) -> None:
    """The next version of ``notebook``."""
    catalogue.add_revision(
        notebook,
        author_id=author.pk if author else notebook.owner_id,
        canonical=canonical_bytes(document),
        cells=cell_facts(document),
        message=message,
        at=NOW + timedelta(hours=hours),
    )
