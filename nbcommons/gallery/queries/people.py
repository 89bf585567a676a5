"""What others see of a person."""

from dataclasses import dataclass
from datetime import datetime

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_of
from nbcommons.core.paging import Pager
from nbcommons.gallery.queries.cards import NotebookCard, in_use
from nbcommons.gallery.queries.paged import paged_cards
from nbcommons.people import rosters
from nbcommons.people.models import Person

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Somebody, and those of their notebooks that the reader may see."""

    name: str
    username: str
    organisation: str
    organisation_url: str
    teams: tuple[tuple[str, str], ...]
    interests: str
    is_mentor: bool
    joined_at: datetime
    is_me: bool
    cards: tuple[NotebookCard, ...]
    total: int
    pager: Pager
    # How many deprecated ones are left out, and where they are shown too; 0 when they are.
    left_out: int
    all_url: str


def person_page(
    actor: Actor, person: Person, *, page: int, with_deprecated: bool = False
) -> PersonPage:
    """``person`` as ``actor`` may see them; deprecated notebooks only if asked for."""
    everything = guard.notebooks_for(actor).filter(owner=person)
    theirs = everything if with_deprecated else in_use(everything)
    deprecated = "1" if with_deprecated else ""
    cards, total, pager = paged_cards(
        actor, theirs, page=page, size=PAGE_SIZE, deprecated=deprecated
    )
    return PersonPage(
        name=str(person),
        username=person.username,
        organisation=rosters.path_of(person.organisation),
        organisation_url=_organisation_url(person),
        teams=tuple(
            (team.name, path_of("gallery:team", team.slug))
            for team, _ in rosters.teams_of_person(person.pk)
        ),
        interests=person.interests,
        is_mentor=person.is_mentor and person.is_active,
        joined_at=person.created_at,
        is_me=person.pk == actor.person_id,
        cards=cards,
        total=total,
        pager=pager,
        left_out=0 if with_deprecated else everything.count() - total,
        all_url="?deprecated=1",
    )


def _organisation_url(person: Person) -> str:
    if person.organisation_id is None:
        return ""
    return path_of("gallery:organisation", person.organisation_id)
