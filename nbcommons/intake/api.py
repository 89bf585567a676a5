"""Bringing notebooks in by a program: drafts, and what becomes of them."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import ConfigDict, Field

from nbcommons.access import guard
from nbcommons.access.representation import NotebookOut, etag_for, notebook_out
from nbcommons.core.actor import Actor
from nbcommons.core.conditional import IfMatch, conditional, etag_of_model, require_match
from nbcommons.core.errors import WrongKind
from nbcommons.core.fields import NUMBER_ONLY
from nbcommons.core.requests import CommonsRequest
from nbcommons.core.windows import PageOut, Window
from nbcommons.intake._describing import PURPOSE_LENGTH, TITLE_LENGTH
from nbcommons.intake._details import Details
from nbcommons.intake.errors import Incomplete, NotYours, Undecided
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.operations.drafts import (
    MESSAGE_LENGTH,
    SHARED_LENGTH,
    bring_in,
    discard_draft,
)
from nbcommons.intake.operations.publishing import publish_draft
from nbcommons.intake.queries.choices import (
    labels_to_put_on,
    readable_notebook,
    teams_to_share_as,
)
from nbcommons.intake.queries.drafts import (
    document_of,
    drafts_of,
    finding_rows,
    strange_pictures,
)
from nbcommons.intake.queries.likeness import alike
from nbcommons.notebooks.tags import MOST_TAGS, TAG_LENGTH
from nbcommons.people.credentials import Credential
from nbcommons.people.models import Person, Team
from nbcommons.people.parties import DESCRIPTION as PARTY, TEAM, parties_named

router = Router(auth=Credential("notebooks:write"), tags=["drafts"])

KINDS = ("application/json", "application/x-ipynb+json")
FORM = "multipart/form-data"
# What is said of a new notebook; a version changes none of it.
OF_A_NEW_ONE = frozenset(
    {"title", "description", "tags", "category", "visibility", "share_with", "labels", "owner"}
)
_NOTEBOOK = {
    "type": "object",
    "properties": {"cells": {"type": "array"}, "nbformat": {"type": "integer"}},
    "example": {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": "# Rank late payers"},
            {
                "cell_type": "code",
                "metadata": {},
                "source": "1 + 1",
                "execution_count": 1,
                "outputs": [],
            },
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    },
}
_FILE = {
    "type": "object",
    "required": ["file"],
    # No empty file is a notebook, and some clients send an empty part that is no part.
    "properties": {"file": {"type": "string", "format": "binary", "minLength": 1}},
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            **{kind: {"schema": _NOTEBOOK} for kind in KINDS},
            FORM: {"schema": _FILE},
        },
    }
}


class FileIn(Schema):
    """How the file is called where it comes from."""

    file_name: Annotated[
        str, Field(max_length=500, description="Proposes a title. A form's file has its own.")
    ] = "notebook.ipynb"
    rescued: Annotated[
        bool,
        Field(description="It comes from a Jupyter that is about to close: it waits for days."),
    ] = False


class SecretOut(Schema):
    """Something that may be a secret. Decide by its key when you publish."""

    key: str
    kind: str
    cell: Annotated[
        int | None,
        Field(description="Place among all cells, from 0, of the first; null: in no cell."),
    ]
    words: str
    excerpt: Annotated[str, Field(description="With the secret masked.")]
    is_hint: Annotated[bool, Field(description="Often harmless.")]
    is_blocking: Annotated[bool, Field(description="Can be blanked out only.")]
    is_decided: bool


class PictureOut(Schema):
    """A picture in the text, which goes unless you keep it.

    Kept to begin with is what the notebook holds already that the draft came from.
    """

    key: int
    name: str
    cell: int
    width: int
    height: int
    is_kept: bool


class ProposedOut(Schema):
    """What publishing takes where you say nothing else."""

    title: str
    description: str
    tags: list[str]
    category: str
    language: str
    language_version: str


class DraftOut(Schema):
    """A notebook without its results that only you see until you publish it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "0b9d6a52-7f0e-4a86-9f0b-0f6c0a6f6d11",
                "file_name": "payers.ipynb",
                "cells": 14,
                "created_at": "2026-11-20T16:05:00Z",
                "expires_at": "2026-11-20T22:05:00Z",
                "removed": {"outputs": 7, "tables": 3, "execution_counts": 9},
                "repairs": [],
                "secrets": [],
                "pictures": [],
                "proposed": {
                    "title": "Rank late payers",
                    "description": "Shows which customers pay late, and how much.",
                    "tags": ["tables"],
                    "category": "operational",
                    "language": "python",
                    "language_version": "3.12",
                },
                "came_from": None,
            }
        }
    )

    id: UUID
    file_name: str
    cells: int
    created_at: datetime
    expires_at: datetime
    removed: Annotated[
        dict[str, int], Field(description="How much was taken out, by kind: outputs and so on.")
    ]
    repairs: Annotated[list[str], Field(description="What had to be put right, in sentences.")]
    secrets: list[SecretOut]
    pictures: list[PictureOut]
    proposed: ProposedOut
    came_from: Annotated[
        UUID | None, Field(description="The notebook of this commons that it says it is.")
    ]


class DraftRowOut(Schema):
    """A draft in a list."""

    id: UUID
    title: str
    file_name: str
    cells: int
    created_at: datetime
    expires_at: datetime


class DraftsOut(PageOut):
    """Your drafts, the newest first."""

    drafts: list[DraftRowOut]


class AlikeOut(Schema):
    """A notebook that holds the same cells as the draft, or has the same title."""

    uuid: UUID
    title: str
    keeper: Annotated[str, Field(description="The name of the person or team it belongs to.")]
    same_cells: Annotated[int, Field(ge=0, description="So many cells of the draft are in it.")]
    cells: Annotated[
        int, Field(ge=0, description="Code cells of the draft; all, if it has no code.")
    ]
    is_nearly_the_same: Annotated[bool, Field(description="It does this already.")]
    has_same_title: bool
    may_edit: Annotated[bool, Field(description="Your draft could become its next version.")]
    url: str


class AlikesOut(Schema):
    """What is here already that is like a draft, the likest first; few."""

    notebooks: list[AlikeOut]


class DecisionIn(Schema):
    """What to do about something that may be a secret."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(min_length=1, max_length=32)]
    decision: Literal["fine", "blank"]


class PublishIn(Schema):
    """What to say of it; what is left out is as proposed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "title": "Rank late payers",
                "description": "Shows which customers pay late, and how much.",
                "tags": ["invoices"],
                "visibility": "everyone",
            }
        },
    )

    title: Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)] = ""
    description: Annotated[str, Field(max_length=PURPOSE_LENGTH)] = ""
    tags: Annotated[
        list[Annotated[str, Field(max_length=TAG_LENGTH)]], Field(max_length=MOST_TAGS)
    ] = []
    category: Literal["operational", "building_block", "course"] = "operational"
    visibility: Annotated[
        Literal["private", "shared", "everyone"],
        Field(description="Left out beside `share_with`, it is shared with those alone."),
    ] = "private"
    share_with: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=120, description=PARTY)]],
        Field(max_length=50, description="Who may read it, besides; change it to let edit."),
    ] = []
    labels: Annotated[
        list[Annotated[str, Field(max_length=100)]],
        Field(max_length=50, description="Short names of access labels that you hold."),
    ] = []
    owner: Annotated[
        str, Field(max_length=120, description=f"You, or a team that you edit for. {PARTY}")
    ] = ""
    message: Annotated[str, Field(max_length=MESSAGE_LENGTH)] = ""
    replaces: Annotated[
        UUID | None, Field(description="Publish the next version of this notebook instead.")
    ] = None
    replaces_version: Annotated[
        Annotated[int, Field(ge=1, le=2**31 - 1), NUMBER_ONLY] | None,
        Field(
            description="The version you began from: answered 409 when there is a newer one."
        ),
    ] = None
    forks: Annotated[UUID | None, Field(description="Begun as a copy of this notebook.")] = None
    decisions: Annotated[list[DecisionIn], Field(max_length=1000)] = []
    keep_pictures: Annotated[
        list[Annotated[int, Field(ge=1, le=2**63 - 1), NUMBER_ONLY]],
        Field(
            max_length=1000,
            description=(
                "Keys of the pictures to keep. Left out, a new notebook keeps none; with "
                "`replaces` or `forks` it keeps what the draft does, and what that notebook's "
                "current version holds."
            ),
        ),
    ] = []


@router.post(
    "",
    response={201: DraftOut},
    summary="Bring a notebook in",
    openapi_extra=_BODY,
)
def create_draft(
    request: CommonsRequest, response: HttpResponse, named: Query[FileIn]
) -> Status[DraftOut]:
    """The file is the body, or stands in the field `file` of a form.

    Its results are taken out before anything is stored. Nobody but you sees the draft, and it
    expires.
    """
    file_name, raw = _file_in(request, named.file_name)
    draft = bring_in(
        request.actor,
        file_name=file_name,
        raw=raw,
        is_rescued=named.rescued,
        at=timezone.now(),
    )
    response.headers["Location"] = reverse("api:read_draft", kwargs={"id": draft.uuid})
    return Status(201, _told(draft))


@router.get("", response=DraftsOut, summary="Your drafts")
@conditional
def list_drafts(request: CommonsRequest, window: Query[Window]) -> DraftsOut:
    drafts = drafts_of(request.actor).defer("data")
    return DraftsOut(
        total=drafts.count(),
        limit=window.limit,
        offset=window.offset,
        drafts=[
            DraftRowOut(
                id=draft.uuid,
                title=draft.title,
                file_name=draft.file_name,
                cells=draft.cell_count,
                created_at=draft.created_at,
                expires_at=draft.expires_at,
            )
            for draft in drafts[window.offset : window.offset + window.limit]
        ],
    )


@router.get("/{uuid:id}", response=DraftOut, summary="One of your drafts")
@conditional
def read_draft(request: CommonsRequest, id: UUID) -> DraftOut:  # noqa: A002 - as in the address
    return _told(_draft(request.actor, id))


@router.get(
    "/{uuid:id}/content", response=dict[str, Any], summary="What would be published of a draft"
)
@conditional
def read_draft_content(
    request: CommonsRequest,
    id: UUID,  # noqa: A002 - as in the address
) -> dict[str, Any]:
    """The notebook without results, with the pictures that you keep."""
    return document_of(_draft(request.actor, id))


@router.get(
    "/{uuid:id}/alike",
    response=AlikesOut,
    auth=Credential("notebooks:read", "notebooks:write"),
    summary="What is here already that is like a draft",
)
@conditional
def read_draft_alike(
    request: CommonsRequest,
    id: UUID,  # noqa: A002 - as in the address
) -> AlikesOut:
    """Notebooks that you may read: ask before you publish what is here already."""
    found = alike(request.actor, _draft(request.actor, id))
    return AlikesOut(
        notebooks=[
            AlikeOut(
                uuid=one.uuid,
                title=one.title,
                keeper=one.keeper,
                same_cells=one.same_cells,
                cells=one.cell_count,
                is_nearly_the_same=one.is_nearly_the_same,
                has_same_title=one.has_same_title,
                may_edit=one.may_edit,
                url=settings.NBCOMMONS_SITE_URL + one.url,
            )
            for one in found
        ]
    )


@router.delete("/{uuid:id}", response={204: None}, summary="Throw a draft away")
def remove_draft(
    request: CommonsRequest,
    id: UUID,  # noqa: A002 - as in the address
) -> Status[None]:
    discard_draft(request.actor, _draft(request.actor, id), at=timezone.now())
    return Status(204, None)


@router.post(
    "/{uuid:id}/publish",
    response={201: NotebookOut},
    auth=Credential("notebooks:read", "notebooks:write"),
    summary="Publish a draft",
)
def publish(
    request: CommonsRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002 - as in the address
    payload: PublishIn,
    if_match: IfMatch = None,
) -> Status[NotebookOut]:
    """As a new notebook, or with `replaces` as the next version of one that you may edit.

    `If-Match` is about the notebook that it replaces. A new notebook has the draft's id: who
    publishes a draft once more, because no answer came, is answered what it became.
    """
    actor, now = request.actor, timezone.now()
    if payload.replaces is None and _has_become(actor, id):
        return _published(response, notebook_out(actor, id))
    with transaction.atomic():
        draft = _draft(actor, id)
        _require_there(actor, payload)
        if if_match is not None and payload.replaces is not None:
            require_match(if_match, etag_for(actor, payload.replaces))
        try:
            notebook = publish_draft(
                actor,
                draft,
                details=_details(actor, draft, payload),
                decisions={one.key: one.decision for one in payload.decisions},
                at=now,
            )
        except Undecided as error:
            # What stands in the title, say, was sent just now: the draft does not tell its key.
            raise error.with_keys() from error
        # Within: what its maker could not see would be made all the same.
        told = notebook_out(actor, notebook.uuid)
    return _published(response, told)


def _has_become(actor: Actor, uuid: UUID) -> bool:
    """Whether a draft of ``actor`` with this id is a notebook already that they may read."""
    made = guard.notebooks_for(actor).filter(uuid=uuid, created_by_id=actor.person_id)
    return made.exists() and not drafts_of(actor).filter(uuid=uuid).exists()


def _published(response: HttpResponse, told: NotebookOut) -> Status[NotebookOut]:
    response.headers["ETag"] = etag_of_model(told)
    response.headers["Location"] = reverse("api:read_notebook", args=[told.uuid])
    return Status(201, told)


def _file_in(request: HttpRequest, file_name: str) -> tuple[str, bytes]:
    """The file that was sent, and its name."""
    if request.content_type in KINDS:
        return _last_part(file_name), request.body
    if request.content_type != FORM:
        raise WrongKind(
            f"Send the notebook as JSON, or in the field “file” of a form ({FORM})."
        )
    files = request.FILES.getlist("file")
    if not files:
        raise HttpError(400, "The form has no file in the field “file”.")
    if sum(len(parts) for _, parts in request.FILES.lists()) > 1:
        raise HttpError(400, "Send one file at a time: the form has several.")
    return _last_part(files[0].name or file_name), files[0].read()


def _last_part(file_name: str) -> str:
    """Where a file lay on somebody's machine is nobody's business."""
    return PurePosixPath(file_name.replace("\\", "/")).name or FileIn().file_name


def _draft(actor: Actor, uuid: UUID) -> Draft:
    drafts = drafts_of(actor).select_related("target", "team")
    return get_object_or_404(drafts, uuid=uuid)


def _told(draft: Draft) -> DraftOut:
    return DraftOut(
        id=draft.uuid,
        file_name=draft.file_name,
        cells=draft.cell_count,
        created_at=draft.created_at,
        expires_at=draft.expires_at,
        removed=draft.removed,
        repairs=draft.repairs,
        secrets=[
            SecretOut(
                key=row.key,
                kind=row.kind,
                cell=row.places[0].position,
                words=row.words,
                excerpt=row.places[0].excerpt,
                is_hint=row.is_hint,
                is_blocking=row.is_blocking,
                is_decided=row.is_decided,
            )
            for row in finding_rows(draft)
        ],
        pictures=[
            PictureOut(
                key=picture.pk,
                name=picture.name,
                cell=picture.position,
                width=picture.width,
                height=picture.height,
                is_kept=picture.is_kept,
            )
            for picture in draft.pictures.defer("content").order_by("position", "pk")
        ],
        proposed=ProposedOut(
            title=draft.title,
            description=draft.purpose,
            tags=[tag["name"] for tag in draft.tags if tag["is_chosen"]],
            category=draft.category,
            language=draft.language,
            language_version=draft.language_version,
        ),
        came_from=draft.origin_uuid,
    )


def _details(actor: Actor, draft: Draft, payload: PublishIn) -> Details:
    said = payload.model_dump(include=payload.model_fields_set)
    becomes, target = _becomes(payload, said)
    tags = said.get("tags", [tag["name"] for tag in draft.tags if tag["is_chosen"]])
    return Details(
        title=said.get("title", draft.title),
        purpose=said.get("description", draft.purpose),
        category=said.get("category", draft.category),
        # Never what a page would propose: nothing is shown to people who were not named.
        visibility=said.get("visibility", "shared" if payload.share_with else "private"),
        tags=tuple(tags),
        kept_pictures=_kept_pictures(draft, payload, said),
        becomes=becomes,
        target=target,
        message=payload.message,
        shared_with=_typed(payload.share_with),
        team=_team(actor, payload.owner),
        labels=_labels(actor, payload.labels),
        seen_number=payload.replaces_version,
    )


def _kept_pictures(
    draft: Draft, payload: PublishIn, said: Mapping[str, Any]
) -> frozenset[int] | None:
    """Raises ``NotYours``: dropped silently, a picture would be missed only by its readers."""
    if "keep_pictures" not in said:
        goes_on = payload.replaces is not None or payload.forks is not None
        return None if goes_on else frozenset()
    wanted = frozenset(payload.keep_pictures)
    if strange := strange_pictures(draft, wanted):
        raise NotYours(
            f"The draft has no picture with the key {strange}.", field="keep_pictures"
        )
    return wanted


def _becomes(payload: PublishIn, said: Mapping[str, Any]) -> tuple[str, UUID | None]:
    if payload.replaces is None:
        becomes = Becomes.NEW if payload.forks is None else Becomes.FORK
        return becomes, payload.forks
    if payload.forks is not None:
        raise Incomplete("It replaces a notebook or forks one, not both.")
    if of_new := sorted(OF_A_NEW_ONE & said.keys()):
        raise Incomplete(
            f"A version changes nothing of what is said of a notebook. Leave out "
            f"{', '.join(of_new)}, and change the notebook instead."
        )
    return Becomes.VERSION, payload.replaces


def _typed(handles: list[str]) -> str:
    """The same people and teams as a person would choose them in the form."""
    parties = parties_named(handles, field="share_with")
    people = Person.objects.in_bulk([one.person_id for one in parties if one.person_id])
    teams = Team.objects.in_bulk([one.team_id for one in parties if one.team_id])
    typed = ", ".join(
        [f"({person.username})" for person in people.values()]
        + [f"(team {team.slug})" for team in teams.values()]
    )
    if len(typed) > SHARED_LENGTH:
        raise Incomplete("That are many at once. Share with the others when it is published.")
    return typed


def _team(actor: Actor, owner: str) -> str:
    """The short name of the team that will look after it; empty for the caller.

    Raises ``NotYours``: left out silently, it would belong to somebody else than was meant.
    """
    if not owner or owner.lower() == actor.name:
        return ""
    slug = owner.removeprefix(TEAM)
    if not owner.startswith(TEAM) or slug not in {one.slug for one in teams_to_share_as(actor)}:
        raise NotYours("It can be yours, or a team's that you edit for.", field="owner")
    return slug


def _labels(actor: Actor, slugs: list[str]) -> frozenset[str]:
    """Raises ``NotYours``: left out silently, a label would let more people see it than meant."""
    held = {label.slug for label in labels_to_put_on(actor)}
    for slug in slugs:
        if slug not in held:
            raise NotYours(f"You hold no access label called “{slug}”.", field="labels")
    return frozenset(slugs)


def _require_there(actor: Actor, payload: PublishIn) -> None:
    """Raises ``NotYours`` when the notebook that is replaced or forked is not there."""
    for field in ("replaces", "forks"):
        uuid = getattr(payload, field)
        if uuid is not None and readable_notebook(actor, uuid) is None:
            raise NotYours("There is no such notebook, or it is not for you.", field=field)
