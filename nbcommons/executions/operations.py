"""Counting runs, and forgetting them in time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core import events as facts
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.executions import _ingest
from nbcommons.executions._reports import ExecutionEvent, Receipt
from nbcommons.executions.events import ExecutionsRecorded
from nbcommons.executions.models import CellDay, ChangedCellDay, ReceivedEvent

__all__ = [
    "ExecutionEvent",
    "Receipt",
    "await_reports_under_way",
    "forget_old_executions",
    "record_executions",
]

log = structlog.get_logger(__name__)


@transaction.atomic
def record_executions(
    actor: Actor, events: Sequence[ExecutionEvent], *, at: datetime
) -> Receipt:
    """Count what the person behind ``actor`` ran, received at ``at``; each event id once, ever.

    Unmatched are events of notebooks that the person may not see, of code that no version of the
    notebook holds, and those older than ``NBCOMMONS_EXECUTIONS_MAX_AGE_DAYS``. If the cell is of
    the notebook but its code was changed, that is kept as a run with changes. An event from the
    future (a clock that is ahead) is taken as of now. Raises ``Denied`` when nobody is behind
    ``actor``.
    """
    if actor.person_id is None:
        raise Denied("Sign in to report runs.")
    oldest = at - timedelta(days=settings.NBCOMMONS_EXECUTIONS_MAX_AGE_DAYS)
    known = dict(
        guard.notebooks_for(actor, Action.EXECUTION_REPORT)
        .filter(uuid__in={event.notebook for event in events})
        .values_list("uuid", "pk")
    )
    located = [
        (known[event.notebook], event)
        for event in events
        if event.notebook in known and event.at >= oldest
    ]
    if not located:
        return Receipt(accepted=0, repeated=0, unmatched=len(events))

    _ingest.announce_reports(list(known.values()))
    counted = _ingest.count_events(located, person_id=actor.person_id, received_at=at)
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
