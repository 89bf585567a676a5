"""Jobs of the night: what has run out is forgotten."""

from typing import Any

from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.jobs import periodic
from nbcommons.people.operations import accounts, labels


@periodic("people.forget_expired", cron="17 3 * * *")
def forget_expired(**_later: Any) -> None:
    accounts.forget_expired(Actor.system("nightly sweep"), at=timezone.now())


# Ended grants count no more from their last moment on; this only tidies up and says so.
@periodic("people.forget_expired_holdings", cron="7 * * * *")
def forget_expired_holdings(**_later: Any) -> None:
    labels.forget_expired_holdings(Actor.system("hourly sweep"), at=timezone.now())
