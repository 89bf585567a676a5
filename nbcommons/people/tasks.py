"""Jobs of the room: mails about accounts; what has run out is forgotten at night."""

from typing import Any

from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.jobs import job, periodic
from nbcommons.people import _notices
from nbcommons.people.operations import accounts, labels


@job("people.tell_administrators")
def tell_administrators(*, person_id: int, **_later: Any) -> None:
    _notices.tell_administrators(person_id)


@job("people.tell_approved")
def tell_approved(*, person_id: int, **_later: Any) -> None:
    _notices.tell_approved(person_id)


@periodic("people.forget_expired", cron="17 3 * * *")
def forget_expired(**_later: Any) -> None:
    accounts.forget_expired(Actor.system("nightly sweep"), at=timezone.now())


# Ended grants count no more from their last moment on; this only tidies up and says so.
@periodic("people.forget_expired_holdings", cron="7 * * * *")
def forget_expired_holdings(**_later: Any) -> None:
    labels.forget_expired_holdings(Actor.system("hourly sweep"), at=timezone.now())
