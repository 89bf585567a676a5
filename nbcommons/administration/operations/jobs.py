"""What administrators do to jobs: let one run again, take one away."""

from datetime import datetime

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.administration.events import JobMended
from nbcommons.core import events, joblist
from nbcommons.core.actor import Actor


@transaction.atomic
def run_job_again(actor: Actor, job_id: int, *, at: datetime) -> str:
    """Let a failed or stranded job run again; returns its kind.

    Raises ``Denied``, ``joblist.NoSuchJob`` or ``joblist.EqualJobWaits``.
    """
    guard.require_for(actor, Action.SITE_ADMINISTER)
    task = joblist.run_again(job_id, at=at)
    _announce(actor, job_id, task, "runs again")
    return task


@transaction.atomic
def cancel_job(actor: Actor, job_id: int) -> str:
    """Take away a job that waits or has failed; returns its kind.

    Raises ``Denied`` or ``joblist.NoSuchJob``.
    """
    guard.require_for(actor, Action.SITE_ADMINISTER)
    task = joblist.cancel(job_id)
    _announce(actor, job_id, task, "taken away")
    return task


def _announce(actor: Actor, job_id: int, task: str, change: str) -> None:
    events.publish(JobMended(actor_id=actor.person_id, job_id=job_id, task=task, change=change))
