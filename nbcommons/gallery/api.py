"""Notebooks for programs: what they are, and their content."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from nbcommons.access.representation import NotebookOut, notebook_out
from nbcommons.core.conditional import conditional, etag_of_model
from nbcommons.core.requests import CommonsRequest
from nbcommons.gallery.queries.fresh_home import home_of
from nbcommons.people.credentials import Credential

router = Router(auth=Credential("notebooks:read"), tags=["notebooks"])
me = Router(auth=Credential("notebooks:read"), tags=["me"])

VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


@router.get("/{uuid:uuid}", response=NotebookOut, summary="What a notebook is")
@conditional
def read_notebook(request: CommonsRequest, response: HttpResponse, uuid: UUID) -> NotebookOut:
    """Its `ETag` is what `If-Match` of a change wants."""
    told = notebook_out(request.actor, uuid)
    response.headers["ETag"] = etag_of_model(told)
    return told


class HomeNotebookOut(Schema):
    """A notebook that a fresh Jupyter of yours begins with."""

    uuid: UUID
    revision: int
    title: str
    folder: str


class HomeOut(Schema):
    """What a fresh Jupyter of yours begins with; nothing if you do not want that."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "notebooks": [
                    {
                        "uuid": "6f1c2a52-7f0e-4a86-9f0b-0f6c0a6f6d11",
                        "revision": 3,
                        "title": "Rank late payers",
                        "folder": "Starred",
                    }
                ]
            }
        }
    )

    notebooks: list[HomeNotebookOut]


@me.get("/home", response=HomeOut, summary="What your Jupyter begins with")
@conditional
def read_home(request: CommonsRequest) -> HomeOut:
    """Notebooks that you starred or ran lately and may run, a few of each."""
    found = home_of(request.actor, at=timezone.now())
    return HomeOut(
        notebooks=[
            HomeNotebookOut(
                uuid=one.uuid, revision=one.revision, title=one.title, folder=one.folder
            )
            for one in found
        ]
    )
