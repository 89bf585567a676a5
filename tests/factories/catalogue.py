"""Notebooks in the catalogue, with texts; valid unless told otherwise."""

import hashlib
import json
from datetime import UTC, datetime

from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people.models import Person

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def publish(
    owner: Person,
    title: str = "Count the letters",
    *,
    purpose: str = "",
    text: str = "",
    code: str = "",
    tags: tuple[str, ...] = (),
    visibility: str = Visibility.EVERYONE,
    at: datetime = NOW,
) -> Notebook:
    """A notebook in the catalogue with one text cell and one code cell."""
    return catalogue.create_notebook(
        owner_id=owner.pk,
        description=catalogue.Description(title, purpose, "python", "operational", tags),
        visibility=visibility,
        canonical=canonical(text, code),
        cells=[],
        at=at,
    )


def revise(notebook: Notebook, *, text: str = "", code: str = "", at: datetime = NOW) -> None:
    """A next version with these cells."""
    catalogue.add_revision(
        notebook,
        author_id=notebook.owner_id,
        canonical=canonical(text, code),
        cells=[],
        at=at,
    )


def canonical(text: str, code: str) -> bytes:
    cells = [
        {
            "cell_type": kind,
            "id": hashlib.md5(source.encode()).hexdigest()[:8],
            "metadata": {},
            "source": source,
        }
        for kind, source in (("markdown", text), ("code", code))
    ]
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    ).encode()
