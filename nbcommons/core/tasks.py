"""Housekeeping of the floor."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from nbcommons.core import joblist, jobs, rates

# How long administrators can see that a job failed, and why.
FAILED_JOBS_KEPT_DAYS = 30


@jobs.periodic("core.forget_idle_callers", cron="25 * * * *")
def forget_idle_callers(**_later: Any) -> None:
    rates.forget_idle_callers()


@jobs.periodic("core.forget_ended_jobs", cron="35 3 * * *")
def forget_ended_jobs(**_later: Any) -> None:
    joblist.forget_ended(before=timezone.now() - timedelta(days=FAILED_JOBS_KEPT_DAYS))
