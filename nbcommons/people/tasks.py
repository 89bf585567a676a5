"""Jobs of the night: what has run out is forgotten."""

from typing import Any

from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.jobs import periodic
from nbcommons.people.operations import accounts


@periodic("people.forget_expired", cron="17 3 * * *")
def forget_expired(**_later: Any) -> None:
    accounts.forget_expired(Actor.system("nightly sweep"), at=timezone.now())
