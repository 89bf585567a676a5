"""Bulk import and the starter notebooks: for the system only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import orjson
from django.db import transaction

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.intake._cleaning import Cleaned, clean
from nbcommons.intake._describing import PURPOSE_LENGTH, TITLE_LENGTH
from nbcommons.intake.queries.tag_rules import tag_rules
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.cells import cell_facts
from nbcommons.notebooks.models import Visibility
from nbcommons.notebooks.operations import Description
from nbcommons.notebooks.tags import MOST_TAGS, tidy_tags
from nbcommons.people.operations.joining import NewPerson, create_person
from nbcommons.people.queries import STARTER_OWNER, person_named
from nbcommons_ipynb.proposing import Proposal

STARTER = Path(__file__).parents[1] / "starter"


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
    cleaned = clean(raw, file_name=file_name, rules=tag_rules())
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
            cells=cell_facts(cleaned.stripped.document),
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
        tags=tidy_tags(tag.name for tag in proposal.tags)[:MOST_TAGS],
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
        cells=cell_facts(cleaned.stripped.document),
        message="Imported",
        origin=origin,
        at=at,
    )
    return Imported(Outcome.IMPORTED, notebook.pk, notebook.title, cleaned.repairs)
