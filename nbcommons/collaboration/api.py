"""Stars and suggested changes for programs."""

from typing import Annotated, Literal
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.representation import notebook_for
from nbcommons.collaboration.models import ChangeProposal
from nbcommons.collaboration.operations.changes import (
    REASON_LENGTH,
    decline_change,
    propose_change,
    withdraw_change,
)
from nbcommons.collaboration.operations.stars import give_star, take_star_back
from nbcommons.collaboration.queries.changes import (
    change_for,
    changes_for,
    changes_of,
    difference_of,
    file_of,
)
from nbcommons.collaboration.queries.stars import (
    is_starred,
    star_count,
    starred_by,
    starred_notebooks,
)
from nbcommons.collaboration.representation import (
    ChangeOut,
    ChangesOut,
    StarOut,
    StarredOut,
    StarsOut,
    listed,
    told,
)
from nbcommons.core.actor import Actor
from nbcommons.core.conditional import conditional
from nbcommons.core.fields import NUMBER_ONLY
from nbcommons.core.requests import CommonsRequest
from nbcommons.core.windows import Window
from nbcommons.intake.errors import NotYours, Undecided
from nbcommons.intake.operations.drafts import WHY_LENGTH
from nbcommons.intake.queries.drafts import drafts_of, strange_pictures
from nbcommons.notebooks.files import NotebookFileOut
from nbcommons.notebooks.models import Notebook
from nbcommons.people.credentials import Credential
from nbcommons.versions.representation import DiffOut
from nbcommons_ipynb.diff.wire import to_json

of_notebook = Router(auth=Credential("notebooks:read"), tags=["changes"])
changes = Router(auth=Credential("notebooks:read"), tags=["changes"])
stars = Router(auth=Credential("notebooks:read"), tags=["stars"])

WRITES = Credential("notebooks:read", "notebooks:write")
State = Literal["open", "withdrawn", "accepted", "declined"]


class ChangesAsked(Window):
    """Which suggested changes."""

    state: Annotated[State | None, Field(description="All without.")] = None


class ChangesAskedOfAll(ChangesAsked):
    """The same, of all notebooks or of one."""

    notebook: Annotated[UUID | None, Field(description="Of this notebook only.")] = None


class SecretDecisionIn(Schema):
    """What to do about something that may be a secret."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(min_length=1, max_length=32)]
    decision: Literal["fine", "blank"]


class ChangeIn(Schema):
    """Which draft of yours to suggest, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "draft": "0b9d6a52-7f0e-4a86-9f0b-0f6c0a6f6d11",
                "message": "Carry on when the list is empty",
                "based_on": 3,
            }
        },
    )

    draft: Annotated[UUID, Field(description="It is gone afterwards.")]
    message: Annotated[
        str,
        Field(
            min_length=1,
            max_length=WHY_LENGTH,
            description="What the change is good for; the first line stands for it in lists.",
        ),
    ]
    based_on: Annotated[
        Annotated[int, Field(ge=1, le=2**31 - 1), NUMBER_ONLY] | None,
        Field(description="The version that it began from; null: what the file says."),
    ] = None
    secrets: Annotated[
        list[SecretDecisionIn],
        Field(max_length=1000, description="As `decisions` when a draft is published."),
    ] = []
    keep_pictures: Annotated[
        list[Annotated[int, Field(ge=1, le=2**63 - 1), NUMBER_ONLY]] | None,
        Field(max_length=1000, description="Keys of the pictures to keep; null: as chosen."),
    ] = None


class DeclineIn(Schema):
    """Why not."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"reason": "The list is never empty since June."}},
    )

    reason: Annotated[str, Field(max_length=REASON_LENGTH, description="Needed.")] = ""


@of_notebook.get(
    "/{uuid:uuid}/star", response=StarOut, tags=["stars"], summary="Whether you starred it"
)
@conditional
def read_star(request: CommonsRequest, uuid: UUID) -> StarOut:
    """And how many stars it has of everybody."""
    return _star(request.actor, notebook_for(request.actor, uuid))


@of_notebook.put(
    "/{uuid:uuid}/star", response=StarOut, auth=WRITES, tags=["stars"], summary="Give a star"
)
def put_star(request: CommonsRequest, uuid: UUID) -> StarOut:
    """Done again, nothing changes."""
    notebook = notebook_for(request.actor, uuid)
    give_star(request.actor, notebook, at=timezone.now())
    return _star(request.actor, notebook)


@of_notebook.delete(
    "/{uuid:uuid}/star",
    response=StarOut,
    auth=WRITES,
    tags=["stars"],
    summary="Take a star back",
)
def remove_star(request: CommonsRequest, uuid: UUID) -> StarOut:
    """Done again, nothing changes."""
    notebook = notebook_for(request.actor, uuid)
    take_star_back(request.actor, notebook, at=timezone.now())
    return _star(request.actor, notebook)


@stars.get("/stars", response=StarsOut, summary="Notebooks that you starred")
@conditional
def list_stars(request: CommonsRequest, window: Query[Window]) -> StarsOut:
    """Those that you may still read."""
    rows = starred_notebooks(request.actor, limit=window.limit, offset=window.offset)
    return StarsOut(
        total=starred_by(request.actor).count(),
        limit=window.limit,
        offset=window.offset,
        notebooks=[
            StarredOut(
                uuid=row.uuid,
                title=row.title,
                owner=row.owner,
                language=row.language,
                version=row.version,
                updated_at=row.updated_at,
                starred_at=row.starred_at,
                url=f"{settings.NBCOMMONS_SITE_URL}/notebooks/{row.uuid}/",
            )
            for row in rows
        ],
    )


@of_notebook.get(
    "/{uuid:uuid}/changes", response=ChangesOut, summary="Changes suggested to a notebook"
)
@conditional
def list_changes_of_notebook(
    request: CommonsRequest, uuid: UUID, asked: Query[ChangesAsked]
) -> ChangesOut:
    """All for those who may edit it, else your own."""
    notebook = notebook_for(request.actor, uuid)
    rows = changes_of(request.actor, notebook)
    return listed(
        request.actor, rows.filter(status=asked.state) if asked.state else rows, asked
    )


@of_notebook.post(
    "/{uuid:uuid}/changes", response={201: ChangeOut}, auth=WRITES, summary="Suggest a change"
)
def suggest_change(
    request: CommonsRequest, response: HttpResponse, uuid: UUID, payload: ChangeIn
) -> Status[ChangeOut]:
    """To whoever looks after the notebook, by a draft of yours.

    What may be a secret is decided about as for publishing. Nothing changes until they accept.
    The change has the draft's id: who suggests a draft once more, because no answer came, is
    answered what it became.
    """
    actor = request.actor
    notebook = notebook_for(actor, uuid)
    earlier = changes_of(actor, notebook).filter(uuid=payload.draft).first()
    if earlier is not None and earlier.author_id == actor.person_id:
        return _suggested(actor, response, earlier.uuid)
    guard.require(actor, Action.CHANGE_SUGGEST, notebook)
    with transaction.atomic():
        draft = drafts_of(actor).filter(uuid=payload.draft).first()
        if draft is None:
            raise NotYours("You have no such draft.", field="draft")
        kept = payload.keep_pictures
        if strange := strange_pictures(draft, kept or ()):
            told_why = f"The draft has no picture with the key {strange}."
            raise NotYours(told_why, field="keep_pictures")
        try:
            change = propose_change(
                actor,
                notebook,
                draft,
                message=payload.message,
                decisions={one.key: one.decision for one in payload.secrets},
                kept_pictures=None if kept is None else frozenset(kept),
                based_on=payload.based_on,
                at=timezone.now(),
            )
        except Undecided as error:
            raise error.with_keys(field="secrets") from error
    return _suggested(actor, response, change.uuid)


def _suggested(actor: Actor, response: HttpResponse, uuid: UUID) -> Status[ChangeOut]:
    response.headers["Location"] = reverse("api:read_change", kwargs={"id": uuid})
    return Status(201, told(actor, _change(actor, uuid)))


@changes.get("", response=ChangesOut, summary="Suggested changes")
@conditional
def list_changes(request: CommonsRequest, asked: Query[ChangesAskedOfAll]) -> ChangesOut:
    """Those that you suggested, and those to notebooks that you may edit."""
    rows = changes_for(request.actor)
    if asked.state:
        rows = rows.filter(status=asked.state)
    if asked.notebook:
        rows = rows.filter(notebook__uuid=asked.notebook)
    return listed(request.actor, rows, asked)


@changes.get("/{uuid:id}", response=ChangeOut, summary="A suggested change")
@conditional
def read_change(
    request: CommonsRequest,
    id: UUID,  # noqa: A002 - as in the address
) -> ChangeOut:
    """For its author, and for those who decide about it. What it would change is told by `diff`."""
    return told(request.actor, _change(request.actor, id))


@changes.get(
    "/{uuid:id}/content", response=NotebookFileOut, summary="The notebook as it would be"
)
@conditional
def read_change_content(
    request: CommonsRequest,
    id: UUID,  # noqa: A002 - as in the address
) -> HttpResponse:
    """Without results. `metadata.nbcommons` says which notebook and version it began from."""
    body = file_of(request.actor, _change(request.actor, id))
    return HttpResponse(body, content_type="application/json")


@changes.get("/{uuid:id}/diff", response=DiffOut, by_alias=True, summary="What would change")
@conditional
def read_change_diff(
    request: CommonsRequest,
    id: UUID,  # noqa: A002 - as in the address
) -> HttpResponse:
    """From the newest version of the notebook, whatever version it began from."""
    difference = difference_of(request.actor, _change(request.actor, id))
    return HttpResponse(orjson.dumps(to_json(difference)), content_type="application/json")


@changes.post(
    "/{uuid:id}/withdraw", response=ChangeOut, auth=WRITES, summary="Withdraw a change"
)
def withdraw(
    request: CommonsRequest,
    id: UUID,  # noqa: A002 - as in the address
) -> ChangeOut:
    """That you suggested. Nobody else sees from now on what it held."""
    withdraw_change(request.actor, _change(request.actor, id), at=timezone.now())
    return told(request.actor, _change(request.actor, id))


@changes.post("/{uuid:id}/decline", response=ChangeOut, auth=WRITES, summary="Decline a change")
def decline(
    request: CommonsRequest,
    id: UUID,  # noqa: A002 - as in the address
    payload: DeclineIn,
) -> ChangeOut:
    """To a notebook that you may edit. Its author is told why."""
    change = _change(request.actor, id)
    decline_change(request.actor, change, reason=payload.reason, at=timezone.now())
    return told(request.actor, _change(request.actor, id))


def _star(actor: Actor, notebook: Notebook) -> StarOut:
    return StarOut(is_starred=is_starred(actor, notebook), stars=star_count(notebook))


def _change(actor: Actor, uuid: UUID) -> ChangeProposal:
    change = change_for(actor, uuid)
    if change is None:
        raise Http404
    return change
