"""Jobs of the room."""

from typing import Any

from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.jobs import periodic
from nbcommons.intake.operations import comparing, drafts

REVISIONS_AT_ONCE = 500


@periodic("intake.drop_expired_drafts", cron="*/5 * * * *")
def drop_expired_drafts(**_later: Any) -> None:
    drafts.drop_expired_drafts(Actor.system("drafts"), at=timezone.now())


@periodic("intake.fill_token_hashes", cron="*/10 * * * *")
def fill_token_hashes(**_later: Any) -> None:
    """Nothing to do as a rule: after an update that reads cells otherwise, a part each time."""
    comparing.fill_token_hashes(Actor.system("comparing cells"), revisions=REVISIONS_AT_ONCE)
