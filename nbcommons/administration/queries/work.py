"""What waits: drafts (never what stands in them) and jobs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Sum

from nbcommons.administration.queries.overview import in_bytes
from nbcommons.administration.queries.paging import pager_for
from nbcommons.core import joblist
from nbcommons.core.joblist import JobRow
from nbcommons.core.paging import Pager
from nbcommons.intake.models import Draft

PAGE_SIZE = 50
STATE_WORDS = {
    "failed": "Failed",
    "doing": "Under way",
    "todo": "Waiting",
    "cancelled": "Taken away",
}


@dataclass(frozen=True, slots=True)
class DraftsOfPerson:
    """How many drafts somebody has, and when the first of them goes."""

    username: str
    name: str
    count: int
    size: str
    oldest_at: datetime
    next_end_at: datetime


@dataclass(frozen=True, slots=True)
class DraftsPage:
    """Whose drafts wait; ``ending`` are those that go within the hour."""

    rows: tuple[DraftsOfPerson, ...]
    people: int
    total: int
    size: str
    ending: int
    ended: int
    pager: Pager


@dataclass(frozen=True, slots=True)
class JobsPage:
    """Jobs in one state."""

    state: str
    state_words: str
    task: str
    states: tuple[tuple[str, str, int], ...]
    tasks: tuple[tuple[str, int], ...]
    rows: tuple[JobRow, ...]
    total: int
    last_sign_of_life: datetime | None
    is_silent: bool
    pager: Pager


def drafts_page(*, page: int, at: datetime) -> DraftsPage:
    """Counts only: what people have not shared is theirs, in admin mode too."""
    by_person = (
        Draft.objects.order_by()
        .values("person__username", "person__full_name")
        .annotate(
            count=Count("pk"),
            bytes=Sum("size_bytes"),
            oldest_at=Min("created_at"),
            next_end_at=Min("expires_at"),
        )
        .order_by("-count", "person__username")
    )
    people = Draft.objects.aggregate(count=Count("person", distinct=True))["count"]
    totals = Draft.objects.aggregate(count=Count("pk"), bytes=Sum("size_bytes"))
    first = (page - 1) * PAGE_SIZE
    soon = Draft.objects.filter(expires_at__gt=at, expires_at__lte=at + timedelta(hours=1))
    return DraftsPage(
        rows=tuple(
            DraftsOfPerson(
                username=row["person__username"],
                name=row["person__full_name"] or row["person__username"],
                count=row["count"],
                size=in_bytes(row["bytes"]),
                oldest_at=row["oldest_at"],
                next_end_at=row["next_end_at"],
            )
            for row in by_person[first : first + PAGE_SIZE]
        ),
        people=people,
        total=totals["count"],
        size=in_bytes(totals["bytes"] or 0),
        ending=soon.count(),
        ended=Draft.objects.filter(expires_at__lte=at).count(),
        pager=pager_for(people, page=page, size=PAGE_SIZE),
    )


def jobs_page(*, state: str, task: str, page: int, at: datetime) -> JobsPage:
    """The jobs in ``state``, of one kind or (empty) of all."""
    counts = joblist.counts()
    tasks = joblist.counts_by_task(state)
    total = dict(tasks).get(task, 0) if task else counts[state]
    first = (page - 1) * PAGE_SIZE
    heard = joblist.last_sign_of_life()
    return JobsPage(
        state=state,
        state_words=STATE_WORDS[state],
        task=task,
        states=tuple((name, STATE_WORDS[name], counts[name]) for name in joblist.STATES),
        tasks=tuple(tasks),
        rows=tuple(joblist.rows(state, task=task, first=first, limit=PAGE_SIZE, at=at)),
        total=total,
        last_sign_of_life=heard,
        is_silent=heard is None or at - heard > joblist.SILENT_AFTER,
        pager=pager_for(total, page=page, size=PAGE_SIZE, state=state, task=task),
    )
