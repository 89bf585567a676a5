"""Notebooks for programs: what they are, and their content."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from nbcommons.access import guard
from nbcommons.access.representation import NotebookOut, notebook_for, notebook_out
from nbcommons.core.conditional import conditional, etag_of_model
from nbcommons.core.requests import CommonsRequest
from nbcommons.notebooks.files import NotebookFileOut, file_response
from nbcommons.people.credentials import Credential

router = Router(auth=Credential("notebooks:read"), tags=["notebooks"])

VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


@router.get("/{uuid:uuid}", response=NotebookOut, summary="What a notebook is")
@conditional
def read_notebook(request: CommonsRequest, response: HttpResponse, uuid: UUID) -> NotebookOut:
    """Its `ETag` is what `If-Match` of a change wants."""
    told = notebook_out(request.actor, uuid)
    response.headers["ETag"] = etag_of_model(told)
    return told


@router.get(
    "/{uuid:uuid}/content",
    response=NotebookFileOut,
    summary="The notebook itself, without results",
)
@conditional
def read_content(
    request: CommonsRequest, uuid: UUID, revision: VersionNumber | None = None
) -> HttpResponse:
    """The newest version, or the one with the number `revision`.

    `metadata.nbcommons` says which notebook and version it is. Version and title stand in the
    headers `X-Nbcommons-Revision` and (percent-encoded) `X-Nbcommons-Title` too.
    """
    notebook = notebook_for(request.actor, uuid)
    versions = guard.revisions_for(request.actor, notebook)
    found = versions.filter(number=revision) if revision else versions[:1]
    return file_response(notebook, get_object_or_404(found))
