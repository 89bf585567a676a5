"""A draft leaves the room as a suggested change: looked through as for publishing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake._details import Details
from nbcommons.intake._finishing import ask_plugins, decide, finished
from nbcommons.intake._keeping import look_again
from nbcommons.intake.errors import Incomplete
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.operations.drafts import describe_draft
from nbcommons.notebooks.models import Notebook


@dataclass(frozen=True, slots=True)
class HandedOn:
    """What a draft held. came_from: the version of the notebook that its file says it was."""

    canonical: bytes
    message: str
    came_from: int | None


@transaction.atomic
def describe_change(
    actor: Actor,
    draft: Draft,
    notebook: Notebook,
    *,
    message: str,
    kept_pictures: frozenset[int] | None = None,
    at: datetime,
) -> None:
    """Keep why ``draft`` is suggested as a change to ``notebook``; nothing need be complete.

    kept_pictures: keys of pictures; None leaves the choice as it is, and keeps besides what a newly
    chosen notebook holds. Raises ``Denied``, or ``AlreadyShared`` when the draft is gone.
    """
    details = Details(
        title=draft.title,
        purpose=draft.purpose,
        category=draft.category,
        visibility=draft.visibility,
        tags=tuple(tag["name"] for tag in draft.tags if tag["is_chosen"]),
        kept_pictures=kept_pictures,
        becomes=Becomes.CHANGE,
        target=notebook.uuid,
        message=message,
        shared_with=draft.shared_with,
        team=draft.team.slug if draft.team else "",
        labels=frozenset(draft.labels.values_list("slug", flat=True)),
    )
    describe_draft(actor, draft, details=details, at=at)


@transaction.atomic
def hand_on_draft(
    actor: Actor,
    draft: Draft,
    notebook: Notebook,
    *,
    message: str,
    decisions: Mapping[str, str] | None = None,
    kept_pictures: frozenset[int] | None = None,
    at: datetime,
) -> HandedOn:
    """What is to be suggested as a change to ``notebook``; the draft is gone afterwards.

    decisions: as for publishing. Raises ``Incomplete`` without a message, ``Undecided`` about what
    may be a secret, ``NotAllowedHere`` when a plugin speaks against it, ``AlreadyShared`` when it
    is gone, ``Refused`` when kept pictures make it too large, and ``Denied``.
    """
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    guard.require(actor, Action.CHANGE_SUGGEST, notebook)
    describe_change(actor, draft, notebook, message=message, kept_pictures=kept_pictures, at=at)
    # Whatever was known of it before: this is what others will read.
    look_again(draft)
    decide(actor, draft, decisions or {})
    if not draft.message:
        raise Incomplete("Say in a sentence what your change is good for.")
    document, canonical = finished(draft)
    ask_plugins(actor, notebook, document)
    is_copy = draft.origin_uuid == notebook.uuid
    handed = HandedOn(canonical, draft.message, draft.origin_number if is_copy else None)
    draft.delete()
    return handed
