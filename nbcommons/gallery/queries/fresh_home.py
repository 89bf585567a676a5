"""What a person's fresh Jupyter begins with: notebooks that they starred or ran lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max
from django.db.models.functions import Greatest

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.collaboration.queries.stars import starred_by
from nbcommons.core.actor import Actor
from nbcommons.executions.models import CellDay
from nbcommons.notebooks.models import Notebook
from nbcommons.runtime.preferences import wanted_by

STARRED, RECENT = "Starred", "Recently run"
MOST_IN_A_FOLDER = 20
WINDOW_DAYS = 60


@dataclass(frozen=True, slots=True)
class HomeNotebook:
    """A notebook to put into a folder; revision: its newest version."""

    uuid: UUID
    revision: int
    title: str
    folder: str


def home_of(actor: Actor, *, at: datetime) -> tuple[HomeNotebook, ...]:
    """The notebooks for the home of ``actor`` that they may run, each once; none if not wanted."""
    if actor.person_id is None or not wanted_by(actor.person_id).fills_home:
        return ()
    starred = _starred(actor)
    known = {notebook.pk for notebook in starred}
    recent = [one for one in _recently_run(actor, at=at) if one.pk not in known]
    return (
        *_in_folder(starred, STARRED),
        *_in_folder(recent[:MOST_IN_A_FOLDER], RECENT),
    )


def _starred(actor: Actor) -> list[Notebook]:
    keys = list(starred_by(actor).values_list("pk", flat=True)[: 2 * MOST_IN_A_FOLDER])
    found = _runnable(actor, keys)
    return [found[key] for key in keys if key in found][:MOST_IN_A_FOLDER]


def _recently_run(actor: Actor, *, at: datetime) -> list[Notebook]:
    days = CellDay.objects.filter(
        person_id=actor.person_id or 0, day__gte=at.date() - timedelta(days=WINDOW_DAYS)
    )
    newest = (
        days.values("notebook_id")
        .annotate(last_at=Max(Greatest("last_success_at", "last_failure_at")))
        .order_by("-last_at")
        .values_list("notebook_id", flat=True)
    )
    keys = list(newest)
    found = _runnable(actor, keys)
    return [found[key] for key in keys if key in found]


def _runnable(actor: Actor, keys: list[int]) -> dict[int, Notebook]:
    rows = guard.notebooks_for(actor, Action.NOTEBOOK_RUN).filter(pk__in=keys)
    return rows.select_related("current_revision").in_bulk()


def _in_folder(notebooks: list[Notebook], folder: str) -> list[HomeNotebook]:
    return [
        HomeNotebook(one.uuid, one.current_revision.number, one.title, folder)
        for one in notebooks
        if one.current_revision is not None
    ]
