"""Drafts: brought in, described, thrown away; only their maker touches them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import zstandard
from django.conf import settings
from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.intake._cleaning import Cleaned, clean
from nbcommons.intake._describing import MOST_TAGS, PURPOSE_LENGTH, TITLE_LENGTH, tidy_tags
from nbcommons.intake.events import DraftBroughtIn, DraftRejected
from nbcommons.intake.models import Draft, DraftPicture
from nbcommons_ipynb.removal import ledger
from nbcommons_ipynb.stripping import Stripped

SOLUTION_STAYS = "The solution of this exercise stays: the exercise checks itself by it"


@dataclass(frozen=True, slots=True)
class Details:
    """What an author says about a draft; ``kept_pictures`` are the keys of pictures to keep."""

    title: str
    purpose: str
    category: str
    visibility: str
    tags: tuple[str, ...]
    kept_pictures: frozenset[int] = frozenset()


def bring_in(actor: Actor, *, file_name: str, raw: bytes, at: datetime) -> Draft:
    """A draft made of the file, without its results.

    Raises ``Refused`` (nothing of the file is kept, in no place) or ``Denied``.
    """
    guard.require_for(actor, Action.NOTEBOOK_ADD)
    # Reading a large file takes a while: no transaction waits for it.
    cleaned = clean(raw, file_name=file_name)
    return _keep_draft(actor, cleaned, file_name=file_name, at=at)


@transaction.atomic
def _keep_draft(actor: Actor, cleaned: Cleaned, *, file_name: str, at: datetime) -> Draft:
    draft = Draft.objects.create(
        person_id=_person_of(actor),
        file_name=file_name[-TITLE_LENGTH:],
        created_at=at,
        expires_at=at + timedelta(days=settings.NBCOMMONS_DRAFT_DAYS),
        **_told(cleaned),
    )
    DraftPicture.objects.bulk_create(
        DraftPicture(
            draft=draft,
            position=picture.position,
            cell_id=picture.cell_id,
            name=picture.name,
            mime=picture.mime,
            content=picture.content,
            width=picture.width,
            height=picture.height,
        )
        for picture in cleaned.pictures.images
    )
    events.publish(DraftBroughtIn(actor_id=actor.person_id, draft_uuid=str(draft.uuid)))
    return draft


@transaction.atomic
def describe_draft(actor: Actor, draft: Draft, *, details: Details) -> None:
    """Keep what the author has said so far; nothing need be complete. Raises ``Denied``."""
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    draft.title = details.title.strip()[:TITLE_LENGTH] or draft.title
    draft.purpose = details.purpose.strip()[:PURPOSE_LENGTH]
    draft.category = details.category
    draft.visibility = details.visibility
    draft.tags = _with_choice(draft.tags, details.tags)
    draft.save(update_fields=["title", "purpose", "category", "visibility", "tags"])
    draft.pictures.update(is_kept=False)
    draft.pictures.filter(pk__in=details.kept_pictures).update(is_kept=True)


@transaction.atomic
def discard_draft(actor: Actor, draft: Draft) -> None:
    """Throw the draft away for good. Raises ``Denied``."""
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    _reject(actor, draft)


@transaction.atomic
def drop_expired_drafts(actor: Actor, *, at: datetime) -> int:
    """Throw away the drafts that nobody came back for in time; returns how many."""
    expired = list(Draft.objects.filter(expires_at__lte=at).select_for_update(skip_locked=True))
    for draft in expired:
        _reject(actor, draft)
    return len(expired)


def _person_of(actor: Actor) -> int:
    if actor.person_id is None:
        raise Denied("Sign in to bring a notebook in.")
    return actor.person_id


def _told(cleaned: Cleaned) -> dict[str, Any]:
    """The fields of a draft that follow from its file."""
    stripped, proposal = cleaned.stripped, cleaned.proposal
    return {
        "data": zstandard.ZstdCompressor().compress(stripped.canonical),
        "size_bytes": len(stripped.canonical),
        "raw_bytes": stripped.removed.bytes_before,
        "cell_count": len(stripped.document["cells"]),
        "ledger": [
            {"label": line.label, "detail": line.detail, "count": line.count}
            for line in ledger(stripped.removed)
        ],
        "notes": _notes_of(stripped),
        "repairs": list(cleaned.repairs),
        "refused_pictures": [
            {"name": picture.name, "reason": picture.reason}
            for picture in cleaned.pictures.refused
        ],
        "title": proposal.title[:TITLE_LENGTH],
        "purpose": proposal.description[:PURPOSE_LENGTH],
        "language": proposal.language,
        "category": proposal.category,
        "tags": [
            {"name": tag.name, "reason": tag.reason, "is_chosen": True}
            for tag in proposal.tags[:MOST_TAGS]
        ],
    }


def _notes_of(stripped: Stripped) -> dict[str, list[str]]:
    """What to say below each cell: what was removed, and the one thing that stays unseen."""
    notes = {str(cell.position): list(cell.notes) for cell in stripped.cells}
    for position in stripped.solutions:
        notes.setdefault(str(position), []).append(SOLUTION_STAYS)
    return notes


def _with_choice(tags: list[dict[str, Any]], chosen: Collection[str]) -> list[dict[str, Any]]:
    """The proposed tags with the author's choice, and the author's own behind them."""
    names = tidy_tags(chosen)
    kept = [{**tag, "is_chosen": tag["name"] in names} for tag in tags]
    known = {tag["name"] for tag in tags}
    own = [
        {"name": name, "reason": "you added it", "is_chosen": True}
        for name in names
        if name not in known
    ]
    return [tag for tag in kept if tag["is_chosen"] or tag["reason"] != "you added it"] + own


def _reject(actor: Actor, draft: Draft) -> None:
    fact = DraftRejected(actor_id=actor.person_id, draft_uuid=str(draft.uuid))
    draft.delete()
    events.publish(fact)
