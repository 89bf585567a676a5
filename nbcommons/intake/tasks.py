"""Jobs of the room."""

from typing import Any

from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.jobs import periodic
from nbcommons.intake.operations import drafts


@periodic("intake.drop_expired_drafts", cron="17 * * * *")
def drop_expired_drafts(**_later: Any) -> None:
    drafts.drop_expired_drafts(Actor.system("drafts"), at=timezone.now())
