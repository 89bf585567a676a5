"""Forgetting, by night."""

from typing import Any

from django.utils import timezone

from nbcommons.core import jobs
from nbcommons.core.actor import Actor
from nbcommons.executions import operations


@jobs.periodic("executions.forget_old", cron="10 3 * * *")
def forget_old(**_later: Any) -> None:
    operations.forget_old_executions(Actor.system("retention of runs"), at=timezone.now())
