"""Offers of ownership: who may answer them, what waits for somebody, and what is without keeper."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.queries import holders_of
from nbcommons.access.rules import without_hidden_labels
from nbcommons.core.actor import Actor
from nbcommons.curation.models import OwnershipOffer
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people.models import Membership, Person, Team

State = OwnershipOffer.State
OWNED_SHOWN = 100


@dataclass(frozen=True, slots=True)
class OfferShown:
    """An offer as those see it whom it concerns. ``is_readable``: by whoever looks."""

    uuid: UUID
    notebook_uuid: UUID
    title: str
    purpose: str
    giver: str
    receiver: str
    message: str
    keeps_editing: bool
    created_at: datetime
    expires_at: datetime
    is_to_team: bool
    is_readable: bool
    is_waiting: bool
    state: str

    @property
    def notebook_url(self) -> str:
        return f"/notebooks/{self.notebook_uuid}/"

    @property
    def mine_url(self) -> str:
        return "/mine/"


@dataclass(frozen=True, slots=True)
class TransferPage:
    """What the page to give a notebook away shows; ``offer`` is the one that waits, or None."""

    uuid: UUID
    title: str
    keeper: str
    is_private: bool
    is_team_owned: bool
    days: int
    offer: OfferShown | None

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Somebody who may no longer sign in and still looks after notebooks."""

    username: str
    name: str
    organisation: str
    count: int


@dataclass(frozen=True, slots=True)
class OwnedRow:
    """A notebook that somebody looks after."""

    uuid: UUID
    title: str
    is_in_bin: bool

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"


@dataclass(frozen=True, slots=True)
class HandOverPage:
    """What the page to give away all that somebody looks after shows."""

    username: str
    name: str
    is_active: bool
    rows: tuple[OwnedRow, ...]
    total: int

    @property
    def hidden(self) -> int:
        """How many more there are than shown."""
        return self.total - len(self.rows)


def takers_in(person: Person | None, team: Team | None) -> QuerySet[Person]:
    """The people who would own a notebook given to ``person`` or ``team``: active ones only."""
    active = Person.objects.filter(is_active=True)
    if person is not None:
        return active.filter(pk=person.pk)
    owners = Membership.objects.filter(team=team, role=Membership.Role.OWNER)
    return active.filter(pk__in=owners.values("person_id"))


def answerers_of(offer: OwnershipOffer) -> QuerySet[Person]:
    """The people who may answer ``offer``: those it is made to who hold all its labels."""
    labels = frozenset(offer.notebook.labels.values_list("pk", flat=True))
    takers = takers_in(offer.to_person, offer.to_team)
    return holders_of(labels).filter(pk__in=takers.values("pk"))


def offers_to(actor: Actor, *, at: datetime) -> QuerySet[OwnershipOffer]:
    """The offers that wait for an answer of ``actor``, newest first; people and teams are there.

    Those of notebooks in the bin, or with a label that ``actor`` does not hold, are not there.
    """
    if actor.person_id is None or not actor.has_scope("notebooks:write"):
        return OwnershipOffer.objects.none()
    owning = Membership.objects.filter(
        person_id=actor.person_id, role=Membership.Role.OWNER
    ).values("team_id")
    mine = Q(to_person_id=actor.person_id) | Q(to_team_id__in=owning)
    visible = guard.notebooks_for(Actor.system("offers")).filter(without_hidden_labels(actor))
    return (
        OwnershipOffer.objects.filter(
            mine, state=State.WAITING, expires_at__gt=at, notebook__in=visible
        )
        .select_related("notebook", "offered_by", "to_person", "to_team")
        .order_by("-created_at")
    )


def shown_to(actor: Actor, offer: OwnershipOffer) -> OfferShown:
    """``offer`` as ``actor`` sees it, whom it concerns; its people and teams are there."""
    notebook = offer.notebook
    return OfferShown(
        uuid=offer.uuid,
        notebook_uuid=notebook.uuid,
        title=notebook.title,
        purpose=notebook.purpose,
        giver=str(offer.offered_by),
        receiver=str(offer.to_person or offer.to_team),
        message=offer.message,
        keeps_editing=offer.keeps_editing,
        created_at=offer.created_at,
        expires_at=offer.expires_at,
        is_to_team=offer.to_team_id is not None,
        is_readable=guard.allows(actor, Action.NOTEBOOK_READ, notebook),
        is_waiting=offer.state == State.WAITING,
        state=offer.get_state_display(),
    )


def waiting_offer_of(notebook: Notebook, *, at: datetime) -> OwnershipOffer | None:
    """The offer of ``notebook`` that still waits; None if none does."""
    waiting = OwnershipOffer.objects.filter(
        notebook=notebook, state=State.WAITING, expires_at__gt=at
    )
    return waiting.select_related("notebook", "offered_by", "to_person", "to_team").first()


def transfer_page(actor: Actor, notebook: Notebook, *, days: int, at: datetime) -> TransferPage:
    """What the page to give ``notebook`` away shows; its owner and team are there."""
    offer = waiting_offer_of(notebook, at=at)
    return TransferPage(
        uuid=notebook.uuid,
        title=notebook.title,
        keeper=str(notebook.owner_team or notebook.owner),
        is_private=notebook.visibility == Visibility.PRIVATE,
        is_team_owned=notebook.owner_team_id is not None,
        days=days,
        offer=None if offer is None else shown_to(actor, offer),
    )


def owned_by(actor: Actor, person: Person) -> QuerySet[Notebook]:
    """What ``person`` looks after as far as ``actor`` may change its owner, the bin too."""
    return _transferable(actor).filter(owner=person).order_by("pk")


def hand_over_page(actor: Actor, person: Person) -> HandOverPage:
    """What ``person`` looks after, as far as ``actor`` may change its owner."""
    owned = owned_by(actor, person).order_by("title")[:OWNED_SHOWN]
    return HandOverPage(
        username=person.username,
        name=str(person),
        is_active=person.is_active,
        rows=tuple(
            OwnedRow(row.uuid, row.title, is_in_bin=row.deleted_at is not None) for row in owned
        ),
        total=owned_by(actor, person).count(),
    )


def left_behind(actor: Actor) -> tuple[LeftBehind, ...]:
    """Those who may no longer sign in and still look after notebooks, most notebooks first."""
    counts = (
        _transferable(actor)
        .filter(owner__is_active=False)
        .order_by()
        .values_list("owner_id")
        .annotate(count=Count("pk"))
    )
    found = dict(counts)
    people = Person.objects.filter(pk__in=list(found)).select_related("organisation")
    rows = [
        LeftBehind(
            person.username, str(person), str(person.organisation or ""), found[person.pk]
        )
        for person in people
    ]
    return tuple(sorted(rows, key=lambda row: (-row.count, row.username)))


def _transferable(actor: Actor) -> QuerySet[Notebook]:
    there = guard.notebooks_for(actor, Action.NOTEBOOK_TRANSFER)
    return there | guard.notebooks_for(actor, Action.NOTEBOOK_RESTORE)
