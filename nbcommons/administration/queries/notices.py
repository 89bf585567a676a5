"""Notices of the site: those that stand on a page now, and all of them for administrators."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse

from nbcommons.administration.models import NoticeDismissal, SiteNotice
from nbcommons.administration.queries.paging import Part, part_of
from nbcommons.core.navigation import ShownNotice
from nbcommons.core.paging import Pager
from nbcommons.core.prepared import planned_cursor

PAGE_SIZE = 30
SHOWN_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice in the list for administrators."""

    notice_id: int
    text: str
    is_warning: bool
    is_dismissible: bool
    begins_at: datetime
    ends_at: datetime | None
    is_shown: bool
    by: str
    dismissals: int


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """All notices, newest first."""

    rows: tuple[NoticeRow, ...]
    total: int
    pager: Pager


# Every page asks this. Written out, since putting it together costs more than its answer.
# "warning" comes after "info" in the alphabet.
_SHOWN = """
SELECT notice.id, notice.text, notice.tone, notice.is_dismissible
FROM administration_sitenotice notice
WHERE notice.begins_at <= %(at)s AND (notice.ends_at IS NULL OR notice.ends_at > %(at)s)
  AND NOT EXISTS (
    SELECT FROM administration_noticedismissal away
    WHERE away.notice_id = notice.id AND away.person_id = %(person)s)
ORDER BY notice.tone DESC, notice.begins_at DESC LIMIT %(most)s"""


def shown_notices(person_id: int | None, *, at: datetime) -> tuple[ShownNotice, ...]:
    """The notices that a page shows this person now, warnings first; one query."""
    values = {"at": at, "person": person_id, "most": SHOWN_AT_ONCE}
    with planned_cursor() as cursor:
        cursor.execute(_SHOWN, values)
        found = cursor.fetchall()
    return tuple(
        ShownNotice(
            text=text,
            is_warning=tone == SiteNotice.Tone.WARNING,
            dismiss_url=reverse("administration:dismiss_notice", args=[notice_id])
            if is_dismissible and person_id is not None
            else "",
        )
        for notice_id, text, tone, is_dismissible in found
    )


def notices_page(*, page: int, at: datetime) -> NoticesPage:
    """Every notice that there is or was; three queries."""
    found = SiteNotice.objects.select_related("created_by").order_by("-begins_at", "-pk")
    part: Part[SiteNotice] = part_of(found, page=page, size=PAGE_SIZE)
    counts = dict(
        NoticeDismissal.objects.filter(notice__in=part.rows)
        .values_list("notice")
        .annotate(count=Count("pk"))
    )
    return NoticesPage(
        rows=tuple(
            NoticeRow(
                notice_id=notice.pk,
                text=notice.text,
                is_warning=notice.tone == SiteNotice.Tone.WARNING,
                is_dismissible=notice.is_dismissible,
                begins_at=notice.begins_at,
                ends_at=notice.ends_at,
                is_shown=notice.begins_at <= at
                and (notice.ends_at is None or notice.ends_at > at),
                by=str(notice.created_by or ""),
                dismissals=counts.get(notice.pk, 0),
            )
            for notice in part.rows
        ),
        total=part.total,
        pager=part.pager,
    )


def _under_way(at: datetime) -> Q:
    return Q(begins_at__lte=at) & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
