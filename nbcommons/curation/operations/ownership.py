"""Giving a notebook to somebody else: offered, answered, withdrawn; or handed over at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.holding import held
from nbcommons.access.queries import holders_of
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied, Overtaken
from nbcommons.curation._offers import close_offer, withdraw_waiting
from nbcommons.curation.errors import AlreadyOffered, Invalid, NotTheirs, OfferClosed, Unsettled
from nbcommons.curation.events import NotebooksHandedOver, OwnershipOffered
from nbcommons.curation.models import OwnershipOffer
from nbcommons.curation.queries.ownership import answerers_of, owned_by, takers_in
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.notebooks.operations import ShareWith
from nbcommons.people.models import Person, Team

State = OwnershipOffer.State
LONGEST_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What became of somebody's notebooks: ``kept_back`` the receiver may not see by labels."""

    count: int
    kept_back: int


@transaction.atomic
def offer_ownership(
    actor: Actor,
    notebook: Notebook,
    *,
    to_person: Person | None = None,
    to_team: Team | None = None,
    keeps_editing: bool = False,
    message: str = "",
    at: datetime,
) -> OwnershipOffer:
    """Ask a person or a team (one of the two) to look after ``notebook`` from now on.

    Until they accept nothing changes. A team that the actor owns need not be asked: its offer
    comes back accepted. Raises ``Denied``, ``Invalid``, ``NotTheirs`` or ``AlreadyOffered``.
    """
    row = held(actor, Action.NOTEBOOK_TRANSFER, notebook)
    if actor.person_id is None:
        raise Denied("Sign in yourself to give a notebook away.")
    _require_taker(row, to_person, to_team)
    words = message.replace("\r\n", "\n").strip()
    if len(words) > LONGEST_MESSAGE:
        raise Invalid(f"Write {LONGEST_MESSAGE} signs at most.", field="message")
    _require_no_other(row, at=at)
    _require_settled(row, to_team, keeps_editing=keeps_editing)
    offer = OwnershipOffer.objects.create(
        notebook=row,
        offered_by_id=actor.person_id,
        to_person=to_person,
        to_team=to_team,
        keeps_editing=keeps_editing,
        message=words,
        created_at=at,
        expires_at=at + timedelta(days=settings.NBCOMMONS_OFFER_DAYS),
    )
    events.publish(
        OwnershipOffered(actor_id=actor.person_id, notebook_id=row.pk, offer_id=offer.pk)
    )
    if answerers_of(offer).filter(pk=actor.person_id).exists():
        _give(row, offer, actor_id=actor.person_id, at=at)
    return offer


@transaction.atomic
def answer_offer(
    actor: Actor, offer: OwnershipOffer, *, accepts: bool, at: datetime
) -> OwnershipOffer:
    """Say yes or no to an offer; with a yes the notebook changes hands now.

    Raises ``Denied`` for those it was not made to, who may be out of the team by now or lack an
    access label, and ``OfferClosed`` when it no longer stands.
    """
    row = _locked_notebook(offer)
    found = _locked_offer(offer, at=at)
    may_answer = answerers_of(found).filter(pk=actor.person_id or 0).exists()
    owner_id = actor.person_id if may_answer else None
    guard.require_for(actor, Action.OFFER_ANSWER, owner_id=owner_id)
    if accepts:
        _give(row, found, actor_id=actor.person_id, at=at)
    else:
        close_offer(found, State.DECLINED, actor_id=actor.person_id, at=at)
    return found


@transaction.atomic
def withdraw_offer(actor: Actor, offer: OwnershipOffer, *, at: datetime) -> None:
    """Take an offer back before it is answered. Raises ``Denied`` or ``OfferClosed``."""
    held(actor, Action.NOTEBOOK_TRANSFER, offer.notebook)
    found = _locked_offer(offer, at=at)
    close_offer(found, State.WITHDRAWN, actor_id=actor.person_id, at=at)


def expire_offers(actor: Actor, *, at: datetime) -> int:
    """End the offers that nobody answered in time; returns how many. The system asks."""
    if not actor.is_system:
        raise Denied("Only the system does this.")
    with transaction.atomic():
        waiting = OwnershipOffer.objects.select_for_update(of=("self",), skip_locked=True)
        due = list(waiting.filter(state=State.WAITING, expires_at__lte=at))
        for offer in due:
            close_offer(offer, State.EXPIRED, actor_id=None, at=at)
    return len(due)


@transaction.atomic
def hand_over(
    actor: Actor,
    person: Person,
    *,
    to_person: Person | None = None,
    to_team: Team | None = None,
    at: datetime,
) -> HandedOver:
    """Give all that ``person`` looks after, the bin too, to a person or a team (one of the two).

    Nobody is asked: this is for those who have left. What no owner of the receiver's side could
    see, because of access labels, stays where it is. Raises ``Denied`` unless an administrator in
    admin mode asks, ``Invalid`` or ``NotTheirs``.
    """
    guard.require_for(actor, Action.OWNERS_CHANGE)
    _require_there(to_person, to_team)
    if to_person == person:
        raise NotTheirs(f"They are {person}'s already.")
    takers = takers_in(to_person, to_team)
    count = kept_back = 0
    for row in owned_by(actor, person).select_for_update(of=("self",)):
        labels = frozenset(row.labels.values_list("pk", flat=True))
        if not holders_of(labels).filter(pk__in=takers.values("pk")).exists():
            kept_back += 1
            continue
        withdraw_waiting(row, actor_id=actor.person_id, at=at)
        catalogue.set_owner(
            row,
            owner_id=_key(to_person),
            team_id=_key(to_team),
            actor_id=actor.person_id,
            at=at,
        )
        count += 1
    if count:
        events.publish(
            NotebooksHandedOver(
                actor_id=actor.person_id,
                person_id=person.pk,
                to_person_id=_key(to_person),
                to_team_id=_key(to_team),
                count=count,
            )
        )
    return HandedOver(count, kept_back)


def close_offers_to(actor: Actor, person_id: int, *, at: datetime) -> int:
    """End the offers that wait for somebody who may no longer sign in; the system asks."""
    if not actor.is_system:
        raise Denied("Only the system does this.")
    with transaction.atomic():
        rows = OwnershipOffer.objects.select_for_update(of=("self",))
        waiting = list(rows.filter(to_person_id=person_id, state=State.WAITING))
        for offer in waiting:
            close_offer(offer, State.EXPIRED, actor_id=None, at=at)
    return len(waiting)


def _give(row: Notebook, offer: OwnershipOffer, *, actor_id: int | None, at: datetime) -> None:
    """The notebook of ``offer`` changes hands; its giver goes on editing it if so agreed."""
    _require_settled(row, offer.to_team, keeps_editing=offer.keeps_editing)
    old = (row.owner_id, row.owner_team_id)
    catalogue.set_owner(
        row,
        owner_id=offer.to_person_id,
        team_id=offer.to_team_id,
        actor_id=actor_id,
        at=at,
    )
    if offer.keeps_editing:
        _let_edit(row, *old, actor_id=actor_id, at=at)
    close_offer(offer, State.ACCEPTED, actor_id=actor_id, at=at)


def _let_edit(
    row: Notebook,
    person_id: int | None,
    team_id: int | None,
    *,
    actor_id: int | None,
    at: datetime,
) -> None:
    shares = [
        ShareWith(share.person_id, share.team_id, share.may_edit)
        for share in row.shares.all()
        if (share.person_id, share.team_id) != (person_id, team_id)
    ]
    if row.visibility == Visibility.PRIVATE:
        # A private notebook is its owner's alone: to stay, the giver must be one it is shared with,
        # and nobody else may come in with them.
        shares = []
        catalogue.set_visibility(row, Visibility.SHARED, actor_id=actor_id, at=at)
    stays = ShareWith(person_id, team_id, may_edit=True)
    catalogue.set_shares(row, [*shares, stays], actor_id=actor_id, at=at)


def _require_settled(row: Notebook, team: Team | None, *, keeps_editing: bool) -> None:
    """Raises ``Unsettled`` where more than one person would read what may hold a secret."""
    if row.has_undecided_secrets and (team is not None or keeps_editing):
        raise Unsettled(
            "An import found what may be a password or key in it, and nobody has decided about "
            "that yet. Share it first with those who are to see it: you are asked about each "
            "finding then."
        )


def _require_taker(row: Notebook, person: Person | None, team: Team | None) -> None:
    _require_there(person, team)
    if (_key(person), _key(team)) == (row.owner_id, row.owner_team_id):
        raise NotTheirs(f"{person or team} looks after it already.")
    labels = frozenset(row.labels.values_list("pk", flat=True))
    takers = takers_in(person, team)
    if not holders_of(labels).filter(pk__in=takers.values("pk")).exists():
        raise NotTheirs(
            f"{person or team} cannot look after it: its access labels do not let them see it."
        )


def _require_there(person: Person | None, team: Team | None) -> None:
    if (person is None) == (team is None):
        raise Invalid("Say who is to look after it: a person or a team.", field="to")
    if not takers_in(person, team).exists():
        raise NotTheirs(
            f"{person} may no longer sign in."
            if person is not None
            else f"The team {team} has no owner who could look after it."
        )


def _require_no_other(row: Notebook, *, at: datetime) -> None:
    waiting = OwnershipOffer.objects.select_for_update(of=("self",)).filter(
        notebook=row, state=State.WAITING
    )
    for offer in waiting:
        if offer.expires_at > at:
            raise AlreadyOffered(
                f"It is offered to {offer.to_person or offer.to_team}. Withdraw that offer first."
            )
        close_offer(offer, State.EXPIRED, actor_id=None, at=at)


def _locked_notebook(offer: OwnershipOffer) -> Notebook:
    """The row, unless it is in the bin: then no offer of it stands. Locked before the offer."""
    try:
        return held(Actor.system("ownership"), Action.NOTEBOOK_READ, offer.notebook)
    except (Denied, Overtaken) as error:
        raise OfferClosed("The notebook has been deleted.") from error


def _locked_offer(offer: OwnershipOffer, *, at: datetime) -> OwnershipOffer:
    found = OwnershipOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if found.state != State.WAITING:
        raise OfferClosed(f"This offer was {found.get_state_display()}.")
    if found.expires_at <= at:
        raise OfferClosed("This offer is too old. Ask for a new one.")
    return found


def _key(one: Person | Team | None) -> int | None:
    return None if one is None else one.pk
