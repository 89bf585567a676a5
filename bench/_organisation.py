"""A catalogue as large as an organisation: notebooks of people and teams, shared and labelled."""

import random
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nbcommons.notebooks.models import (
    Cell,
    Notebook,
    NotebookShare,
    Revision,
    Visibility,
)
from nbcommons.people.models import Person
from tests.factories.organisation import MadeOrganisation

BATCH = 2_000
LABELLED_SHARE = 0.1
EDITING_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Patterns:
    """Versions whose contents are used again, with their cells."""

    revisions: list[Revision]
    cells: dict[int, list[Cell]]


def patterns() -> Patterns:
    """The current version of each notebook that is there now."""
    revisions = list(Revision.objects.filter(notebook__current_revision_id__isnull=False))
    cells: dict[int, list[Cell]] = {revision.pk: [] for revision in revisions}
    for cell in Cell.objects.filter(revision__in=revisions):
        cells[cell.revision_id].append(cell)
    return Patterns(revisions, cells)


def fill_catalogue(count: int, made: MadeOrganisation, models: Patterns) -> list[Notebook]:
    """``count`` notebooks, a quarter of teams, a tenth labelled.

    A quarter is private, a quarter shared by name with five people and two teams, the rest open to
    everyone.
    """
    draw = random.Random(2018)
    now = datetime.now(UTC)
    notebooks = Notebook.objects.bulk_create(
        [_notebook(number, made, draw, now) for number in range(count)], batch_size=BATCH
    )
    _add_versions(notebooks, models, draw, made.people[0])
    shared = [one for one in notebooks if one.visibility == Visibility.SHARED]
    NotebookShare.objects.bulk_create(
        [
            NotebookShare(
                notebook=one, created_at=now, may_edit=draw.random() < EDITING_SHARE, **named
            )
            for one in shared
            for named in [
                *({"person": person} for person in draw.sample(made.people, 5)),
                *({"team": team} for team in draw.sample(made.teams, 2)),
            ]
        ],
        batch_size=BATCH,
    )
    carried = Notebook.labels.through
    carried.objects.bulk_create(
        [
            carried(notebook_id=one.pk, label_id=label.pk)
            for one in notebooks
            if draw.random() < LABELLED_SHARE
            for label in draw.sample(made.labels, draw.randint(1, 2))
        ],
        batch_size=BATCH,
    )
    return notebooks


def _notebook(
    number: int, made: MadeOrganisation, draw: random.Random, now: datetime
) -> Notebook:
    person, team = draw.choice(made.people), draw.choice(made.teams)
    is_of_team = number % 4 == 0
    visibility = draw.choice([*Visibility.values, Visibility.EVERYONE])
    return Notebook(
        title=f"Notebook {number} of {person.full_name}",
        purpose="Made of cells of other notebooks.",
        visibility=visibility,
        owner=None if is_of_team else person,
        owner_team=team if is_of_team else None,
        created_by=person,
        created_at=now - timedelta(days=draw.randint(30, 900)),
        updated_at=now - timedelta(minutes=draw.randint(1, 40_000)),
    )


def _add_versions(
    notebooks: list[Notebook],
    models: Patterns,
    draw: random.Random,
    author: Person,
) -> None:
    chosen = [draw.choice(models.revisions) for _ in notebooks]
    revisions = Revision.objects.bulk_create(
        [
            Revision(
                notebook=notebook,
                number=1,
                content_id=model.content_id,
                author=author,
                cell_count=model.cell_count,
                code_cell_count=model.code_cell_count,
                created_at=notebook.updated_at,
            )
            for notebook, model in zip(notebooks, chosen, strict=True)
        ],
        batch_size=BATCH,
    )
    for notebook, revision in zip(notebooks, revisions, strict=True):
        notebook.current_revision = revision
    Notebook.objects.bulk_update(notebooks, ["current_revision"], batch_size=BATCH)
    for start in range(0, len(revisions), BATCH):
        Cell.objects.bulk_create(
            [
                _copied(cell, revision)
                for revision, model in zip(
                    revisions[start : start + BATCH], chosen[start : start + BATCH], strict=True
                )
                for cell in models.cells[model.pk]
            ],
            batch_size=10 * BATCH,
        )


def _copied(cell: Cell, revision: Revision) -> Cell:
    copied = copy(cell)
    copied.pk = None
    copied.revision = revision
    return copied
