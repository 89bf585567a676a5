"""Drafts: brought in, described, thrown away; only their maker touches them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.core.signs import one_line, several_lines
from nbcommons.intake._cleaning import Cleaned, clean
from nbcommons.intake._describing import PURPOSE_LENGTH, TITLE_LENGTH
from nbcommons.intake._details import Described, Details, details_of, merged
from nbcommons.intake._draft_fields import proposed, told_by_file, with_choice
from nbcommons.intake._keeping import (
    LENGTHS,
    chosen_pictures,
    keep_findings,
    keep_held_pictures,
    keep_pictures,
    look_again,
    texts_of,
    wait_for,
)
from nbcommons.intake.errors import TooManyDrafts
from nbcommons.intake.events import DraftBroughtIn, DraftRejected, DraftTakenBack
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.queries.choices import (
    labels_to_put_on,
    readable_notebook,
    teams_to_share_as,
)
from nbcommons.intake.queries.tag_rules import tag_rules
from nbcommons.notebooks.tags import MOST_TAGS, tidy_tags

MESSAGE_LENGTH = LENGTHS["message"]
WHY_LENGTH = LENGTHS["why"]
SHARED_LENGTH = 1000
MOST_DRAFTS = 200
"""So many may wait for one person: what nobody finishes must not fill the database."""
UNDO = timedelta(minutes=10)
"""How long what was thrown away can be had back."""


def bring_in(
    actor: Actor,
    *,
    file_name: str,
    raw: bytes,
    target: UUID | None = None,
    is_rescued: bool = False,
    is_staged: bool = False,
    at: datetime,
) -> Draft:
    """A draft made of the file, without its results.

    target: the notebook that it is to become the next version of, if the actor may edit that;
    else what the file says it came from is proposed. is_rescued: it comes from a Jupyter that is
    about to end, and waits for days. is_staged: what is made of it is known by the draft's id.
    Raises ``Refused`` (nothing of the file is kept, in no place), ``PluginFailed``,
    ``TooManyDrafts`` or ``Denied``.
    """
    guard.require_for(actor, Action.NOTEBOOK_ADD)
    person_id = _person_of(actor)
    if Draft.objects.filter(person_id=person_id).count() >= MOST_DRAFTS:
        raise TooManyDrafts(
            f"{MOST_DRAFTS} of your drafts wait already. Share some, or throw them away."
        )
    # Reading a large file takes a while: no transaction waits for it.
    cleaned = clean(raw, file_name=file_name, rules=tag_rules())
    return _keep_draft(
        actor,
        cleaned,
        person_id=person_id,
        file_name=file_name,
        target=target,
        is_rescued=is_rescued,
        is_staged=is_staged,
        at=at,
    )


def bring_in_again(
    actor: Actor, draft: Draft, *, file_name: str, raw: bytes, at: datetime
) -> None:
    """Put a corrected file in place of the draft's; what its author said about it stays.

    So do decisions about what is still in it, and which pictures are kept. Raises as ``bring_in``
    does.
    """
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    cleaned = clean(raw, file_name=file_name, rules=tag_rules())
    with transaction.atomic():
        wait_for(draft)
        for name, value in told_by_file(cleaned, file_name=file_name).items():
            setattr(draft, name, value)
        draft.blanked_count = 0
        draft.expires_at = _later_expiry(draft, at)
        draft.save()
        before = chosen_pictures(draft)
        draft.pictures.all().delete()
        keep_pictures(actor, draft, cleaned, before=before)
        keep_findings(draft, cleaned.findings, cleaned.stripped.document)
        look_again(draft)


@transaction.atomic
def describe_draft(
    actor: Actor,
    draft: Draft,
    *,
    details: Details,
    seen: str = "",
    told: str = "",
    at: datetime,
) -> Described:
    """Keep what the author has said so far; nothing need be complete.

    What they chose when they still could stays, and cannot be shared before they choose again.
    ``seen`` is the stamp of the page that they said it on: what was changed elsewhere since is not
    written over, unless ``told``, the stamp of what they were shown of that, says that they know.
    Without ``seen`` everything is replaced. The draft waits anew from here on. Raises
    ``Denied``, or ``AlreadyShared`` when the draft is gone.
    """
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    wait_for(draft)
    # As it is now that nobody else changes it, not as it was read before.
    draft.refresh_from_db()
    before, target_before = texts_of(draft), draft.target_id
    teams = [*teams_to_share_as(actor), *([draft.team] if draft.team else [])]
    labels = [*labels_to_put_on(actor), *draft.labels.all()]
    wanted = replace(
        _tidied(actor, draft, details),
        team=next((team.slug for team in teams if team.slug == details.team), ""),
        labels=frozenset(one.slug for one in labels if one.slug in details.labels),
    )
    done = Described(details=wanted, sent=wanted)
    if seen:
        done = merged(details_of(draft), wanted, seen=seen, told=told)
    said = done.details
    draft.team = next((team for team in teams if team.slug == said.team), None)
    _put(actor, draft, said)
    draft.saved_at = at
    draft.expires_at = _later_expiry(draft, at)
    draft.save()
    draft.labels.set([one for one in labels if one.slug in said.labels])
    if said.kept_pictures is not None:
        draft.pictures.exclude(pk__in=said.kept_pictures).update(is_kept=False)
        draft.pictures.filter(pk__in=said.kept_pictures).update(is_kept=True)
    elif draft.target_id != target_before:
        keep_held_pictures(actor, draft)
    look_again(draft, before=before)
    return done


@transaction.atomic
def keep_pictures_of_target(actor: Actor, draft: Draft) -> bool:
    """Keep the pictures that the notebook holds which the draft is a version or fork of.

    Returns whether there are such that were not kept. Raises ``Denied``, or ``AlreadyShared`` when
    the draft is gone.
    """
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    wait_for(draft)
    return keep_held_pictures(actor, draft)


@transaction.atomic
def intend(
    actor: Actor,
    draft: Draft,
    *,
    becomes: str,
    target: UUID | None = None,
    tags: Collection[str] = (),
    at: datetime,
) -> None:
    """Say what the draft is to become, and choose ``tags`` for it besides those chosen.

    A target that the actor may not read leaves it a new notebook. Raises ``Denied``, or
    ``AlreadyShared`` when the draft is gone.
    """
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    wait_for(draft)
    chosen = readable_notebook(actor, target) if becomes != Becomes.NEW else None
    is_other = chosen is not None and chosen.pk != draft.target_id
    draft.becomes = becomes if chosen is not None else Becomes.NEW
    draft.target = chosen
    if tags:
        kept = [tag["name"] for tag in draft.tags if tag["is_chosen"]]
        draft.tags = with_choice(draft.tags, [*kept, *tags])
    draft.expires_at = _later_expiry(draft, at)
    draft.save(update_fields=["becomes", "target", "tags", "expires_at"])
    if is_other:
        keep_held_pictures(actor, draft)


@transaction.atomic
def discard_draft(actor: Actor, draft: Draft, *, at: datetime) -> None:
    """Throw the draft away; for a few minutes it can be taken back. Raises ``Denied``."""
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    wait_for(draft)
    draft.discarded_at = at
    draft.save(update_fields=["discarded_at"])
    events.publish(DraftRejected(actor_id=actor.person_id, draft_uuid=str(draft.uuid)))


@transaction.atomic
def take_back_draft(actor: Actor, draft: Draft, *, at: datetime) -> None:
    """Have back what was thrown away. Raises ``Denied``."""
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    wait_for(draft)
    draft.discarded_at = None
    draft.expires_at = _later_expiry(draft, at)
    draft.save(update_fields=["discarded_at", "expires_at"])
    events.publish(DraftTakenBack(actor_id=actor.person_id, draft_uuid=str(draft.uuid)))


@transaction.atomic
def drop_expired_drafts(actor: Actor, *, at: datetime) -> int:
    """Delete what nobody came back for in time and what was thrown away; returns how many."""
    if not actor.is_system:
        raise Denied("Only the system sweeps drafts.")
    is_over = Q(expires_at__lte=at) | Q(discarded_at__lte=at - UNDO)
    over = Draft.objects.filter(is_over).defer("data").select_for_update(skip_locked=True)
    dropped = list(over)
    for draft in dropped:
        fact = DraftRejected(actor_id=None, draft_uuid=str(draft.uuid))
        was_told = draft.discarded_at is not None
        draft.delete()
        if not was_told:
            events.publish(fact)
    return len(dropped)


@transaction.atomic
def _keep_draft(
    actor: Actor,
    cleaned: Cleaned,
    *,
    person_id: int,
    file_name: str,
    target: UUID | None,
    is_rescued: bool,
    is_staged: bool,
    at: datetime,
) -> Draft:
    rescued_for = timedelta(days=settings.NBCOMMONS_RESCUED_DRAFT_DAYS)
    draft = Draft.objects.create(
        person_id=person_id,
        created_at=at,
        is_rescued=is_rescued,
        is_staged=is_staged,
        expires_at=max(_expiry(at), at + rescued_for) if is_rescued else _expiry(at),
        **told_by_file(cleaned, file_name=file_name),
        **proposed(cleaned),
    )
    chosen = readable_notebook(actor, target)
    if chosen is None or not guard.allows(actor, Action.NOTEBOOK_EDIT, chosen):
        chosen = readable_notebook(actor, draft.origin_uuid)
    if chosen is not None:
        may_edit = guard.allows(actor, Action.NOTEBOOK_EDIT, chosen)
        draft.becomes = Becomes.VERSION if may_edit else Becomes.FORK
        draft.target = chosen
        draft.save(update_fields=["becomes", "target"])
    keep_pictures(actor, draft, cleaned)
    keep_findings(draft, cleaned.findings, cleaned.stripped.document)
    look_again(draft)
    events.publish(DraftBroughtIn(actor_id=actor.person_id, draft_uuid=str(draft.uuid)))
    return draft


def _tidied(actor: Actor, draft: Draft, details: Details) -> Details:
    """``details`` as a draft holds them."""
    target = readable_notebook(actor, details.target)
    becomes = details.becomes if target is not None else Becomes.NEW
    return replace(
        details,
        title=one_line(details.title)[:TITLE_LENGTH].strip() or draft.title,
        purpose=several_lines(details.purpose)[:PURPOSE_LENGTH],
        tags=tuple(tidy_tags(details.tags)[:MOST_TAGS]),
        becomes=becomes,
        target=target.uuid if target is not None and becomes != Becomes.NEW else None,
        message=_message(becomes, details.message),
        shared_with=details.shared_with.strip()[:SHARED_LENGTH],
    )


def _put(actor: Actor, draft: Draft, said: Details) -> None:
    """What is ``said``, tidied, into the fields of ``draft``."""
    target = readable_notebook(actor, said.target)
    draft.title = said.title
    draft.purpose = said.purpose
    draft.category = said.category
    draft.visibility = said.visibility
    draft.tags = with_choice(draft.tags, said.tags)
    draft.becomes = said.becomes if target is not None else Becomes.NEW
    draft.target = target
    draft.message = said.message
    draft.shared_with = said.shared_with


def _message(becomes: str, typed: str) -> str:
    if becomes == Becomes.CHANGE:
        return several_lines(typed)[:WHY_LENGTH]
    return one_line(typed)[:MESSAGE_LENGTH]


def _person_of(actor: Actor) -> int:
    if actor.person_id is None:
        raise Denied("Sign in to bring a notebook in.")
    return actor.person_id


def _later_expiry(draft: Draft, at: datetime) -> datetime:
    """Work on a draft lets it wait anew; one that was rescued never waits shorter for it."""
    return max(draft.expires_at, _expiry(at)) if draft.is_rescued else _expiry(at)


def _expiry(at: datetime) -> datetime:
    return at + timedelta(seconds=settings.NBCOMMONS_DRAFT_LIFETIME_S)
