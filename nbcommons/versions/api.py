"""The history of a notebook for programs: its versions, their content, what lies between two."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from nbcommons.access import guard
from nbcommons.access.representation import notebook_for
from nbcommons.core.conditional import conditional
from nbcommons.core.requests import CommonsRequest
from nbcommons.core.windows import PageOut, Window
from nbcommons.notebooks.files import NotebookFileOut, file_response
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.people.credentials import Credential
from nbcommons.versions.operations import LABEL_LENGTH, label_version, restore_version
from nbcommons.versions.queries.comparing import comparison
from nbcommons.versions.queries.finding import version_of
from nbcommons.versions.representation import DiffOut
from nbcommons_ipynb.diff.wire import to_json

router = Router(auth=Credential("notebooks:read"), tags=["versions"])

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
CHANGES = Credential("notebooks:read", "notebooks:write")


class RevisionOut(Schema):
    """A version of a notebook."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "number": 3,
                "label": "used for the 2026 report",
                "message": "Take the new list",
                "author": "ann",
                "created_at": "2026-11-20T16:05:00Z",
                "cells": 14,
                "code_cells": 9,
                "from_change": None,
                "is_current": True,
            }
        }
    )

    number: int
    label: str
    message: str
    author: Annotated[str, Field(description="A user name.")]
    created_at: datetime
    cells: int
    code_cells: Annotated[int, Field(description="Those that hold more than blanks.")]
    from_change: Annotated[UUID | None, Field(description="The suggested change it took over.")]
    is_current: bool


class RevisionsOut(PageOut):
    """Versions, the newest first."""

    revisions: list[RevisionOut]


class RevisionIn(Schema):
    """What can be said about a version afterwards."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"label": "used for the 2026 report"}}
    )

    label: Annotated[
        str, Field(max_length=LABEL_LENGTH, description="Empty takes the label away.")
    ]


class DiffIn(Schema):
    """Which two versions."""

    old: Annotated[Number, Field(alias="from")]
    new: Annotated[Number, Field(alias="to")]


@router.get(
    "/{uuid:uuid}/content",
    response=NotebookFileOut,
    summary="The notebook itself, without results",
)
@conditional
def read_content(
    request: CommonsRequest,
    uuid: UUID,
    revision: Annotated[Number | None, Query(description="The newest without.")] = None,
) -> HttpResponse:
    """The newest version, or the one with the number `revision`.

    `metadata.nbcommons` says which notebook and version it is. Version and title stand in the
    headers `X-Nbcommons-Revision` and (percent-encoded) `X-Nbcommons-Title` too.
    """
    notebook = notebook_for(request.actor, uuid)
    if revision is not None:
        return file_response(notebook, version_of(request.actor, notebook, revision))
    newest = guard.revisions_for(request.actor, notebook)[:1]
    return file_response(notebook, get_object_or_404(newest))


@router.get("/{uuid:uuid}/revisions", response=RevisionsOut, summary="Its versions")
@conditional
def list_revisions(request: CommonsRequest, uuid: UUID, window: Query[Window]) -> RevisionsOut:
    """The newest first; back to the last time that the notebook was hidden from you."""
    notebook = notebook_for(request.actor, uuid)
    visible = guard.revisions_for(request.actor, notebook)
    rows = visible.select_related("author")[window.offset : window.offset + window.limit]
    return RevisionsOut(
        total=visible.count(),
        limit=window.limit,
        offset=window.offset,
        revisions=[_told_of(notebook, revision) for revision in rows],
    )


@router.get(
    "/{uuid:uuid}/revisions/{int:number}", response=RevisionOut, summary="One of its versions"
)
@conditional
def read_revision(request: CommonsRequest, uuid: UUID, number: Number) -> RevisionOut:
    notebook = notebook_for(request.actor, uuid)
    return _told_of(notebook, version_of(request.actor, notebook, number))


@router.get(
    "/{uuid:uuid}/revisions/{int:number}/content",
    response=NotebookFileOut,
    summary="The notebook as it was in a version",
)
@conditional
def read_revision_content(request: CommonsRequest, uuid: UUID, number: Number) -> HttpResponse:
    """As `content` of the notebook."""
    notebook = notebook_for(request.actor, uuid)
    return file_response(notebook, version_of(request.actor, notebook, number))


@router.get(
    "/{uuid:uuid}/diff",
    response=DiffOut,
    by_alias=True,
    summary="What changed between two versions",
)
@conditional
def read_diff(request: CommonsRequest, uuid: UUID, between: Query[DiffIn]) -> HttpResponse:
    """Cell by cell, then line by line. `from` may be the newer one."""
    notebook = notebook_for(request.actor, uuid)
    both = comparison(request.actor, notebook, between.old, between.new)
    # Made of values that are sound already: looking at each once more would take longer.
    return HttpResponse(orjson.dumps(to_json(both.difference)), content_type="application/json")


@router.patch(
    "/{uuid:uuid}/revisions/{int:number}",
    response=RevisionOut,
    auth=CHANGES,
    summary="Give a version a label",
)
def change_revision(
    request: CommonsRequest, uuid: UUID, number: Number, payload: RevisionIn
) -> RevisionOut:
    """A name that people remember it by; each is given once in a notebook."""
    notebook = notebook_for(request.actor, uuid)
    return _told_of(
        notebook, label_version(request.actor, notebook, number, label=payload.label)
    )


@router.post(
    "/{uuid:uuid}/revisions/{int:number}/restore",
    response={201: RevisionOut},
    auth=CHANGES,
    summary="Make an older version the newest",
)
def restore_revision(
    request: CommonsRequest, response: HttpResponse, uuid: UUID, number: Number
) -> Status[RevisionOut]:
    """A new version with its content; those between stay."""
    notebook = notebook_for(request.actor, uuid)
    made = restore_version(request.actor, notebook, number, at=timezone.now())
    response.headers["Location"] = reverse(
        "api:read_revision", kwargs={"uuid": uuid, "number": made.number}
    )
    return Status(201, _told(made, is_current=True))


def _told_of(notebook: Notebook, revision: Revision) -> RevisionOut:
    return _told(revision, is_current=revision.pk == notebook.current_revision_id)


def _told(revision: Revision, *, is_current: bool) -> RevisionOut:
    return RevisionOut(
        number=revision.number,
        label=revision.label,
        message=revision.message,
        author=revision.author.username,
        created_at=revision.created_at,
        cells=revision.cell_count,
        code_cells=revision.code_cell_count,
        from_change=revision.from_change,
        is_current=is_current,
    )
