"""Writes notebooks into an archive or a folder, for people who go and sites that move."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.intake._bulk.exporting import TakenFile, notebooks_to_take, taken_along
from nbcommons.intake._bulk.exporting_nbgallery import MOST_BYTES, taken_to_nbgallery
from nbcommons.intake._bulk.packing import written_into
from nbcommons.intake.operations.importing import note_export
from nbcommons.people.queries import person_named


class Command(BaseCommand):
    help = (
        "Write notebooks with their versions into an archive or a folder: all of them, or those "
        "that one person looks after."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to",
            type=Path,
            metavar="DIR|FILE.tar.gz",
            help="a new folder, or a new archive; default: an archive in this folder",
        )
        parser.add_argument(
            "--person", metavar="NAME", help="only what this person may edit; default: all"
        )
        parser.add_argument(
            "--format",
            choices=("ours", "nbgallery"),
            default="ours",
            help="ours: all versions and all that is said of them, for `import`; nbgallery: the "
            "current ones, as an nbgallery imports them",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        at = timezone.now()
        to: Path = options["to"] or Path(f"nbcommons-export-{at:%Y-%m-%d-%H%M%S}.tar.gz")
        actor = _actor(options["person"])
        count = notebooks_to_take(actor)
        large: list[str] = []
        console = Console(stderr=True)
        columns = (
            TextColumn("Writing"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("Writing", total=count)

            def progress(done: int) -> None:
                bar.advance(task, done)

            files: Iterator[TakenFile] = (
                taken_to_nbgallery(actor, at=at, progress=progress, too_large=large.append)
                if options["format"] == "nbgallery"
                else taken_along(actor, at=at, progress=progress)
            )
            try:
                with written_into(to.absolute()) as put:
                    for file in files:
                        put(file)
            except CommonsError as error:
                raise CommandError(str(error)) from error
        note_export(
            Actor.system("export"),
            person_id=actor.person_id,
            form=options["format"],
            notebooks=count,
        )
        _tell(self.stdout.write, to, count, large)


def _actor(username: str | None) -> Actor:
    """The person, whether their account is switched on or not; without a name, the system."""
    if username is None:
        return Actor.system("export")
    person = person_named(username)
    if person is None:
        raise CommandError(f"There is no person called {username}.")
    return Actor.person(person.pk, person.username)


def _tell(say: Callable[[str], Any], to: Path, count: int, large: list[str]) -> None:
    say(f"Written: {count:,} {'notebook' if count == 1 else 'notebooks'} into {to}.")
    if large:
        names = ", ".join(f"“{title}”" for title in large[:5])
        more = f" and {len(large) - 5:,} more" if len(large) > 5 else ""  # noqa: PLR2004
        say(
            f"Larger than the {MOST_BYTES / 1e6:.1f} MB that an nbgallery takes by default: "
            f"{names}{more}."
        )
