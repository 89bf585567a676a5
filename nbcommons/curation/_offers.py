"""Closing offers of ownership; the operations of several topics do this."""

from datetime import datetime

from nbcommons.core import events
from nbcommons.curation.events import OwnershipOfferClosed
from nbcommons.curation.models import OwnershipOffer
from nbcommons.notebooks.models import Notebook


def close_offer(
    offer: OwnershipOffer, state: OwnershipOffer.State, *, actor_id: int | None, at: datetime
) -> None:
    """Give ``offer`` its end and announce it; runs inside a transaction."""
    offer.state = state
    offer.closed_at = at
    offer.save(update_fields=["state", "closed_at"])
    events.publish(
        OwnershipOfferClosed(
            actor_id=actor_id,
            notebook_id=offer.notebook_id,
            offer_id=offer.pk,
            outcome=state.value,
        )
    )


def withdraw_waiting(notebook: Notebook, *, actor_id: int | None, at: datetime) -> None:
    """Withdraw the offer of ``notebook`` that waits, if one does: it is no longer to be had."""
    waiting = OwnershipOffer.objects.select_for_update(of=("self",)).filter(
        notebook=notebook, state=OwnershipOffer.State.WAITING
    )
    for offer in waiting:
        close_offer(offer, OwnershipOffer.State.WITHDRAWN, actor_id=actor_id, at=at)
