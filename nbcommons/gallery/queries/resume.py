"""Where a person left off: their newest runs, and what has become of those notebooks since."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.executions.models import CellDay
from nbcommons.gallery.queries.cards import NotebookCard, cards_of, with_card_parts
from nbcommons.notebooks.models import Cell, Notebook

SHOWN = 3
WINDOW_DAYS = 60  # older runs are not something to continue
OTHERS = 3  # people who stop at a cell before we say that most do

CellKey = tuple[str, int]  # fingerprint, and which of the cells with that same code


@dataclass(frozen=True, slots=True)
class Resumable:
    """A notebook that a person ran lately, and how far they got on their last day with it.

    Cells count from 1. ``stopped_at`` is the first cell that was left failing; ``done`` the last
    one that worked. ``is_stopping_others``: most people stop there, so it was not them.
    """

    card: NotebookCard
    ran_on: date
    done: int
    cells: int
    stopped_at: int | None
    is_stopping_others: bool
    has_newer_version: bool

    @property
    def is_finished(self) -> bool:
        return self.stopped_at is None and self.done >= self.cells


def resumables_of(actor: Actor, *, at: datetime) -> tuple[Resumable, ...]:
    """The last notebooks that ``actor`` ran and may still run, newest first."""
    if actor.person_id is None:
        return ()
    days = _last_days(actor.person_id, since=at.date() - timedelta(days=WINDOW_DAYS))
    visible = with_card_parts(
        guard.notebooks_for(actor, Action.NOTEBOOK_RUN)
        .filter(pk__in=list(days))
        .select_related("health")
    ).in_bulk()
    newest = sorted(
        (notebook_id for notebook_id in days if notebook_id in visible),
        key=lambda notebook_id: days[notebook_id],
        reverse=True,
    )[:SHOWN]
    notebooks = [visible[notebook_id] for notebook_id in newest]
    cells = _current_cells(notebooks)
    runs = _runs(actor.person_id, {notebook.pk: days[notebook.pk] for notebook in notebooks})
    return tuple(
        _resumable(notebook, card, cells[notebook.pk], runs[notebook.pk])
        for notebook, card in zip(notebooks, cards_of(actor, notebooks), strict=True)
    )


def _last_days(person_id: int, *, since: date) -> dict[int, date]:
    """The last day on which the person ran each notebook, by its id."""
    rows = (
        CellDay.objects.filter(person_id=person_id, day__gte=since)
        .values("notebook_id")
        .annotate(last_day=Max("day"))
        .values_list("notebook_id", "last_day")
    )
    return dict(rows)


def _current_cells(notebooks: Iterable[Notebook]) -> dict[int, dict[CellKey, int]]:
    """By notebook: the number of each counted cell of its current version, from 0."""
    revisions = {
        notebook.current_revision_id: notebook.pk
        for notebook in notebooks
        if notebook.current_revision_id is not None
    }
    found: dict[int, dict[CellKey, int]] = defaultdict(dict)
    cells = Cell.objects.filter(revision_id__in=list(revisions), number__isnull=False)
    copies: Counter[tuple[int, str]] = Counter()
    for revision_id, fingerprint, number in cells.order_by("number").values_list(
        "revision_id", "fingerprint", "number"
    ):
        if number is None:  # not one that counts; the query has left them out
            continue
        notebook_id = revisions[revision_id]
        found[notebook_id][fingerprint, copies[notebook_id, fingerprint]] = number
        copies[notebook_id, fingerprint] += 1
    return found


def _runs(person_id: int, days: dict[int, date]) -> dict[int, list[CellDay]]:
    """By notebook: the person's runs of its cells on the day given for it."""
    found: dict[int, list[CellDay]] = defaultdict(list)
    rows = CellDay.objects.filter(
        person_id=person_id, notebook_id__in=list(days), day__in=set(days.values())
    )
    for row in rows:
        if row.day == days[row.notebook_id]:
            found[row.notebook_id].append(row)
    return found


def _resumable(
    notebook: Notebook, card: NotebookCard, cells: dict[CellKey, int], runs: list[CellDay]
) -> Resumable:
    done, stops, last_run_at = 0, [], None
    for run in runs:
        last_run_at = max(filter(None, (last_run_at, run.last_success_at, run.last_failure_at)))
        number = cells.get((run.fingerprint, run.copy))
        if number is None:  # the cell is not in the current version any more
            continue
        if run.successes:
            done = max(done, number + 1)
        if run.last_failure_at and (
            run.last_success_at is None or run.last_failure_at > run.last_success_at
        ):
            stops.append(number)
    stopped = min(stops, default=None)
    judged = getattr(notebook, "health", None)
    return Resumable(
        card=card,
        ran_on=runs[0].day,
        done=done,
        cells=len(cells),
        stopped_at=None if stopped is None else stopped + 1,
        is_stopping_others=(
            stopped is not None
            and judged is not None
            and judged.stop_number == stopped
            and judged.stop_people >= OTHERS
        ),
        has_newer_version=(
            card.version > 1 and last_run_at is not None and card.published_at > last_run_at
        ),
    )
