"""Reports of runs from Jupyter."""

from typing import Annotated, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from nbcommons.core.fields import NUMBER_ONLY, Moment
from nbcommons.core.requests import CommonsRequest
from nbcommons.executions.operations import ExecutionEvent, record_executions
from nbcommons.people.credentials import Credential

router = Router(auth=Credential("executions:write"), tags=["executions"])

MOST_EVENTS = 1_000
MOST_RUNTIME_MS = 30 * 24 * 3600 * 1000
# Numbers of the database that are four bytes wide.
MOST_INDEX = 2**31 - 1


class CellIn(Schema):
    # What is not named here is refused: nothing else of a run may reach the site.
    model_config = ConfigDict(extra="forbid")

    fingerprint: Annotated[
        str, Field(pattern=r"^[0-9a-f]{32}$", description="MD5 of the code that ran, in hex.")
    ]
    id: Annotated[
        str | None,
        Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$", description="The cell's id in the notebook."),
    ] = None
    index: Annotated[
        int,
        Field(
            ge=-1,
            le=MOST_INDEX,
            description="Its place among the code cells that are not blank, from 0; else -1.",
        ),
        NUMBER_ONLY,
    ] = -1


class EventIn(Schema):
    model_config = ConfigDict(extra="forbid")

    id: Annotated[UUID, Field(description="Made by the sender; counted once, ever.")]
    notebook: UUID
    revision: (
        Annotated[
            int,
            Field(ge=1, le=MOST_INDEX, description="The version it came from."),
            NUMBER_ONLY,
        ]
        | None
    ) = None
    cell: CellIn
    success: Annotated[bool, Field(strict=True)]
    runtime_ms: Annotated[int, Field(ge=0, le=MOST_RUNTIME_MS), NUMBER_ONLY]
    at: Moment
    via: Literal["lab", "app", "parameters"] = "lab"
    error_class: Annotated[
        str | None,
        Field(
            pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,99}$", description="Taken, but not kept as yet."
        ),
    ] = None


class ReportIn(Schema):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "events": [
                    {
                        "id": "5b3f8c1e-3f7a-4c7e-9a2b-6d1f0a4e8c55",
                        "notebook": "6f1c2a52-7f0e-4a86-9f0b-0f6c0a6f6d11",
                        "revision": 3,
                        "cell": {
                            "fingerprint": "0cc175b9c0f1b6a831c399e269772661",
                            "id": "3f2a",
                            "index": 0,
                        },
                        "success": True,
                        "runtime_ms": 140,
                        "at": "2026-11-20T16:05:00Z",
                        "via": "lab",
                    }
                ]
            }
        },
    )

    events: Annotated[list[EventIn], Field(max_length=MOST_EVENTS)]


class ReceiptOut(Schema):
    accepted: Annotated[int, Field(description="Counted now.")]
    repeated: Annotated[int, Field(description="Counted before; nothing changed.")]
    unmatched: Annotated[
        int,
        Field(
            description="Not counted: of a notebook that you may not see, of code that no "
            "version of it holds, or too old."
        ),
    ]


@router.post(
    "",
    response={202: ReceiptOut},
    summary="Report runs of cells",
)
def report_executions(request: CommonsRequest, payload: ReportIn) -> Status[ReceiptOut]:
    """Each event is one run of one code cell by you: no code, no results, no messages.

    A repeated `id` changes nothing, so a report may be sent again until it is answered.
    """
    now = timezone.now()
    receipt = record_executions(
        request.actor, [_event(event) for event in payload.events], at=now
    )
    return Status(
        202,
        ReceiptOut(
            accepted=receipt.accepted, repeated=receipt.repeated, unmatched=receipt.unmatched
        ),
    )


def _event(event: EventIn) -> ExecutionEvent:
    return ExecutionEvent(
        id=event.id,
        notebook=event.notebook,
        fingerprint=event.cell.fingerprint,
        success=event.success,
        runtime_ms=event.runtime_ms,
        at=event.at,
        revision=event.revision,
        cell_id=event.cell.id,
        index=event.cell.index,
    )
