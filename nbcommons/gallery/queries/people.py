"""A person's own list, and what others see of a person."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.core.paging import Pager
from nbcommons.gallery.queries.cards import NotebookCard
from nbcommons.gallery.queries.paged import paged_cards
from nbcommons.intake.queries import DraftRow, draft_rows
from nbcommons.people import rosters
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
    organisation_url: str
    teams: tuple[tuple[str, str], ...]
    joined_at: datetime
    is_me: bool
    cards: tuple[NotebookCard, ...]
    total: int
    pager: Pager


def mine_page(actor: Actor, *, page: int) -> MinePage:
    """What ``actor`` looks after, newest change first."""
    mine = guard.notebooks_for(actor).filter(owner_id=actor.person_id)
    cards, total, pager = paged_cards(actor, mine, page=page, size=PAGE_SIZE)
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
    cards, total, pager = paged_cards(actor, theirs, page=page, size=PAGE_SIZE)
    return PersonPage(
        name=str(person),
        username=person.username,
        organisation=rosters.path_of(person.organisation),
        organisation_url=_organisation_url(person),
        teams=tuple(
            (team.name, reverse("gallery:team", args=[team.slug]))
            for team, _ in rosters.teams_of_person(person.pk)
        ),
        joined_at=person.created_at,
        is_me=person.pk == actor.person_id,
        cards=cards,
        total=total,
        pager=pager,
    )


def _organisation_url(person: Person) -> str:
    if person.organisation_id is None:
        return ""
    return reverse("gallery:organisation", args=[person.organisation_id])
