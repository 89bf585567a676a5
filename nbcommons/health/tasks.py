"""Judging after runs and new versions, and once a night."""

from typing import Any

from django.utils import timezone

from nbcommons.core import jobs
from nbcommons.core.actor import Actor
from nbcommons.health import operations


@jobs.job("health.refresh_notebooks")
def refresh_notebooks(*, notebook_ids: list[int], **_later: Any) -> None:
    operations.refresh_health_of_many(Actor.system("health"), notebook_ids, at=timezone.now())


@jobs.job(
    "health.refresh_notebook",
    coalesce_by="notebook_id",
    many=jobs.Many(refresh_notebooks, "notebook_id", "notebook_ids"),
)
def refresh_notebook(*, notebook_id: int, **_later: Any) -> None:
    operations.refresh_health(Actor.system("health"), notebook_id, at=timezone.now())


@jobs.job("health.refresh_all")
def refresh_all(**_later: Any) -> None:
    operations.rebuild_health(Actor.system("health"), at=timezone.now())


@jobs.periodic("health.sweep_nightly", cron="5 0 * * *")
def sweep_nightly(**_later: Any) -> None:
    operations.rebuild_health(Actor.system("health by night"), at=timezone.now())
