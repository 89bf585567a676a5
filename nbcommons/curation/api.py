"""Looking after a notebook, for programs: describing, sharing, deprecating, deleting."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.holding import held
from nbcommons.access.representation import (
    NotebookOut,
    etag_for,
    notebook_for,
    notebook_out,
)
from nbcommons.access.rules import held_labels
from nbcommons.core.actor import Actor
from nbcommons.core.conditional import IfMatch, etag_of_model, require_match
from nbcommons.core.requests import CommonsRequest
from nbcommons.curation.errors import Invalid
from nbcommons.curation.operations.binning import delete_notebook, restore_notebook
from nbcommons.curation.operations.deprecating import (
    LONGEST_REASON,
    MOST_ALTERNATIVES,
    SHORTEST_REASON,
    deprecate_notebook,
    undo_deprecation,
)
from nbcommons.curation.operations.describing import (
    LANGUAGE_LENGTH,
    PURPOSE_LENGTH,
    TITLE_LENGTH,
    VERSION_LENGTH,
    edit_notebook,
)
from nbcommons.curation.operations.sharing import MOST_SHARES, change_sharing
from nbcommons.curation.queries.describing import details_of
from nbcommons.curation.queries.sharing import Share, sharing_of
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.tags import MOST_TAGS
from nbcommons.people.credentials import Credential
from nbcommons.people.models import Label
from nbcommons.people.parties import DESCRIPTION as PARTY, parties_named

router = Router(auth=Credential("notebooks:read", "notebooks:write"), tags=["notebooks"])

SHARING = frozenset({"visibility", "share_with", "labels"})


class ShareIn(Schema):
    """Whom to share with by name."""

    model_config = ConfigDict(extra="forbid")

    to: Annotated[str, Field(min_length=1, max_length=120, description=PARTY)]
    may_edit: Annotated[bool, Field(strict=True)] = False


class NotebookIn(Schema):
    """What to change; what is left out stays as it is, a list is replaced whole."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "title": "Rank late payers",
                "tags": ["invoices"],
                "visibility": "shared",
                "share_with": [{"to": "team:customs", "may_edit": True}],
            }
        },
    )

    title: Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)] = ""
    description: Annotated[str, Field(max_length=PURPOSE_LENGTH)] = ""
    tags: Annotated[
        list[Annotated[str, Field(max_length=100)]], Field(max_length=MOST_TAGS)
    ] = []
    category: Literal["operational", "building_block", "course"] = "operational"
    language: Annotated[str, Field(min_length=1, max_length=LANGUAGE_LENGTH)] = ""
    language_version: Annotated[str, Field(max_length=VERSION_LENGTH)] = ""
    visibility: Literal["private", "shared", "everyone"] = "private"
    share_with: Annotated[list[ShareIn], Field(max_length=MOST_SHARES)] = []
    labels: Annotated[
        list[Annotated[str, Field(max_length=100)]],
        Field(max_length=50, description="Short names of access labels that you hold."),
    ] = []


class DeprecationIn(Schema):
    """Why not to rely on it, and what to use instead."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"reason": "The list moved.", "is_frozen": False}},
    )

    reason: Annotated[str, Field(min_length=SHORTEST_REASON, max_length=LONGEST_REASON)]
    alternatives: Annotated[list[UUID], Field(max_length=MOST_ALTERNATIVES)] = []
    is_frozen: Annotated[
        bool, Field(strict=True, description="Nobody can run it any more.")
    ] = False


class BinnedOut(Schema):
    """Where it is now."""

    uuid: UUID
    restorable_until: datetime


@router.patch("/{uuid:uuid}", response=NotebookOut, summary="Change what is said of a notebook")
def change_notebook(
    request: CommonsRequest,
    response: HttpResponse,
    uuid: UUID,
    payload: NotebookIn,
    if_match: IfMatch = None,
) -> NotebookOut:
    """Its title, description and so on for those who may edit it; who sees it for its owners."""
    with transaction.atomic():
        notebook = _held(request.actor, uuid, if_match)
        _change(request.actor, notebook, payload)
    return _answer(request, response, uuid)


@router.delete("/{uuid:uuid}", response=BinnedOut, summary="Put a notebook into the bin")
def remove_notebook(request: CommonsRequest, uuid: UUID, if_match: IfMatch = None) -> BinnedOut:
    """Hidden from everybody, and gone for good after some time."""
    with transaction.atomic():
        notebook = _held(request.actor, uuid, if_match)
        until = delete_notebook(request.actor, notebook, at=timezone.now())
    return BinnedOut(uuid=uuid, restorable_until=until)


@router.post(
    "/{uuid:uuid}/restore", response=NotebookOut, summary="Take a notebook out of the bin"
)
def take_back_notebook(
    request: CommonsRequest, response: HttpResponse, uuid: UUID
) -> NotebookOut:
    """As it was when it was put there. One that is not in the bin stays as it is."""
    binned = guard.notebooks_for(request.actor, Action.NOTEBOOK_RESTORE).filter(uuid=uuid)
    notebook = binned.first()
    if notebook is not None:
        restore_notebook(request.actor, notebook)
    else:
        get_object_or_404(guard.notebooks_for(request.actor, Action.NOTEBOOK_REMOVE), uuid=uuid)
    return _answer(request, response, uuid)


@router.put("/{uuid:uuid}/deprecation", response=NotebookOut, summary="Deprecate a notebook")
def deprecate(
    request: CommonsRequest, response: HttpResponse, uuid: UUID, payload: DeprecationIn
) -> NotebookOut:
    """Tell everybody not to rely on it. Done again, it replaces what was said."""
    deprecate_notebook(
        request.actor,
        notebook_for(request.actor, uuid),
        reason=payload.reason,
        alternatives=payload.alternatives,
        is_frozen=payload.is_frozen,
        at=timezone.now(),
    )
    return _answer(request, response, uuid)


@router.delete(
    "/{uuid:uuid}/deprecation", response=NotebookOut, summary="Take a deprecation back"
)
def take_deprecation_back(
    request: CommonsRequest, response: HttpResponse, uuid: UUID
) -> NotebookOut:
    """One that is not deprecated stays as it is."""
    notebook = notebook_for(request.actor, uuid)
    guard.require(request.actor, Action.NOTEBOOK_SHARE, notebook)
    if notebook.deprecated_at is not None:
        undo_deprecation(request.actor, notebook)
    return _answer(request, response, uuid)


def _answer(request: CommonsRequest, response: HttpResponse, uuid: UUID) -> NotebookOut:
    told = notebook_out(request.actor, uuid)
    response.headers["ETag"] = etag_of_model(told)
    return told


def _held(actor: Actor, uuid: UUID, if_match: str | None) -> Notebook:
    """The notebook as it is now, which nobody else changes until the end.

    Raises ``ChangedMeanwhile``, ``Overtaken`` or ``Http404``.
    """
    notebook = held(actor, Action.NOTEBOOK_READ, notebook_for(actor, uuid))
    if if_match is not None:
        require_match(if_match, etag_for(actor, uuid))
    return notebook


def _change(actor: Actor, notebook: Notebook, payload: NotebookIn) -> None:
    wanted = payload.model_dump(include=payload.model_fields_set)
    at = timezone.now()
    if described := wanted.keys() - SHARING:
        changes = {name: wanted[name] for name in described}
        if "description" in changes:
            changes["purpose"] = changes.pop("description")
        if "tags" in changes:
            changes["tags"] = tuple(changes["tags"])
        details = replace(details_of(notebook), **changes)
        try:
            edit_notebook(actor, notebook, details=details, takes_hints=True, at=at)
        except Invalid as error:
            # As it is called here.
            error.field = "description" if error.field == "purpose" else error.field
            raise
    if wanted.keys() & SHARING:
        sharing = sharing_of(notebook)
        if "visibility" in wanted:
            sharing = replace(sharing, visibility=payload.visibility)
        if "share_with" in wanted:
            sharing = replace(sharing, shares=_shares(payload.share_with))
        if "labels" in wanted:
            sharing = replace(sharing, label_ids=_labels(actor, notebook, payload.labels))
        change_sharing(actor, notebook, sharing=sharing, takes_hints=True, at=at)


def _shares(wanted: list[ShareIn]) -> tuple[Share, ...]:
    parties = parties_named((share.to for share in wanted), field="share_with")
    return tuple(
        Share(party.person_id, party.team_id, share.may_edit)
        for party, share in zip(parties, wanted, strict=True)
    )


def _labels(actor: Actor, notebook: Notebook, slugs: list[str]) -> frozenset[int]:
    """The labels called so, of those the actor holds and those on the notebook.

    That another one exists may already say too much.
    """
    known = Label.objects.all() if actor.sees_everything else held_labels(actor)
    found = dict(known.filter(slug__in=slugs).values_list("slug", "pk"))
    found |= dict(notebook.labels.filter(slug__in=slugs).values_list("slug", "pk"))
    for slug in slugs:
        if slug not in found:
            raise Invalid(f"You hold no access label called “{slug}”.", field="labels")
    return frozenset(found[slug] for slug in slugs)
