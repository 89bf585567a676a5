"""Jobs of the room: mails about shares and offers, and the nightly sweep of bin and offers."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.jobs import job, periodic
from nbcommons.curation import _notices
from nbcommons.curation.operations import binning, ownership

SYSTEM = Actor.system("looking after notebooks")


@job("curation.tell_of_offer")
def tell_of_offer(*, offer_id: int, **_later: Any) -> None:
    _notices.tell_of_offer(offer_id)


@job("curation.tell_of_answer")
def tell_of_answer(*, offer_id: int, outcome: str, **_later: Any) -> None:
    _notices.tell_of_answer(offer_id, outcome=outcome)


@job("curation.tell_of_sharing")
def tell_of_sharing(
    *,
    notebook_id: int,
    people_may_read: Sequence[int] = (),
    people_may_edit: Sequence[int] = (),
    actor_id: int | None = None,
    **_later: Any,
) -> None:
    people = {*people_may_read, *people_may_edit}
    if people:
        _notices.tell_of_sharing(notebook_id, people_ids=people, shared_by_id=actor_id)


@job("curation.tell_old_keeper")
def tell_old_keeper(
    *,
    notebook_id: int,
    old_owner_id: int | None = None,
    old_team_id: int | None = None,
    actor_id: int | None = None,
    **_later: Any,
) -> None:
    _notices.tell_old_keeper(
        SYSTEM,
        notebook_id,
        old_owner_id=old_owner_id,
        old_team_id=old_team_id,
        changed_by_id=actor_id,
    )


@job("curation.tell_of_hand_over")
def tell_of_hand_over(
    *,
    person_id: int,
    count: int,
    to_person_id: int | None = None,
    to_team_id: int | None = None,
    **_later: Any,
) -> None:
    _notices.tell_of_hand_over(
        person_id, count=count, to_person_id=to_person_id, to_team_id=to_team_id
    )


@job("curation.look_after_the_left")
def look_after_the_left(*, person_id: int, actor_id: int | None = None, **_later: Any) -> None:
    """Somebody may no longer sign in: offers to them end, and their notebooks are named."""
    ownership.close_offers_to(SYSTEM, person_id, at=timezone.now())
    _notices.tell_of_left_behind(SYSTEM, person_id, administrator_id=actor_id)


@periodic("curation.empty_bin", cron="41 2 * * *")
def empty_bin(**_later: Any) -> None:
    binning.empty_bin(SYSTEM, at=timezone.now())


@periodic("curation.expire_offers", cron="11 * * * *")
def expire_offers(**_later: Any) -> None:
    ownership.expire_offers(SYSTEM, at=timezone.now())
