"""Jobs in PostgreSQL: the only module that knows procrastinate.

A job is inserted on the connection of the caller, so it exists only if the caller's transaction
commits. A job may run twice and must bear it.
"""

import asyncio
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import structlog
from django.db import connection, connections, transaction
from procrastinate import RetryStrategy, exceptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.job_context import JobContext
from procrastinate.tasks import Task

from nbcommons.core import failures

log = structlog.get_logger(__name__)

QUEUES = ("default", "search")

# A worker is told of new jobs at once, but procrastinate 3.10 forgets what it is told while it
# looks for the one before; so it looks by itself this often, and news is never late for long.
POLLING_INTERVAL_S = 0.5


# So many notebooks a job for many takes at most: enough to save work, few enough to end soon.
MANY_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Job:
    """A task that can be put off until the transaction has committed.

    ``coalesce_by`` names a keyword: while a job with the same value waits, no second one is
    added. ``many`` is the job that does the same for a list, put off instead of many of these.
    """

    name: str
    function: Callable[..., None]
    task: "Task[..., Any, Any]"
    coalesce_by: str | None = None
    many: "Many | None" = None

    def __call__(self, **arguments: Any) -> None:
        """Run it here and now (tests, commands)."""
        self.function(**arguments)

    def defer(self, *, delay_s: int | None = None, **arguments: Any) -> bool:
        """Insert the job; returns False when an equal one is already waiting.

        Arguments are JSON values. A refused insert aborts the statement, not the caller's
        transaction: it runs inside a savepoint.
        """
        options: dict[str, Any] = {}
        if delay_s is not None:
            options["schedule_in"] = {"seconds": delay_s}
        if self.coalesce_by is None:
            self.task.configure(**options).defer(**arguments)
            return True
        lock = f"{self.name}:{arguments[self.coalesce_by]}"
        if _is_waiting(lock):  # the common case under load, without an error and a way back
            return False
        try:
            with transaction.atomic():
                self.task.configure(queueing_lock=lock, **options).defer(**arguments)
        except exceptions.AlreadyEnqueued:
            return False
        return True

    def defer_many(self, payloads: Sequence[Mapping[str, Any]]) -> None:
        """Insert what does the work of one job for each of ``payloads``, in as few as it can."""
        if self.many is None:
            for payload in payloads:
                self.defer(**payload)
            return
        values = list(dict.fromkeys(payload[self.many.one] for payload in payloads))
        for first in range(0, len(values), MANY_AT_ONCE):
            payload = {self.many.all: values[first : first + MANY_AT_ONCE]}
            self.many.job.defer(**payload)

    def waiting(self, keyword: str, *, limit: int) -> list[Any]:
        """What ``keyword`` is in jobs of this kind that wait, oldest first, each once.

        So that one of them can do the work of many; the others still run.
        """
        jobs = ProcrastinateJob.objects.filter(task_name=self.name, status="todo")
        found = jobs.order_by("pk").values_list("args", flat=True)[:limit]
        return list(dict.fromkeys(arguments[keyword] for arguments in found))


@dataclass(frozen=True, slots=True)
class Many:
    """A job that takes a list under the keyword ``all`` where another takes one as ``one``."""

    job: Job
    one: str
    all: str


def _is_waiting(lock: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs "
            "WHERE queueing_lock = %s AND status = 'todo')",
            [lock],
        )
        return bool(cursor.fetchone()[0])


def job(
    name: str,
    *,
    queue: str = "default",
    retry: int = 5,
    coalesce_by: str | None = None,
    many: Many | None = None,
) -> Callable[[Callable[..., None]], Job]:
    """Register a function as a job.

    ``name`` is ``room.verb_noun`` and never changes; retries wait 2, 4, 8 … seconds. The
    function
    takes keywords only and ends in ``**_later: Any``, so that a newer caller cannot crash it.
    """
    if queue not in QUEUES:
        raise ValueError(f"{queue} is not one of {QUEUES}")

    def register(function: Callable[..., None]) -> Job:
        register_task = app.task(
            name=name,
            queue=queue,
            retry=RetryStrategy(max_attempts=retry, exponential_wait=2),
            pass_context=True,
        )
        task = register_task(_carried_out(function))
        return Job(name=name, function=function, task=task, coalesce_by=coalesce_by, many=many)

    return register


def periodic(
    name: str, *, cron: str, queue: str = "default"
) -> Callable[[Callable[..., None]], Job]:
    """Register a job that also runs by the clock (five cron fields, UTC)."""

    def register(function: Callable[..., None]) -> Job:
        @functools.wraps(function)
        def at(timestamp: int | None = None, **arguments: Any) -> None:
            # When it was due, if the clock started it; jobs read the clock themselves.
            del timestamp
            function(**arguments)

        register_task = app.task(
            name=name, queue=queue, retry=RetryStrategy(max_attempts=3), pass_context=True
        )
        task = register_task(_carried_out(at))
        app.periodic(cron=cron)(task)
        return Job(name=name, function=function, task=task)

    return register


def _carried_out(function: Callable[..., None]) -> Callable[..., None]:
    """Run it as a job: with fresh connections, and with a note of why it failed.

    Connections are given back: worker threads live long and must survive a new database.
    """

    @functools.wraps(function)
    def run(context: JobContext, **arguments: Any) -> None:
        for each in connections.all(initialized_only=True):
            if not each.in_atomic_block:
                each.close_if_unusable_or_obsolete()
        try:
            function(**arguments)
        except Exception as error:
            failures.note(context.job.id, error)
            raise
        finally:
            for each in connections.all(initialized_only=True):
                if not each.in_atomic_block:
                    each.close()

    return run


def retry(job_id: int, *, at: datetime) -> bool:
    """Let a job run again that has failed or is stranded; False if an equal one waits already.

    Raises ``LookupError`` when it is in no such state. Unguarded: for ``core.joblist``.
    """
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job_id, retry_at=at)
    except exceptions.UniqueViolation:
        return False
    except exceptions.ConnectorException as error:
        raise LookupError(job_id) from error
    return True


async def run_worker(*, concurrency: int) -> None:
    """Work on all queues until cancelled.

    ``search`` runs one job at a time: its index has one writer. On cancellation, jobs under way
    get 10 s to end. Jobs put off by a job go through Django's own connection, not the worker's, so
    that they too commit or vanish with what the job wrote: hence a second app beside the first.
    """
    connector = cast("DjangoConnector", app.connector)
    worker_app = app.with_connector(connector.get_worker_connector())
    async with worker_app.open_async():
        await asyncio.gather(
            *(
                worker_app.run_worker_async(
                    queues=[queue],
                    concurrency=limit,
                    name=queue,
                    shutdown_graceful_timeout=10,
                    fetch_job_polling_interval=POLLING_INTERVAL_S,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                )
                for queue, limit in (("default", concurrency), ("search", 1))
            )
        )
