"""A person's own shelves: mine, my teams', shared with me; and what waits for an answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet

from nbcommons.access import guard
from nbcommons.access.rules import teams_of
from nbcommons.collaboration.queries.changes import open_changes_for
from nbcommons.collaboration.queries.stars import starred_by
from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_about, path_to
from nbcommons.core.paging import Pager
from nbcommons.curation.queries.binning import binned_count
from nbcommons.curation.queries.ownership import offers_to
from nbcommons.gallery.queries.cards import NotebookCard
from nbcommons.gallery.queries.paged import paged_cards
from nbcommons.intake.queries.drafts import DraftRow, draft_rows
from nbcommons.notebooks.models import Notebook, NotebookShare, Visibility

PAGE_SIZE = 50
OFFERS_SHOWN = 10


class Shelf(StrEnum):
    """Which notebooks of a person; the first is shown unless another is asked for."""

    MINE = "mine"
    TEAMS = "teams"
    SHARED = "shared"
    STARRED = "starred"


WORDS = {
    Shelf.MINE: "Mine",
    Shelf.TEAMS: "My teams'",
    Shelf.SHARED: "Shared with me",
    Shelf.STARRED: "Starred",
}


@dataclass(frozen=True, slots=True)
class ShelfLink:
    """A shelf, how many are on it, and whether it is the one that is shown."""

    words: str
    url: str
    count: int
    is_here: bool


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A notebook that somebody asks me, or a team of mine, to look after."""

    title: str
    url: str
    giver: str
    team: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class MinePage:
    """One shelf, and what waits: offers to answer, drafts to share, the bin."""

    offers: tuple[OfferRow, ...]
    drafts: tuple[DraftRow, ...]
    shelves: tuple[ShelfLink, ...]
    shelf: str
    cards: tuple[NotebookCard, ...]
    total: int
    mine_total: int
    binned: int
    open_changes: int
    pager: Pager

    @property
    def is_mine(self) -> bool:
        return self.shelf == Shelf.MINE

    @property
    def is_teams(self) -> bool:
        return self.shelf == Shelf.TEAMS

    @property
    def is_shared(self) -> bool:
        return self.shelf == Shelf.SHARED

    @property
    def is_starred(self) -> bool:
        return self.shelf == Shelf.STARRED

    @property
    def has_other_shelves(self) -> bool:
        """Whether there is a choice: otherwise one list of one's own is enough."""
        return any(link.count for link in self.shelves[1:])


def mine_page(actor: Actor, *, shelf: str, page: int, at: datetime) -> MinePage:
    """What ``actor`` has to do with, newest change first; deprecated ones too."""
    shelves = {
        Shelf.MINE: _mine(actor),
        Shelf.TEAMS: _of_my_teams(actor),
        Shelf.SHARED: _shared_with(actor),
        Shelf.STARRED: starred_by(actor),
    }
    chosen = Shelf(shelf) if shelf in set(Shelf) else Shelf.MINE
    kept = "" if chosen is Shelf.MINE else chosen.value
    cards, total, pager = paged_cards(
        actor, shelves[chosen], page=page, size=PAGE_SIZE, shelf=kept
    )
    counts = {name: total if name is chosen else rows.count() for name, rows in shelves.items()}
    return MinePage(
        offers=_offers(actor, at=at),
        drafts=draft_rows(actor),
        shelves=tuple(
            ShelfLink(WORDS[name], _url_of(name), counts[name], is_here=name is chosen)
            for name in shelves
        ),
        shelf=chosen,
        cards=cards,
        total=total,
        mine_total=counts[Shelf.MINE],
        binned=binned_count(actor),
        open_changes=open_changes_for(actor).count(),
        pager=pager,
    )


def _url_of(shelf: Shelf) -> str:
    here = path_to("gallery:mine")
    return here if shelf is Shelf.MINE else f"{here}?shelf={shelf}"


def _mine(actor: Actor) -> QuerySet[Notebook]:
    return guard.notebooks_for(actor).filter(owner_id=actor.person_id or 0)


def _of_my_teams(actor: Actor) -> QuerySet[Notebook]:
    return guard.notebooks_for(actor).filter(owner_team_id__in=teams_of(actor))


def _shared_with(actor: Actor) -> QuerySet[Notebook]:
    """Shared by name with me or a team of mine. What everyone sees counts if I may edit it."""
    shares = NotebookShare.objects.filter(
        Q(person_id=actor.person_id or 0) | Q(team_id__in=teams_of(actor)),
        notebook_id=OuterRef("pk"),
    )
    by_name = Q(Exists(shares), visibility=Visibility.SHARED)
    to_edit = Q(Exists(shares.filter(may_edit=True)), visibility=Visibility.EVERYONE)
    others = guard.notebooks_for(actor).exclude(owner_id=actor.person_id or 0)
    own_teams = Q(owner_team_id__in=teams_of(actor))
    return others.filter(by_name | to_edit).filter(~own_teams | Q(owner_team__isnull=True))


def _offers(actor: Actor, *, at: datetime) -> tuple[OfferRow, ...]:
    return tuple(
        OfferRow(
            title=offer.notebook.title,
            url=path_about("curation:offer", offer.uuid),
            giver=str(offer.offered_by),
            team=str(offer.to_team or ""),
            expires_at=offer.expires_at,
        )
        for offer in offers_to(actor, at=at)[:OFFERS_SHOWN]
    )
