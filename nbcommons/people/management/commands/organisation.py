"""Brings the tree of organisations in line with a list, and shows the tree."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.people import rosters
from nbcommons.people.operations import organisations

ACTOR = Actor.system("command line")


class Command(BaseCommand):
    help = "Bring in a list of organisations (CSV), or show the tree."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        bring = verbs.add_parser("import", help="bring the tree in line with a list")
        bring.add_argument("file", type=Path, help="CSV with the columns id, name, parent")
        bring.add_argument("--dry-run", action="store_true", help="say what would change, only")
        verbs.add_parser("list", help="the tree, a line for each")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["verb"] == "list":
            for _, path in rosters.organisation_choices():
                self.stdout.write(path)
            return
        bring_in(options["file"], is_dry_run=options["dry_run"], say=self.stdout.write)


def bring_in(file: Path, *, is_dry_run: bool, say: Callable[[str], object]) -> None:
    """Read ``file``, do what it says and tell. Raises ``CommandError``."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
    try:
        report = organisations.import_organisations(ACTOR, text, is_dry_run=is_dry_run)
    except organisations.ListRefused as error:
        raise CommandError("\n".join(["Nothing was changed.", *error.faults])) from error
    except CommonsError as error:
        raise CommandError(str(error)) from error
    say(f"{report.total} lines" + (", nothing written (dry run)" if is_dry_run else ""))
    for old, new in report.renamed:
        say(f"renamed: {old} -> {new}")
    for word, names in (
        ("added", report.added),
        ("moved", report.moved),
        ("given an id", report.adopted),
        ("not in the list, left as it is", report.unlisted),
    ):
        for name in names:
            say(f"{word}: {name}")
    if not report.changes_anything:
        say("the tree is as the list says")
