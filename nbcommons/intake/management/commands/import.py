"""Brings many notebooks in, with a progress bar and a report; safe to stop and to repeat."""

import contextlib
import csv
import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from nbcommons.core.actor import Actor
from nbcommons.intake._bulk.census import Census
from nbcommons.intake._bulk.deciding import Outcome
from nbcommons.intake._bulk.errors import BadSource
from nbcommons.intake._bulk.items import Kind, Source
from nbcommons.intake._bulk.nbgallery_metadata import parse_commit_ids
from nbcommons.intake._bulk.orders import Orders
from nbcommons.intake._bulk.reading import Manner
from nbcommons.intake._bulk.report import FORMATS, written_to
from nbcommons.intake._bulk.running import Run
from nbcommons.intake._bulk.sources import Reading, opened
from nbcommons.intake._bulk.telling import tell
from nbcommons.intake.queries.tag_rules import tag_rules
from nbcommons.notebooks.models import Visibility
from nbcommons.people.models import Label, Person, Team

ACTOR = Actor.system("bulk import")
# A reader needs a second to start: for a few files it is not worth it.
FEW_NOTEBOOKS = 60
MOST_READERS = 4
EXIT_LEFT_OUT = 3
EXIT_STOPPED = 130


class Command(BaseCommand):
    help = (
        "Bring in notebooks from a folder, a file, a git repository, an export of nbgallery or of "
        "a commons. Safe to stop and to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "source",
            help="a folder, an .ipynb file, a git repository (path, https:// or file://), or an "
            "archive (.tar.gz, .zip)",
        )
        parser.add_argument(
            "--owner",
            help="user name of who will look after them; default: the first administrator",
        )
        parser.add_argument("--team", help="the team that will look after them")
        parser.add_argument(
            "--visibility",
            choices=[str(value) for value in Visibility],
            default=str(Visibility.EVERYONE),
            help="of those of which the source does not say it",
        )
        parser.add_argument(
            "--label",
            action="append",
            default=[],
            metavar="NAME",
            help="access label for each new one; may be repeated",
        )
        parser.add_argument(
            "--history",
            action="store_true",
            help="of a git repository: a version for each commit that changed a notebook",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FILE",
            help="a .json or .csv file that tells of each",
        )
        _add_seldom_used(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        report: Path | None = options["report"]
        if report is not None and report.suffix.lower() not in FORMATS:
            raise CommandError("A report is written into a file that ends in .json or .csv.")
        with self._source(options) as source:
            orders = _orders(source, options)
            called = _names_in_file(options["people"])
            with written_to(report) as sink, _progress(source) as (bar, task):
                run = Run(
                    source=source,
                    orders=orders,
                    census=Census.of(source, called),
                    sink=sink,
                    clock=timezone.now,
                    progress=lambda count: bar.advance(task, count),
                    readers=_readers(options["readers"]),
                    few=FEW_NOTEBOOKS if options["readers"] is None else 0,
                    manner=Manner(
                        rules=tag_rules(),
                        keeps_pictures=options["keep_pictures"] or source.kind is Kind.COMMONS,
                    ),
                )
                with _stopped_by_signals(run, self.stderr.write):
                    run.go(ACTOR)
                if sink is not None:
                    sink.finish(run.summary())
            console = Console(soft_wrap=True, highlight=False, markup=False)
            tell(run, console.print, report=str(report or ""))
        code = _exit_code(run, is_strict=options["strict"])
        if code:
            sys.exit(code)

    @contextlib.contextmanager
    def _source(self, options: dict[str, Any]) -> Iterator[Source]:
        reading = Reading(
            most_bytes=int(options["most_gb"] * 1e9),
            most_file_bytes=settings.NBCOMMONS_MAX_RAW_BYTES,
            with_history=options["history"],
            called=options["called"] or "",
            commit_ids=_commit_ids(options["commit_ids"]),
        )
        try:
            with opened(options["source"], reading) as source:
                if not source.count:
                    raise CommandError(f"There is no notebook in {source.shown}.")
                yield source
        except BadSource as error:
            raise CommandError(str(error)) from error


def _add_seldom_used(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--called",
        metavar="NAME",
        help="what stands for the source when it is found again; default: its own name",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="also where somebody has changed the notebook here meanwhile",
    )
    parser.add_argument(
        "--skip-same",
        action="store_true",
        help="leave out what has the same content as another notebook",
    )
    parser.add_argument(
        "--keep-pictures",
        action="store_true",
        help="keep pictures in text cells, made anew from their pixels",
    )
    parser.add_argument(
        "--commit-ids",
        type=Path,
        metavar="FILE",
        help="of an nbgallery: uuid and commit_id of each notebook, a pair a line",
    )
    parser.add_argument(
        "--people",
        type=Path,
        metavar="FILE",
        help="names there and user names here where they differ, a pair a line",
    )
    parser.add_argument(
        "--readers", type=int, metavar="N", help="how many processes read; 0: this one only"
    )
    parser.add_argument(
        "--most-gb",
        type=float,
        default=5.0,
        metavar="GB",
        help="how large a repository, or an unpacked archive, may be; default: 5",
    )
    parser.add_argument(
        "--strict", action="store_true", help="end with code 3 when something was left out"
    )


def _orders(source: Source, options: dict[str, Any]) -> Orders:
    keeper = _keeper(options["owner"])
    team = _team(options["team"])
    return Orders(
        kind=source.kind,
        shown=source.shown,
        keeper_id=keeper.pk,
        visibility=options["visibility"],
        owner_id=keeper.pk if team is None else None,
        team_id=team.pk if team is not None else None,
        label_ids=tuple(_label(name).pk for name in options["label"]),
        is_dry=options["dry_run"],
        overwrites=options["overwrite"],
        skips_same=options["skip_same"],
        takes_own_owners=source.kind in {Kind.NBGALLERY, Kind.COMMONS},
    )


def _keeper(username: str | None) -> Person:
    """Who will look after the notebooks; without a name, the first administrator."""
    people = Person.objects.filter(is_active=True)
    found = (
        people.filter(username=username.lower()).first()
        if username
        else people.filter(is_administrator=True).order_by("pk").first()
    )
    if found is None:
        raise CommandError(
            f"There is no person called {username}."
            if username
            else "There is no administrator yet. Make the first one with the link that "
            "`nbcommons up` prints, or name somebody with --owner."
        )
    return found


def _team(name: str | None) -> Team | None:
    if name is None:
        return None
    found = Team.objects.filter(Q(slug=name.lower()) | Q(name__iexact=name)).first()
    if found is None:
        raise CommandError(f"There is no team called {name}.")
    return found


def _label(name: str) -> Label:
    found = Label.objects.filter(Q(slug=name.lower()) | Q(name__iexact=name)).first()
    if found is None:
        raise CommandError(f"There is no access label called {name}.")
    return found


def _commit_ids(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        return parse_commit_ids(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}.") from error


def _names_in_file(path: Path | None) -> dict[str, str]:
    """User names here by names there."""
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file)]
    except (OSError, UnicodeError, csv.Error) as error:
        raise CommandError(f"{path} cannot be read: {error}.") from error
    return {row[0]: row[1] for row in rows if len(row) > 1 and row[0] and row[1]}


def _readers(asked: int | None) -> int:
    if asked is None:
        return min(os.cpu_count() or 1, MOST_READERS)
    return max(0, min(asked, 64))


class _RateColumn(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s")


@contextlib.contextmanager
def _progress(source: Source) -> Iterator[tuple[Progress, Any]]:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        yield bar, bar.add_task("Bringing in", total=source.count)


@contextlib.contextmanager
def _stopped_by_signals(run: Run, say: Any) -> Iterator[None]:
    """The first Ctrl+C ends it after what is under way; the second at once, undoing that."""

    def stop(number: int, _frame: object) -> None:
        if run.is_stopped:
            raise KeyboardInterrupt
        run.stop()
        if number == signal.SIGINT:
            say("Stopping after what is under way. Press Ctrl+C again to stop at once.")

    wanted = (signal.SIGINT, signal.SIGTERM)
    try:
        before = {number: signal.signal(number, stop) for number in wanted}
    except ValueError:  # not in the main thread: somebody else looks after signals
        yield
        return
    try:
        yield
    except KeyboardInterrupt:
        run.stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit_code(run: Run, *, is_strict: bool) -> int:
    left_out = run.tally.outcomes[Outcome.LEFT_OUT]
    if run.is_stopped:
        return EXIT_STOPPED
    if run.fault or left_out == run.tally.outcomes.total():
        return 1
    return EXIT_LEFT_OUT if is_strict and left_out else 0
