"""Notebooks for programs: what they are, and their content."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from nbcommons.access.representation import NotebookOut, notebook_out
from nbcommons.core.conditional import conditional, etag_of_model
from nbcommons.core.requests import CommonsRequest
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
