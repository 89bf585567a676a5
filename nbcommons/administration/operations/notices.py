"""What can be done to notices of the site: publish, change, end, put away for oneself."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.administration.events import NoticeChanged
from nbcommons.administration.models import NoticeDismissal, SiteNotice
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What a notice says; ``ends_at`` None: until somebody ends it."""

    text: str
    tone: str = SiteNotice.Tone.INFO
    is_dismissible: bool = True
    ends_at: datetime | None = None


class NoticeRefused(CommonsError):
    """A notice says nothing, or would end before it begins."""


@transaction.atomic
def publish_notice(actor: Actor, notice: NoticeText, *, at: datetime) -> SiteNotice:
    """Put a notice on every page. Raises ``Denied`` or ``NoticeRefused``."""
    guard.require_for(actor, Action.SITE_ADMINISTER)
    made = SiteNotice(created_by_id=actor.person_id, created_at=at, begins_at=at)
    _write(made, notice, at=at)
    _announce(actor, made, "published")
    return made


@transaction.atomic
def change_notice(
    actor: Actor, stored: SiteNotice, notice: NoticeText, *, at: datetime
) -> None:
    """Say it otherwise; whoever has put it away sees it again. Raises as publishing does."""
    guard.require_for(actor, Action.SITE_ADMINISTER)
    is_new_text = stored.text != notice.text.strip()
    _write(stored, notice, at=at)
    if is_new_text:
        stored.dismissals.all().delete()
    _announce(actor, stored, "changed")


@transaction.atomic
def end_notice(actor: Actor, stored: SiteNotice, *, at: datetime) -> None:
    """Take a notice off the pages. Raises ``Denied``."""
    guard.require_for(actor, Action.SITE_ADMINISTER)
    stored.ends_at = max(at, stored.begins_at)
    stored.save(update_fields=["ends_at"])
    _announce(actor, stored, "ended")


def dismiss_notice(actor: Actor, notice_id: int) -> bool:
    """Put a notice away for the actor; False if it is gone or must stay. Raises ``Denied``."""
    if actor.person_id is None:
        raise Denied("Sign in to put notices away.")
    stays = SiteNotice.objects.filter(pk=notice_id, is_dismissible=True)
    if not stays.exists():
        return False
    NoticeDismissal.objects.get_or_create(notice_id=notice_id, person_id=actor.person_id)
    return True


def _write(stored: SiteNotice, notice: NoticeText, *, at: datetime) -> None:
    text = notice.text.strip()
    if not text:
        raise NoticeRefused("A notice has to say something.")
    if notice.ends_at is not None and notice.ends_at <= at:
        raise NoticeRefused("A notice must end in the future.")
    stored.text = text
    stored.tone = SiteNotice.Tone(notice.tone)
    stored.is_dismissible = notice.is_dismissible
    stored.ends_at = notice.ends_at
    stored.save()


def _announce(actor: Actor, notice: SiteNotice, change: str) -> None:
    events.publish(NoticeChanged(actor_id=actor.person_id, notice_id=notice.pk, change=change))
