"""The jobs as administrators see and mend them: counts, lists, again, away, sign of life."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import connection

from nbcommons.core.errors import CommonsError
from nbcommons.core.jobs import retry
from nbcommons.core.models import JobFailure

# States as procrastinate names them, in the order in which administrators want to see them.
STATES = ("failed", "doing", "todo", "cancelled")
# A worker says every 10 s that it lives.
SILENT_AFTER = timedelta(seconds=60)

_ROWS = """
    SELECT job.id, job.task_name, job.queue_name, job.status::text, job.attempts,
           job.scheduled_at, job.args,
           (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id),
           failure.at, failure.kind, failure.place, failure.message,
           worker.last_heartbeat
    FROM procrastinate_jobs job
    LEFT JOIN core_jobfailure failure ON failure.job_id = job.id
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = %s::procrastinate_job_status AND (%s = '' OR job.task_name = %s)
    ORDER BY job.id DESC LIMIT %s OFFSET %s
"""
_OLDEST = """
    SELECT min(coalesce(job.scheduled_at, event.at))
    FROM procrastinate_jobs job
    JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
    WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= %s)
"""
_CANCEL = """
    DELETE FROM procrastinate_jobs WHERE id = %s AND status <> 'doing' RETURNING task_name
"""
_FORGET = """
    DELETE FROM procrastinate_jobs job WHERE status NOT IN ('todo', 'doing') AND NOT EXISTS
    (SELECT FROM procrastinate_events WHERE job_id = job.id AND at >= %s)
"""
_FORGET_NOTES = """
    DELETE FROM core_jobfailure failure
    WHERE NOT EXISTS (SELECT FROM procrastinate_jobs job WHERE job.id = failure.job_id)
"""


class NoSuchJob(CommonsError):
    """The job is gone, or no longer in a state in which that can be done."""

    status: ClassVar[int] = 404
    title: ClassVar[str] = "That job is not there any more"


class EqualJobWaits(CommonsError):
    """Another job waits that will do the same."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job; ``about`` are the keys among its arguments, ``changed_at`` its last news."""

    job_id: int
    task: str
    queue: str
    state: str
    attempts: int
    scheduled_at: datetime | None
    about: tuple[tuple[str, str], ...]
    changed_at: datetime | None
    failed_at: datetime | None
    kind: str
    place: str
    message: str
    # Under way in a worker that has not been heard of for a while.
    is_stranded: bool

    @property
    def can_run_again(self) -> bool:
        return self.state == "failed" or self.is_stranded


def counts() -> dict[str, int]:
    """How many jobs there are in each of ``STATES``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
        found = dict(cursor.fetchall())
    return {state: found.get(state, 0) for state in STATES}


def counts_by_task(state: str) -> list[tuple[str, int]]:
    """How many jobs of each kind are in ``state``, most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, count(*) FROM procrastinate_jobs "
            "WHERE status = %s::procrastinate_job_status GROUP BY 1 ORDER BY 2 DESC, 1",
            [state],
        )
        return [(str(task), int(count)) for task, count in cursor.fetchall()]


def rows(
    state: str, *, task: str = "", first: int = 0, limit: int = 50, at: datetime
) -> list[JobRow]:
    """Jobs in ``state``, of one kind or (empty) of all, newest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [state, task, task, limit, first])
        return [_row(values, at=at) for values in cursor.fetchall()]


def last_sign_of_life() -> datetime | None:
    """When a worker was last heard of; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        found: datetime | None = cursor.fetchone()[0]
        return found


def oldest_waiting(*, at: datetime) -> datetime | None:
    """Since when the job waits that has waited longest for its turn; None when none waits."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, [at])
        found: datetime | None = cursor.fetchone()[0]
        return found


def run_again(job_id: int, *, at: datetime) -> str:
    """Let a failed or stranded job run again; returns its kind.

    Raises ``NoSuchJob``, or ``EqualJobWaits`` when another one does the same. Unguarded.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT job.task_name FROM procrastinate_jobs job "
            "LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id "
            "WHERE job.id = %s AND (job.status = 'failed' OR (job.status = 'doing' "
            "AND coalesce(worker.last_heartbeat, '-infinity') < %s))",
            [job_id, at - SILENT_AFTER],
        )
        found = cursor.fetchone()
    if found is None:
        raise NoSuchJob("Only jobs that failed, or whose worker is gone, can run again.")
    try:
        is_waiting = retry(job_id, at=at)
    except LookupError as error:  # changed between the look and the try
        raise NoSuchJob("The job has changed in the meantime. Look again.") from error
    if not is_waiting:
        raise EqualJobWaits("A job that does the same waits already.")
    return str(found[0])


def cancel(job_id: int) -> str:
    """Take a job away that waits or has failed; returns its kind. Raises ``NoSuchJob``.

    What is under way ends by itself. Unguarded.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL, [job_id])
        found = cursor.fetchone()
    if found is None:
        raise NoSuchJob("It is under way, or has been done.")
    JobFailure.objects.filter(job_id=job_id).delete()
    return str(found[0])


def forget_ended(*, before: datetime) -> int:
    """Delete jobs that ended before then, and notes of failures of jobs gone; how many jobs."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [before])
        count: int = cursor.rowcount
        cursor.execute(_FORGET_NOTES)
    return count


def _row(values: Sequence[Any], *, at: datetime) -> JobRow:
    (job_id, task, queue, state, attempts, scheduled_at, arguments, changed_at) = values[:8]
    failed_at, kind, place, message, heartbeat = values[8:]
    return JobRow(
        job_id=job_id,
        task=task,
        queue=queue,
        state=state,
        attempts=attempts,
        scheduled_at=scheduled_at,
        about=_keys_of(json.loads(arguments)),
        changed_at=changed_at,
        failed_at=failed_at,
        kind=kind or "",
        place=place or "",
        message=message or "",
        is_stranded=state == "doing" and (heartbeat is None or heartbeat < at - SILENT_AFTER),
    )


def _keys_of(arguments: Any) -> tuple[tuple[str, str], ...]:
    """The arguments that name things; others may hold what people wrote."""
    if not isinstance(arguments, dict):
        return ()
    return tuple(
        (name, str(value))
        for name, value in arguments.items()
        if name.endswith(("_id", "_uuid")) and value is not None
    )
