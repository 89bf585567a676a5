"""A notebook as programs are told of it: only what this actor may know."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.db.models import BooleanField, Case, Value, When
from django.http import Http404
from ninja import Schema
from pydantic import ConfigDict, Field

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.core.conditional import etag_of_model
from nbcommons.notebooks.models import Notebook
from nbcommons.people.parties import DESCRIPTION as PARTY, handle_of

_ASKED = {
    "run": Action.NOTEBOOK_RUN,
    "edit": Action.NOTEBOOK_EDIT,
    "share": Action.NOTEBOOK_SHARE,
    "remove": Action.NOTEBOOK_REMOVE,
}


class ShareOut(Schema):
    """Whom a notebook is shared with by name."""

    to: Annotated[str, Field(description=PARTY)]
    may_edit: bool


class ForkOut(Schema):
    """The version that a notebook began as a copy of."""

    notebook: UUID
    version: int


class DeprecationOut(Schema):
    """That people should use something else."""

    at: datetime
    reason: str
    is_frozen: Annotated[bool, Field(description="Nobody can run it any more.")]
    alternatives: Annotated[
        list[UUID], Field(description="What to use instead, as far as you may see it.")
    ]


class NotebookOut(Schema):
    """What a notebook is."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "uuid": "6f1c2a52-7f0e-4a86-9f0b-0f6c0a6f6d11",
                "title": "Rank late payers",
                "description": "Shows which customers pay late, and how much.",
                "language": "python",
                "language_version": "3.12",
                "category": "operational",
                "visibility": "shared",
                "tags": ["invoices", "tables"],
                "labels": [],
                "owner": "team:customs",
                "shared_with": [{"to": "ben", "may_edit": True}],
                "version": 3,
                "created_at": "2026-11-02T09:30:00Z",
                "updated_at": "2026-11-20T16:05:00Z",
                "forked_from": None,
                "deprecated": None,
                "may": ["run", "edit"],
                "url": "https://commons.example.org/notebooks/"
                "6f1c2a52-7f0e-4a86-9f0b-0f6c0a6f6d11/",
            }
        }
    )

    uuid: UUID
    title: str
    description: Annotated[str, Field(description="What it is for.")]
    language: str
    language_version: str
    category: Annotated[str, Field(description="operational, building_block or course")]
    visibility: Annotated[str, Field(description="private, shared or everyone")]
    tags: list[str]
    labels: Annotated[list[str], Field(description="Short names of its access labels.")]
    owner: Annotated[str, Field(description=f"Who looks after it. {PARTY}")]
    shared_with: Annotated[
        list[ShareOut] | None, Field(description="Null unless you may change it.")
    ]
    version: Annotated[int, Field(description="The newest one's number.")]
    created_at: datetime
    updated_at: datetime
    forked_from: Annotated[
        ForkOut | None, Field(description="Null too when you may not see that one.")
    ]
    deprecated: DeprecationOut | None
    may: Annotated[
        list[str], Field(description="What you may do with it: run, edit, share, remove.")
    ]
    url: Annotated[str, Field(description="Its page.")]


def notebook_for(actor: Actor, uuid: UUID, action: Action = Action.NOTEBOOK_READ) -> Notebook:
    """The notebook, with its owner and newest version; else ``Http404``."""
    found = guard.notebooks_for(actor, action).select_related(
        "owner", "owner_team", "current_revision", "forked_from"
    )
    notebook = found.filter(uuid=uuid).first()
    if notebook is None:
        raise Http404
    return notebook


def notebook_out(actor: Actor, uuid: UUID) -> NotebookOut:
    """What ``actor`` is told of the notebook; raises ``Http404``. Seven queries at most."""
    notebook = notebook_for(actor, uuid)
    may = _may(actor, notebook)
    revision = notebook.current_revision
    return NotebookOut(
        uuid=notebook.uuid,
        title=notebook.title,
        description=notebook.purpose,
        language=notebook.language,
        language_version=notebook.language_version,
        category=notebook.category,
        visibility=notebook.visibility,
        tags=sorted(notebook.tags.values_list("name", flat=True)),
        labels=sorted(notebook.labels.values_list("slug", flat=True)),
        owner=handle_of(notebook.owner, notebook.owner_team),
        shared_with=_shares(notebook) if "share" in may else None,
        version=revision.number if revision else 0,
        created_at=notebook.created_at,
        updated_at=notebook.updated_at,
        forked_from=_fork(actor, notebook),
        deprecated=_deprecation(actor, notebook),
        may=may,
        url=f"{settings.NBCOMMONS_SITE_URL}/notebooks/{notebook.uuid}/",
    )


def etag_for(actor: Actor, uuid: UUID) -> str:
    """The tag of what ``actor`` is told of the notebook now; raises ``Http404``."""
    return etag_of_model(notebook_out(actor, uuid))


def _may(actor: Actor, notebook: Notebook) -> list[str]:
    """The words for what ``actor`` may do, by one query."""
    found: dict[str, Any] = {
        word: Case(
            When(guard.condition_for(actor, action), then=Value(value=True)),
            default=Value(value=False),
            output_field=BooleanField(),
        )
        for word, action in _ASKED.items()
    }
    row = guard.notebooks_for(actor).filter(pk=notebook.pk).annotate(**found).values(*found)
    allowed = row.first() or {}
    return [word for word in _ASKED if allowed.get(word)]


def _shares(notebook: Notebook) -> list[ShareOut]:
    shares = notebook.shares.select_related("person", "team")
    rows = [
        ShareOut(to=handle_of(share.person, share.team), may_edit=share.may_edit)
        for share in shares
    ]
    return sorted(rows, key=lambda row: row.to)


def _fork(actor: Actor, notebook: Notebook) -> ForkOut | None:
    source = notebook.forked_from
    if source is None or not guard.allows(actor, Action.NOTEBOOK_READ, source):
        return None
    return ForkOut(notebook=source.uuid, version=notebook.forked_from_number or 1)


def _deprecation(actor: Actor, notebook: Notebook) -> DeprecationOut | None:
    if notebook.deprecated_at is None:
        return None
    visible = guard.notebooks_for(actor).filter(alternative_to=notebook)
    return DeprecationOut(
        at=notebook.deprecated_at,
        reason=notebook.deprecation_reason,
        is_frozen=notebook.is_frozen,
        alternatives=sorted(visible.values_list("uuid", flat=True)),
    )
