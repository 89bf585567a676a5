"""What the site is made of, and whether its parts are well."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, Sum
from django.utils import timezone

from nbcommons.access import guard
from nbcommons.core import joblist
from nbcommons.core.actor import Actor
from nbcommons.intake.models import Draft
from nbcommons.notebooks.models import Visibility
from nbcommons.people.models import Label, Organisation, Person, Team
from nbcommons.runtime.queries import is_hub_answering
from nbcommons.search.queries import notebooks_held

# A disk with less room than this soon stops the database.
LITTLE_ROOM_BYTES = 2_000_000_000
LATE_AFTER_S = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name; ``url`` may be empty."""

    name: str
    number: int
    detail: str = ""
    url_name: str = ""


@dataclass(frozen=True, slots=True)
class PartState:
    """How one part of the site does; ``advice`` is empty where nothing has to be done."""

    name: str
    is_well: bool
    words: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The page that administrators begin on."""

    figures: tuple[Figure, ...]
    parts: tuple[PartState, ...]
    version: str
    site_url: str

    @property
    def ill(self) -> int:
        """How many parts need somebody."""
        return sum(not part.is_well for part in self.parts)


def overview_page(actor: Actor, *, at: datetime) -> OverviewPage:
    """All of it, for ``actor`` in admin mode; a fixed number of queries, and one to the hub."""
    jobs = joblist.counts()
    return OverviewPage(
        figures=tuple(_figures(actor, jobs)),
        parts=tuple(_parts(actor, jobs, at=at)),
        version=metadata.version("nbcommons"),
        site_url=settings.NBCOMMONS_SITE_URL,
    )


def states_of_parts(actor: Actor, *, at: datetime) -> tuple[PartState, ...]:
    """How the parts do, without the figures, for ``actor`` in admin mode or the system."""
    return tuple(_parts(actor, joblist.counts(), at=at))


def _figures(actor: Actor, jobs: dict[str, int]) -> Iterator[Figure]:
    people = Person.objects.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        off=Count("pk", filter=Q(is_active=False)),
        administrators=Count("pk", filter=Q(is_active=True, is_administrator=True)),
    )
    yield Figure(
        "People",
        people["active"],
        f"{_counted(people['administrators'], 'administrator')}, {people['off']:,} switched off",
        "people:accounts",
    )
    yield Figure("Teams", Team.objects.count(), "", "administration:teams")
    yield Figure(
        "Organisations", Organisation.objects.count(), "", "administration:organisations"
    )
    yield Figure("Access labels", Label.objects.count(), "", "administration:labels")
    notebooks = guard.notebooks_for(actor).aggregate(
        all=Count("pk"),
        everyone=Count("pk", filter=Q(visibility=Visibility.EVERYONE)),
        deprecated=Count("pk", filter=Q(deprecated_at__isnull=False)),
    )
    yield Figure(
        "Notebooks",
        notebooks["all"],
        f"{notebooks['everyone']:,} open to everyone, {notebooks['deprecated']:,} deprecated",
        "gallery:browse",
    )
    drafts = Draft.objects.aggregate(count=Count("pk"), bytes=Sum("size_bytes"))
    yield Figure(
        "Drafts", drafts["count"], in_bytes(drafts["bytes"] or 0), "administration:drafts"
    )
    yield Figure(
        "Jobs",
        jobs["todo"] + jobs["doing"],
        f"{jobs['failed']:,} failed",
        "administration:jobs",
    )


def _parts(actor: Actor, jobs: dict[str, int], *, at: datetime) -> Iterator[PartState]:
    yield PartState("Site", is_well=True, words="answers: you see this page")
    yield _worker(jobs, at=at)
    yield _database()
    yield _index(actor)
    is_answering = is_hub_answering()
    yield PartState(
        "Jupyter",
        is_well=is_answering,
        words="the hub answers" if is_answering else "the hub does not answer",
        advice=""
        if is_answering
        else "Nobody can run notebooks. Look into the log of the hub.",
    )
    yield _mail()
    yield _disk()


def _worker(jobs: dict[str, int], *, at: datetime) -> PartState:
    heard = joblist.last_sign_of_life()
    if heard is None or at - heard > joblist.SILENT_AFTER:
        words = "never heard of"
        if heard is not None:
            words = f"silent since {timezone.localtime(heard):%d %B %H:%M %Z}"
        return PartState(
            "Worker",
            is_well=False,
            words=words,
            advice="Nothing is rendered, indexed or judged until it runs: nbcommons worker",
        )
    oldest = joblist.oldest_waiting(at=at)
    waited = 0 if oldest is None else max(0, int((at - oldest).total_seconds()))
    if waited > LATE_AFTER_S:
        return PartState(
            "Worker",
            is_well=False,
            words=f"alive, but {jobs['todo']:,} jobs wait, one for {in_time(waited)}",
            advice="Start it with more at a time (--concurrency), or see which jobs fail.",
        )
    return PartState("Worker", is_well=True, words="alive, nothing waits for long")


def _database() -> PartState:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), current_setting('server_version'), "
            "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()), "
            "current_setting('max_connections')::int"
        )
        size, version, used, most = cursor.fetchone()
    is_well = used < most * 0.9
    return PartState(
        "Database",
        is_well=is_well,
        words=f"PostgreSQL {version}, {in_bytes(size)}, {used} of {most} connections in use",
        advice="" if is_well else "Raise max_connections, or run fewer web processes.",
    )


def _index(actor: Actor) -> PartState:
    held = notebooks_held()
    if held is None:
        return PartState(
            "Search index",
            is_well=False,
            words="missing or damaged; it is being built",
            advice="If this stays so for minutes: `nbcommons rebuild search`.",
        )
    wanted = guard.notebooks_for(actor).count()
    is_well = abs(held - wanted) <= max(5, wanted // 100)
    return PartState(
        "Search index",
        is_well=is_well,
        words=f"holds {held:,} of {wanted:,} notebooks",
        advice="" if is_well else "It catches up by itself within ten minutes.",
    )


def _mail() -> PartState:
    if settings.EMAIL_HOST:
        return PartState("Mail", is_well=True, words=f"goes out by {settings.EMAIL_HOST}")
    return PartState(
        "Mail",
        is_well=True,
        words="is written into the data folder: no mail server is set (NBCOMMONS_MAIL_HOST)",
    )


def _disk() -> PartState:
    try:
        usage = shutil.disk_usage(settings.NBCOMMONS_DATA)
    except OSError:
        return PartState("Disk", is_well=True, words="the data folder is elsewhere")
    is_well = usage.free > LITTLE_ROOM_BYTES
    return PartState(
        "Disk",
        is_well=is_well,
        words=f"{in_bytes(usage.free)} free of {in_bytes(usage.total)}",
        advice="" if is_well else "Make room: without any, the database stops.",
    )


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def in_bytes(count: int) -> str:
    """A size as people say it: 1.4 MB."""
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:  # noqa: PLR2004 - the step of the units
            return f"{size:.0f} {unit}" if unit in {"bytes", "kB"} else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def in_time(seconds: int) -> str:
    """A while as people say it: 3 minutes."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"
