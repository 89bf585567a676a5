"""A person's own list, and what others see of a person."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.core.paging import Pager, pager_of
from nbcommons.gallery.queries.cards import (
    NotebookCard,
    cards_of,
    organisation_of,
    with_card_parts,
)
from nbcommons.intake.queries import DraftRow, draft_rows
from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Person

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class MinePage:
    """My notebooks, and drafts that wait for me."""

    drafts: tuple[DraftRow, ...]
    cards: tuple[NotebookCard, ...]
    total: int
    people: int
    pager: Pager


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Somebody, and those of their notebooks that the reader may see."""

    name: str
    username: str
    organisation: str
    joined_at: datetime
    is_me: bool
    cards: tuple[NotebookCard, ...]
    total: int
    pager: Pager


def mine_page(actor: Actor, *, page: int) -> MinePage:
    """What ``actor`` looks after, newest change first."""
    mine = guard.notebooks_for(actor).filter(owner_id=actor.person_id)
    cards, total, pager = _paged(actor, mine, page=page)
    return MinePage(
        drafts=draft_rows(actor),
        cards=cards,
        total=total,
        people=sum(card.people for card in cards),
        pager=pager,
    )


def person_page(actor: Actor, person: Person, *, page: int) -> PersonPage:
    """``person`` as ``actor`` may see them."""
    theirs = guard.notebooks_for(actor).filter(owner=person)
    cards, total, pager = _paged(actor, theirs, page=page)
    return PersonPage(
        name=str(person),
        username=person.username,
        organisation=organisation_of(person),
        joined_at=person.created_at,
        is_me=person.pk == actor.person_id,
        cards=cards,
        total=total,
        pager=pager,
    )


def _paged(
    actor: Actor, notebooks: QuerySet[Notebook], *, page: int
) -> tuple[tuple[NotebookCard, ...], int, Pager]:
    total = notebooks.count()
    first = (page - 1) * PAGE_SIZE
    rows = with_card_parts(notebooks).order_by("-updated_at", "-pk")[first : first + PAGE_SIZE]
    pager = pager_of(
        page=page, page_count=-(-total // PAGE_SIZE), url_of=lambda number: f"?page={number}"
    )
    return tuple(cards_of(actor, list(rows))), total, pager
