"""Notebooks for programs: what they are, and their content."""

from datetime import datetime
from urllib.parse import quote
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from nbcommons.access import guard
from nbcommons.core.conditional import conditional
from nbcommons.core.requests import CommonsRequest
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.notebooks.queries import document_of
from nbcommons.people.credentials import Credential

router = Router(auth=Credential("notebooks:read"), tags=["notebooks"])

ORIGIN_VERSION = 1  # of the form of `metadata.nbcommons`


class NotebookOut(Schema):
    uuid: UUID
    title: str
    purpose: str
    language: str
    category: str
    visibility: str
    tags: list[str]
    owner: str | None
    owner_team: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    url: str


@router.get("/{uuid:uuid}", response=NotebookOut, summary="What a notebook is")
@conditional
def read_notebook(request: CommonsRequest, uuid: UUID) -> NotebookOut:
    notebook = get_object_or_404(
        guard.notebooks_for(request.actor).select_related(
            "owner", "owner_team", "current_revision"
        ),
        uuid=uuid,
    )
    return NotebookOut(
        uuid=notebook.uuid,
        title=notebook.title,
        purpose=notebook.purpose,
        language=notebook.language,
        category=notebook.category,
        visibility=notebook.visibility,
        tags=sorted(notebook.tags.values_list("name", flat=True)),
        owner=notebook.owner.username if notebook.owner else None,
        owner_team=notebook.owner_team.slug if notebook.owner_team else None,
        version=_current(notebook).number,
        created_at=notebook.created_at,
        updated_at=notebook.updated_at,
        url=f"{settings.NBCOMMONS_SITE_URL}/notebooks/{notebook.uuid}/",
    )


@router.get("/{uuid:uuid}/content", summary="The notebook itself, without results")
@conditional
def read_content(
    request: CommonsRequest, uuid: UUID, revision: int | None = None
) -> HttpResponse:
    notebook = get_object_or_404(
        guard.notebooks_for(request.actor).select_related("current_revision"), uuid=uuid
    )
    wanted = _current(notebook)
    if revision is not None:
        wanted = get_object_or_404(notebook.revisions, number=revision)
    document = document_of(wanted)
    document["metadata"] = {
        **document["metadata"],
        # Tells our Jupyter extension which notebook the runs of these cells belong to.
        "nbcommons": {
            "v": ORIGIN_VERSION,
            "uuid": str(notebook.uuid),
            "revision": wanted.number,
            "site": settings.NBCOMMONS_SITE_URL,
        },
    }
    answer = HttpResponse(orjson.dumps(document), content_type="application/json")
    answer.headers["X-Nbcommons-Revision"] = str(wanted.number)
    answer.headers["X-Nbcommons-Title"] = quote(notebook.title)
    return answer


def _current(notebook: Notebook) -> Revision:
    """The newest version; ``guard`` finds no notebook without one."""
    revision = notebook.current_revision
    if revision is None:
        raise Revision.DoesNotExist
    return revision
