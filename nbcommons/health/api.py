"""What programs learn about health."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from nbcommons.access import guard
from nbcommons.core.conditional import conditional
from nbcommons.core.requests import CommonsRequest
from nbcommons.health._report import report
from nbcommons.people.credentials import Credential

router = Router(auth=Credential("notebooks:read"), tags=["health"])

Share = Annotated[float, Field(ge=0, le=1)]
StatusWord = Literal["healthy", "unhealthy", "unknown"]


class MeasuresOut(Schema):
    """Of the published model; null where there are no runs to tell."""

    executions: int
    successes: int
    people: int
    people_failed: Annotated[int, Field(description="People who met a failure.")]
    people_stopped: Annotated[int, Field(description="People whose newest session stopped.")]
    sessions: Annotated[int, Field(description="People's days.")]
    sessions_stopped: int
    usage_factor: Share | None
    success_rate: Share | None
    good_cell_ratio: Share
    bad_cell_ratio: Share
    first_bad_cell: Share
    last_good_cell: Share
    first_failure_depth: Share
    execution_depth: Share | None


class CellOut(Schema):
    number: Annotated[int, Field(description="Among the code cells not blank, from 0.")]
    status: StatusWord
    score: Share | None = None
    executions: int = 0
    successes: int = 0
    people: int = 0
    people_failed: int = 0
    people_finished: int = 0
    people_stopped: int = 0
    runtime_mean_ms: float | None = None
    runtime_median_ms: float | None = None
    last_run_at: datetime | None = None
    last_failure_at: datetime | None = None


class DayOut(Schema):
    day: date
    finished: Annotated[int, Field(description="Sessions that left no cell failing.")]
    stopped: int


class HealthOut(Schema):
    notebook: UUID
    status: StatusWord
    score: Annotated[Share | None, Field(description="By the published model.")]
    sentence: str
    cells: int
    measures: MeasuresOut
    last_run_at: datetime | None
    last_failure_at: datetime | None
    computed_at: datetime | None
    model_version: int | None
    per_cell: list[CellOut]
    days: list[DayOut]


@router.get(
    "/notebooks/{uuid:uuid}/health",
    response=HealthOut,
    summary="How a notebook is doing",
)
@conditional
def notebook_health(request: CommonsRequest, uuid: UUID) -> dict[str, Any]:
    """Judged from everybody's runs of the current version's cells over the last days."""
    notebook = get_object_or_404(guard.notebooks_for(request.actor), uuid=uuid)
    return report(notebook)
