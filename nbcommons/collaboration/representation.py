"""Stars and suggested changes as programs are told of them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from ninja import Schema
from pydantic import ConfigDict, Field

from nbcommons.collaboration.models import ChangeProposal
from nbcommons.collaboration.queries.changes import (
    difference_of,
    is_shown,
    message_of,
    powers_over,
)
from nbcommons.core.actor import Actor
from nbcommons.core.windows import PageOut, Window
from nbcommons.notebooks.models import Notebook
from nbcommons.people.parties import DESCRIPTION as PARTY
from nbcommons.versions.representation import CountsOut
from nbcommons_ipynb.diff.model import counts_of
from nbcommons_ipynb.diff.wire import counts_json


class StarOut(Schema):
    """Whether you starred a notebook, and how many people did."""

    is_starred: bool
    stars: int


class StarredOut(Schema):
    """A notebook that you starred."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "uuid": "6f1c2a52-7f0e-4a86-9f0b-0f6c0a6f6d11",
                "title": "Rank late payers",
                "owner": "team:customs",
                "language": "python",
                "version": 3,
                "updated_at": "2026-11-20T16:05:00Z",
                "starred_at": "2026-11-21T08:00:00Z",
                "url": "https://commons.example.org/notebooks/"
                "6f1c2a52-7f0e-4a86-9f0b-0f6c0a6f6d11/",
            }
        }
    )

    uuid: UUID
    title: str
    owner: Annotated[str, Field(description=f"Who looks after it. {PARTY}")]
    language: str
    version: Annotated[int, Field(description="The newest one's number.")]
    updated_at: datetime
    starred_at: datetime
    url: str


class StarsOut(PageOut):
    """What you starred and may read, last starred first."""

    notebooks: list[StarredOut]


class ChangeRowOut(Schema):
    """A suggested change."""

    id: UUID
    notebook: UUID
    title: Annotated[str, Field(description="The notebook's.")]
    message: Annotated[
        str,
        Field(
            description="What it is good for; “Withdrawn” for others than its author once it is."
        ),
    ]
    status: Annotated[str, Field(description="open, withdrawn, accepted or declined")]
    author: Annotated[str, Field(description="A user name.")]
    created_at: datetime
    based_on: Annotated[
        int | None, Field(description="The version that it began from; null: nobody knows.")
    ]
    version: Annotated[int, Field(description="The newest version of the notebook.")]
    closed_at: datetime | None
    closed_by: Annotated[str | None, Field(description="A user name.")]
    reason: Annotated[str, Field(description="Why it was declined.")]
    url: Annotated[str, Field(description="Its page.")]


class ChangeOut(ChangeRowOut):
    """A suggested change, and what it would change in the newest version."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "0b9d6a52-7f0e-4a86-9f0b-0f6c0a6f6d11",
                "notebook": "6f1c2a52-7f0e-4a86-9f0b-0f6c0a6f6d11",
                "title": "Rank late payers",
                "message": "Carry on when the list is empty",
                "status": "open",
                "author": "ben",
                "created_at": "2026-11-20T16:05:00Z",
                "based_on": 3,
                "version": 3,
                "closed_at": None,
                "closed_by": None,
                "reason": "",
                "url": "https://commons.example.org/changes/"
                "0b9d6a52-7f0e-4a86-9f0b-0f6c0a6f6d11/",
                "cells": {"changed": 1, "moved": 0, "added": 1, "removed": 0, "same": 12},
                "may": ["withdraw"],
            }
        }
    )

    cells: Annotated[
        CountsOut | None,
        Field(description="Against the newest version; null when it is not shown to you."),
    ]
    may: Annotated[list[str], Field(description="What you may do with it: withdraw, decline.")]


class ChangesOut(PageOut):
    """Suggested changes, the newest first."""

    changes: list[ChangeRowOut]


def listed(actor: Actor, rows: QuerySet[ChangeProposal], window: Window) -> ChangesOut:
    """Some of ``rows``, which were found for ``actor``."""
    return ChangesOut(
        total=rows.count(),
        limit=window.limit,
        offset=window.offset,
        changes=[
            ChangeRowOut(**_row(actor, change))
            for change in rows[window.offset : window.offset + window.limit]
        ],
    )


def told(actor: Actor, change: ChangeProposal) -> ChangeOut:
    """What ``actor`` is told of ``change``, which was found for them."""
    cells = None
    if is_shown(actor, change):
        cells = CountsOut(**counts_json(counts_of(difference_of(actor, change))))
    return ChangeOut(**_row(actor, change), cells=cells, may=powers_over(actor, change))


def _row(actor: Actor, change: ChangeProposal) -> dict[str, Any]:
    notebook = change.notebook
    return {
        "id": change.uuid,
        "notebook": notebook.uuid,
        "title": notebook.title,
        "message": message_of(actor, change),
        "status": change.status,
        "author": change.author.username,
        "created_at": change.created_at,
        "based_on": change.based_on.number if change.based_on else None,
        "version": version_of(notebook),
        "closed_at": change.closed_at,
        "closed_by": change.closed_by.username if change.closed_by else None,
        "reason": change.reason,
        "url": f"{settings.NBCOMMONS_SITE_URL}/changes/{change.uuid}/",
    }


def version_of(notebook: Notebook) -> int:
    """The number of the newest version."""
    return notebook.current_revision.number if notebook.current_revision else 0
