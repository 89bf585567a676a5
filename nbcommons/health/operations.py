"""Judging notebooks anew."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from nbcommons.access import guard
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.executions.operations import await_reports_under_way
from nbcommons.health import _judge
from nbcommons.health.events import HealthChanged

# So many notebooks are judged by one statement when all are.
CHUNK = 500


@transaction.atomic
def refresh_health(actor: Actor, notebook_id: int, *, at: datetime) -> None:
    """Judge one notebook by its runs as of ``at``; announces ``HealthChanged`` if that is news."""
    _judge_chunk(actor, (notebook_id,), at=at)


@transaction.atomic
def refresh_health_of_many(actor: Actor, notebook_ids: Sequence[int], *, at: datetime) -> None:
    """Judge several notebooks at once, as ``refresh_health`` does one."""
    _judge_chunk(actor, notebook_ids, at=at)


def rebuild_health(
    actor: Actor, *, at: datetime, progress: Callable[[int, int], None] | None = None
) -> int:
    """Judge all notebooks; returns how many there are.

    ``progress`` hears how many are done, and of how many. Every chunk is a transaction.
    """
    _require_system(actor)
    ids = list(guard.notebooks_for(actor).order_by("pk").values_list("pk", flat=True))
    done = 0
    for first in range(0, len(ids), CHUNK):
        chunk = ids[first : first + CHUNK]
        with transaction.atomic():
            _judge_chunk(actor, chunk, at=at)
        done += len(chunk)
        if progress is not None:
            progress(done, len(ids))
    return len(ids)


def _judge_chunk(actor: Actor, notebook_ids: Sequence[int], *, at: datetime) -> None:
    _require_system(actor)
    await_reports_under_way(actor, notebook_ids)
    # A version that is being published holds the notebook's row: wait for it, because the job
    # that it would have added may have been spared as equal to the one that runs here.
    revisions = dict(
        guard.notebooks_for(actor)
        .filter(pk__in=notebook_ids)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk", "current_revision_id")
    )
    verdicts = _judge.judge(revisions, at=at, window_days=settings.NBCOMMONS_HEALTH_WINDOW_DAYS)
    for verdict in verdicts:
        if verdict.is_news:
            events.publish(
                HealthChanged(
                    actor_id=actor.person_id,
                    notebook_id=verdict.notebook_id,
                    before=verdict.before,
                    after=verdict.after,
                )
            )


def _require_system(actor: Actor) -> None:
    if not actor.is_system:
        raise Denied("Only the system judges health.")
