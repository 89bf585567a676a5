"""Looks the parts over that only the site can see; the doctor asks for it."""

import json
import smtplib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from nbcommons.administration.queries.overview import states_of_parts
from nbcommons.core.actor import Actor
from nbcommons.search.operations import check_index

ACTOR = Actor.system("doctor")
# The doctor asks these itself, or they are looked at more closely here.
ELSEWHERE = frozenset({"Site", "Jupyter", "Disk", "Search index", "Mail"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was looked at; ``advice`` is empty where all is well."""

    what: str
    found: str
    advice: str = ""
    is_fatal: bool = False


class Command(BaseCommand):
    help = "Say how database, worker, index and mail do, one JSON object a line."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--stopped", action="store_true", help="the commons does not run: no worker either"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        for seen in look(is_stopped=options["stopped"]):
            self.stdout.write(json.dumps(asdict(seen), ensure_ascii=False))


def look(*, is_stopped: bool) -> Iterator[Seen]:
    """Everything that only the site can see, in the order in which a person would look."""
    try:
        tables = _tables()
    except DatabaseError as error:
        words = str(error).strip().splitlines()[0]
        yield Seen("Database", words, "Look at DATABASE_URL, or into the log.", is_fatal=True)
        return
    yield tables
    if tables.is_fatal:
        return
    for part in states_of_parts(ACTOR, at=timezone.now()):
        if part.name not in ELSEWHERE and not (is_stopped and part.name == "Worker"):
            yield Seen(part.name, part.words, part.advice)
    yield _index()
    yield _mail()


def _tables() -> Seen:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return Seen("Tables", "up to date")
    count = "1 step" if len(missing) == 1 else f"{len(missing):,} steps"
    is_new = not executor.loader.applied_migrations
    found = "not made yet" if is_new else f"{count} behind this nbcommons"
    return Seen("Tables", found, "A start brings them up to date: nbcommons up", is_fatal=True)


def _index() -> Seen:
    check = check_index(ACTOR)
    advice = "It mends itself within minutes while a worker runs; or: nbcommons rebuild search"
    if check.problem:
        return Seen("Search index", f"there is none: {check.problem}", advice)
    said = f"{check.notebooks:,} notebooks, {check.differing:,} differ from the records"
    if check.is_older_kind:
        said += ", built by an older version"
    return Seen("Search index", said, "" if check.is_sound else advice)


def _mail() -> Seen:
    host = settings.EMAIL_HOST
    if not host:
        return Seen("Mail", "is written into the data folder: no mail server is set")
    try:
        outside = get_connection(fail_silently=False)
        outside.open()
        outside.close()
    except (OSError, smtplib.SMTPException) as error:
        return Seen(
            "Mail",
            f"{host} does not take it: {error}",
            "Look at the settings NBCOMMONS_MAIL_…; nobody gets a mail until then.",
        )
    return Seen("Mail", f"{host} takes it")
