"""Counting runs, and forgetting them in time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core import events as facts
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.executions import _ingest, _lines, _loading
from nbcommons.executions._reports import ExecutionEvent, Receipt
from nbcommons.executions.events import ActivityLoaded, ExecutionsRecorded
from nbcommons.executions.models import CellDay, ChangedCellDay, LoadedFile, ReceivedEvent
from nbcommons.notebooks.models import Notebook
from nbcommons.people.operations.records import ensure_people

__all__ = [
    "AlreadyLoaded",
    "ExecutionEvent",
    "Loaded",
    "Receipt",
    "await_reports_under_way",
    "forget_old_executions",
    "load_activity",
    "record_executions",
]

log = structlog.get_logger(__name__)

# Runs that are folded in memory before they go to the database.
FLUSH_AT = 100_000
CLOCK_AHEAD = timedelta(minutes=5)


class AlreadyLoaded(CommonsError):
    """The same file has been counted before."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file of past activity.

    skipped: lines by their kind, of activity that is not kept yet. faults: sentences about the
    first lines that could not be read. unknown_notebooks: the names that came most often.
    """

    lines: int
    counted: int
    people_created: int
    skipped: dict[str, int] = field(default_factory=dict)
    faulty: int = 0
    faults: tuple[str, ...] = ()
    too_old: int = 0
    in_unknown_notebooks: int = 0
    unknown_notebooks: tuple[str, ...] = ()
    in_unknown_cells: int = 0


@transaction.atomic
def record_executions(
    actor: Actor, events: Sequence[ExecutionEvent], *, at: datetime
) -> Receipt:
    """Count what the person behind ``actor`` ran, received at ``at``; each event id once, ever.

    Unmatched are events of notebooks that the person may not see, of code that no version holds
    that they may read, and those older than ``NBCOMMONS_EXECUTIONS_MAX_AGE_DAYS``. If the cell is
    of the notebook but its code was changed, that is kept as a run with changes. An event from the
    future (a clock that is ahead) is taken as of now. Raises ``Denied`` when nobody is behind
    ``actor``.
    """
    if actor.person_id is None:
        raise Denied("Sign in to report runs.")
    oldest = at - timedelta(days=settings.NBCOMMONS_EXECUTIONS_MAX_AGE_DAYS)
    reported = guard.notebooks_for(actor, Action.EXECUTION_REPORT).filter(
        uuid__in={event.notebook for event in events}
    )
    notebooks = list(reported.select_related("current_revision"))
    known = {notebook.uuid: notebook.pk for notebook in notebooks}
    located = [
        (known[event.notebook], event)
        for event in events
        if event.notebook in known and event.at >= oldest
    ]
    if not located:
        return Receipt(accepted=0, repeated=0, unmatched=len(events))

    _ingest.announce_reports(list(known.values()))
    counted = _ingest.count_events(
        located,
        firsts={notebook.pk: _first_readable(actor, notebook) for notebook in notebooks},
        person_id=actor.person_id,
        received_at=at,
    )
    # In the order of notebooks, so that two batches queue up for the same jobs in the same order.
    for each in counted:
        if each.accepted or each.changed:
            facts.publish(
                ExecutionsRecorded(
                    actor_id=actor.person_id,
                    notebook_id=each.notebook_id,
                    executions=each.accepted + each.changed,
                )
            )
    accepted = sum(each.accepted for each in counted)
    unmatched = sum(each.changed + each.unknown for each in counted)
    return Receipt(
        accepted=accepted,
        repeated=len(located) - accepted - unmatched,
        unmatched=len(events) - len(located) + unmatched,
    )


def _first_readable(actor: Actor, notebook: Notebook) -> int:
    """The first version that the person behind ``actor`` may read, whatever their token is for."""
    newest = notebook.current_revision
    if newest is None or newest.number == 1:
        return 1  # as with most notebooks, and nothing to ask
    return guard.first_number_for(replace(actor, scopes=None), notebook) or newest.number


@transaction.atomic
def load_activity(
    actor: Actor,
    lines: Iterable[bytes],
    *,
    sha256: str,
    at: datetime,
    progress: Callable[[int], None] | None = None,
) -> Loaded:
    """Count the runs of the past that ``lines`` tell, one JSON object each; all or none.

    sha256: of the whole file; it is counted once, ever. People who are not known are made, unable
    to sign in. ``progress`` hears now and then how many lines have been read. Raises ``Denied``
    unless the system asks, and ``AlreadyLoaded``.
    """
    if not actor.is_system:
        raise Denied("Only the operator loads past activity.")
    _claim(sha256, at=at)
    loading = _loading.loading_of(actor)
    reading = _lines.Reading()
    created = 0

    def flush(tallies: dict[_lines.Key, _lines.Tally]) -> None:
        nonlocal created
        placed = _loading.place(loading, tallies)
        names = {key[0] for key in placed} - loading.people.keys()
        known, new = ensure_people(actor, names)
        loading.people |= known
        created += new
        _loading.count(loading, tallies, placed)
        if progress is not None:
            progress(reading.lines)

    _lines.fold(
        lines,
        oldest=_oldest_kept(at),
        newest=at + CLOCK_AHEAD,
        reading=reading,
        flush=flush,
        flush_at=FLUSH_AT,
    )
    LoadedFile.objects.filter(pk=sha256).update(executions=loading.counted)
    facts.publish(
        ActivityLoaded(
            actor_id=actor.person_id,
            executions=loading.counted,
            notebooks=len(loading.touched),
        )
    )
    return Loaded(
        lines=reading.lines,
        counted=loading.counted,
        people_created=created,
        skipped=dict(reading.skipped),
        faulty=reading.faulty,
        faults=tuple(reading.faults),
        too_old=reading.too_old,
        in_unknown_notebooks=loading.unknown_notebooks.total(),
        unknown_notebooks=tuple(
            name for name, _ in loading.unknown_notebooks.most_common(_lines.MOST_TOLD)
        ),
        in_unknown_cells=loading.unknown_cells,
    )


def _claim(sha256: str, *, at: datetime) -> None:
    """Raises ``AlreadyLoaded`` when the file was counted; a second one at once waits here."""
    try:
        with transaction.atomic():
            LoadedFile.objects.create(sha256=sha256, executions=0, loaded_at=at)
    except IntegrityError:
        before = LoadedFile.objects.get(pk=sha256)
        words = "run" if before.executions == 1 else "runs"
        raise AlreadyLoaded(
            f"This file was loaded on {before.loaded_at:%d %B %Y at %H:%M} UTC "
            f"({before.executions:,} {words}). Nothing was counted again."
        ) from None


def _oldest_kept(at: datetime) -> datetime:
    day = _months_before(at.date(), settings.NBCOMMONS_EXECUTIONS_RETENTION_MONTHS)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def await_reports_under_way(actor: Actor, notebook_ids: Sequence[int]) -> None:
    """Wait for the reports of these notebooks that have begun; to be called in a transaction.

    A report finds that the job which judges its notebook waits already and adds no second one. If
    that job began before the report is committed, it would miss it. So a report holds a shared lock
    while it is under way, and the job takes the lock alone before it reads.
    """
    if not actor.is_system:
        raise Denied("Only the system may hold reports back.")
    _ingest.await_reports(notebook_ids)


def forget_old_executions(actor: Actor, *, at: datetime) -> int:
    """Drop runs of whole months past their retention, and event ids that cannot come again.

    Returns how many rows were dropped.
    """
    if not actor.is_system:
        raise Denied("Only the system forgets runs.")
    oldest_day = _months_before(at.date(), settings.NBCOMMONS_EXECUTIONS_RETENTION_MONTHS)
    late = timedelta(days=settings.NBCOMMONS_EXECUTIONS_MAX_AGE_DAYS + 1)
    dropped = 0
    for old in (
        CellDay.objects.filter(day__lt=oldest_day),
        ChangedCellDay.objects.filter(day__lt=oldest_day),
        ReceivedEvent.objects.filter(received_at__lt=at - late),
    ):
        dropped += old.delete()[0]
    log.info("executions_forgotten", rows=dropped, oldest_day=oldest_day.isoformat())
    return dropped


def _months_before(day: date, months: int) -> date:
    """The first day of the month that lies ``months`` before that of ``day``."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
