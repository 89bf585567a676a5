"""Bringing a notebook in, describing it, sharing it or throwing it away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
import zstandard
from django.conf import settings
from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.intake._cleaning import Cleaned, clean, limits
from nbcommons.intake.errors import AlreadyShared, Incomplete, Refused
from nbcommons.intake.events import DraftBroughtIn, DraftRejected
from nbcommons.intake.models import Draft, DraftPicture
from nbcommons.intake.queries import document_of
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.notebooks.operations import CellFacts, Description
from nbcommons.people.operations.joining import NewPerson, create_person
from nbcommons.people.queries import person_named
from nbcommons_ipynb.cells import Document, code_cells, fingerprint, tags_of
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.proposing import Proposal
from nbcommons_ipynb.removal import ledger
from nbcommons_ipynb.stripping import Stripped, checked_bytes

TITLE_LENGTH = 200
PURPOSE_LENGTH = 1000
MOST_TAGS = 12
SOLUTION_STAYS = "The solution of this exercise stays: the exercise checks itself by it"
STARTER = Path(__file__).parent / "starter"
STARTER_OWNER = "commons"


@dataclass(frozen=True, slots=True)
class Details:
    """What an author says about a draft; ``kept_pictures`` are the keys of pictures to keep."""

    title: str
    purpose: str
    category: str
    visibility: str
    tags: tuple[str, ...]
    kept_pictures: frozenset[int] = frozenset()


class Outcome(StrEnum):
    """What became of one file of a bulk import."""

    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Imported:
    """One file of a bulk import; ``repairs`` are sentences."""

    outcome: Outcome
    notebook_id: int | None
    title: str
    repairs: tuple[str, ...]


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
def publish_draft(actor: Actor, draft: Draft, *, details: Details, at: datetime) -> Notebook:
    """Share the draft as a new notebook; the draft is gone afterwards.

    Raises ``Incomplete`` without a title, ``AlreadyShared`` when it is gone, ``Refused`` when kept
    pictures make it too large, and ``Denied`` for anybody but the one who brought it in.
    """
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    # Pressed twice: the second waits here for the first, and finds the draft gone.
    if not Draft.objects.select_for_update().filter(pk=draft.pk).exists():
        raise AlreadyShared(
            "This draft has been shared already. You find it under My notebooks."
        )
    if not details.title.strip():
        raise Incomplete("Give the notebook a title, so that others can find it.")
    describe_draft(actor, draft, details=details)
    document = document_of(draft)
    try:
        canonical = checked_bytes(document, limits=limits())
    except NotANotebook as error:
        raise Refused(str(error)) from error
    notebook = catalogue.create_notebook(
        owner_id=draft.person_id,
        description=Description(
            title=draft.title,
            purpose=draft.purpose,
            language=draft.language,
            category=draft.category,
            tags=tuple(tag["name"] for tag in draft.tags if tag["is_chosen"]),
        ),
        visibility=draft.visibility,
        canonical=canonical,
        cells=_cell_facts(document),
        at=at,
    )
    draft.delete()
    return notebook


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


@transaction.atomic
def import_notebook(
    actor: Actor,
    *,
    owner_id: int,
    raw: bytes,
    file_name: str,
    origin: str,
    visibility: str,
    description: Description | None = None,
    is_dry: bool = False,
    at: datetime,
) -> Imported:
    """One file of a bulk import, found again by ``origin``, so that it is safe to repeat.

    Without a ``description`` a new notebook gets the proposed one. With ``is_dry`` nothing is
    written; the outcome is what would have been. For the system only: raises ``Denied`` for
    anybody else, and ``Refused`` for what is no notebook.
    """
    if not actor.is_system:
        raise Denied("Only the operator can import in bulk.")
    cleaned = clean(raw, file_name=file_name)
    known = (
        guard.notebooks_for(actor)
        .filter(owner_id=owner_id, origin=origin)
        .select_related("current_revision")
        .first()
    )
    if known is None:
        return _import_new(
            cleaned,
            owner_id=owner_id,
            description=description or _proposed(cleaned.proposal),
            origin=origin,
            visibility=visibility,
            is_dry=is_dry,
            at=at,
        )
    current = known.current_revision
    if current is not None and current.content_id == cleaned.stripped.sha256:
        return Imported(Outcome.UNCHANGED, known.pk, known.title, ())
    if not is_dry:
        catalogue.add_revision(
            known,
            author_id=owner_id,
            canonical=cleaned.stripped.canonical,
            cells=_cell_facts(cleaned.stripped.document),
            message="Imported again",
            at=at,
        )
    return Imported(Outcome.UPDATED, known.pk, known.title, cleaned.repairs)


@transaction.atomic
def bring_in_starter(actor: Actor, *, at: datetime) -> int:
    """Bring in the starter notebooks, looked after by an account that nobody can sign in to.

    Safe to repeat: a file of a later release becomes a new version. Returns how many changed.
    Raises ``Denied`` for anybody but the system.
    """
    house = person_named(STARTER_OWNER) or create_person(
        actor, NewPerson(username=STARTER_OWNER, full_name="Notebook Commons")
    )
    manifest = orjson.loads((STARTER / "starter.json").read_bytes())
    changed = 0
    for entry in manifest["notebooks"]:
        done = import_notebook(
            actor,
            owner_id=house.pk,
            raw=(STARTER / entry["file"]).read_bytes(),
            file_name=entry["file"],
            origin=f"starter/{entry['file']}",
            visibility=Visibility.EVERYONE,
            description=Description(
                title=entry["title"],
                purpose=entry["description"],
                language=entry["language"],
                category=entry["category"],
                tags=tuple(entry["tags"]),
            ),
            at=at,
        )
        changed += done.outcome is not Outcome.UNCHANGED
    return changed


def _proposed(proposal: Proposal) -> Description:
    return Description(
        title=proposal.title[:TITLE_LENGTH],
        purpose=proposal.description[:PURPOSE_LENGTH],
        language=proposal.language,
        category=proposal.category,
        tags=_tidy(tag.name for tag in proposal.tags),
    )


def _import_new(
    cleaned: Cleaned,
    *,
    owner_id: int,
    description: Description,
    origin: str,
    visibility: str,
    is_dry: bool,
    at: datetime,
) -> Imported:
    if is_dry:
        return Imported(Outcome.IMPORTED, None, description.title, cleaned.repairs)
    notebook = catalogue.create_notebook(
        owner_id=owner_id,
        description=description,
        visibility=visibility,
        canonical=cleaned.stripped.canonical,
        cells=_cell_facts(cleaned.stripped.document),
        message="Imported",
        origin=origin,
        at=at,
    )
    return Imported(Outcome.IMPORTED, notebook.pk, notebook.title, cleaned.repairs)


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
    names = _tidy(chosen)
    kept = [{**tag, "is_chosen": tag["name"] in names} for tag in tags]
    known = {tag["name"] for tag in tags}
    own = [
        {"name": name, "reason": "you added it", "is_chosen": True}
        for name in names
        if name not in known
    ]
    return [tag for tag in kept if tag["is_chosen"] or tag["reason"] != "you added it"] + own


def _tidy(names: Any) -> tuple[str, ...]:
    """Tags as they are stored: small letters, single spaces, none twice, not too many."""
    tidy = (" ".join(str(name).lower().replace(",", " ").split())[:40] for name in names)
    return tuple(dict.fromkeys(name for name in tidy if name))[:MOST_TAGS]


def _reject(actor: Actor, draft: Draft) -> None:
    fact = DraftRejected(actor_id=actor.person_id, draft_uuid=str(draft.uuid))
    draft.delete()
    events.publish(fact)


def _cell_facts(document: Document) -> list[CellFacts]:
    """What the catalogue keeps of each cell of a stripped ``document``, in order."""
    numbers = {cell.position: cell.number for cell in code_cells(document)}
    return [
        CellFacts(
            number=numbers.get(position),
            cell_id=cell["id"],
            kind=cell["cell_type"],
            fingerprint=fingerprint(cell["source"]),
            tags=tags_of(cell),
        )
        for position, cell in enumerate(document["cells"])
    ]
