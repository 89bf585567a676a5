"""Compares the records with themselves, and what is derived with the records."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from nbcommons.core.actor import Actor
from nbcommons.notebooks import integrity
from nbcommons.search.operations import check_index

ACTOR = Actor.system("verify")
# So many faults of a kind are named.
MOST_NAMED = 20


class Command(BaseCommand):
    help = "Check hashes and references of the records, and the index against them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--without-index", action="store_true", help="leave the search index out"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        started = time.perf_counter()
        console = Console(stderr=True)
        columns = (TextColumn("Contents"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("contents", total=None)
            contents, damaged = integrity.check_contents(
                progress=lambda done, total: bar.update(task, completed=done, total=total)
            )
        faults = [*damaged, *integrity.check_references()]
        if not options["without_index"]:
            faults += index_faults()
        tell(faults, self.stdout.write)
        took_s = time.perf_counter() - started
        words = f"Read {contents:,} contents in {took_s:.1f} s"
        if faults:
            count = "1 fault" if len(faults) == 1 else f"{len(faults):,} faults"
            raise CommandError(f"{words}: {count}.")
        self.stdout.write(f"{words}: all is well.")


def index_faults() -> Iterator[str]:
    """What is wrong with the search index, and what mends it."""
    found = check_index(ACTOR)
    mends = "“nbcommons rebuild search” mends that"
    if found.problem:
        yield f"The search index cannot be read ({found.problem}); {mends}."
    elif found.differing:
        words = "1 notebook" if found.differing == 1 else f"{found.differing:,} notebooks"
        yield f"The search index differs from the records in {words}; {mends}."
    elif found.is_older_kind:
        yield f"The search index is of an older kind; {mends}."


def tell(faults: list[str], say: Callable[[str], Any]) -> None:
    """Name the first faults, and how many more there are."""
    for fault in faults[:MOST_NAMED]:
        say(fault)
    if len(faults) > MOST_NAMED:
        say(f"… and {len(faults) - MOST_NAMED:,} more")
