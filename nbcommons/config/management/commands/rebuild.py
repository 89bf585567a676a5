"""Makes what is derived anew, from the records."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from nbcommons.core.actor import Actor
from nbcommons.health.operations import rebuild_health
from nbcommons.intake.operations.comparing import fill_token_hashes
from nbcommons.rendering.operations import rebuild_renderings
from nbcommons.search.operations import mend_index, rebuild_index
from nbcommons.versions.operations import measure_missing

ACTOR = Actor.system("rebuild")
AT_ONCE = 200

Tell = Callable[[int, int], None]
"""Hears how many are done, and of how many; 0 where nobody knows."""


@dataclass(frozen=True, slots=True)
class Part:
    """One derived thing. ``done`` and ``noun`` say what was done to how many of what."""

    help: str
    done: str
    noun: str
    make: Callable[[Tell], int]


def _health(tell: Tell) -> int:
    return rebuild_health(ACTOR, at=timezone.now(), progress=tell)


def _search(tell: Tell) -> int:
    return rebuild_index(ACTOR, progress=tell)


def _rendering(tell: Tell) -> int:
    return rebuild_renderings(ACTOR, progress=tell)


def _cells(tell: Tell) -> int:
    done = 0
    while read := fill_token_hashes(ACTOR, revisions=AT_ONCE):
        done += read
        tell(done, 0)
    return done


def _changes(tell: Tell) -> int:
    done = 0
    while counted := measure_missing(ACTOR, limit=AT_ONCE):
        done += counted
        tell(done, 0)
    return done


# In the order in which "all" makes them: the index holds what is known of health.
PARTS = {
    "rendering": Part("the notebooks as pages show them", "Rendered", "notebook", _rendering),
    "cells": Part("what finds notebooks with the same cells", "Read", "version", _cells),
    "changes": Part("how much each version changed", "Counted", "version", _changes),
    "health": Part(
        "the health of every notebook, from the runs", "Judged", "notebook", _health
    ),
    "search": Part("the search index; searches go on", "Indexed", "notebook", _search),
}


class Command(BaseCommand):
    help = "Make what is derived anew, from the records. Safe at any time, and to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
        for name, part in PARTS.items():
            added = parts.add_parser(name, help=part.help)
            if name == "search":
                added.add_argument(
                    "--if-needed",
                    action="store_true",
                    help="only when there is no index, an older one or a damaged one",
                )
        parts.add_parser("all", help="all of these")

    def handle(self, *_args: Any, **options: Any) -> None:
        wanted = options["part"]
        if options.get("if_needed"):
            if mend_index(ACTOR):
                self.stdout.write("Built the search index.")
            return
        for name, part in PARTS.items():
            if wanted in {name, "all"}:
                self.stdout.write(made(name, part))


def made(name: str, part: Part) -> str:
    """Make ``part`` anew, showing how far it is, and say what was done."""
    started = time.perf_counter()
    console = Console(stderr=True)
    columns = (TextColumn(name.capitalize()), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        count = part.make(
            lambda done, total: bar.update(task, completed=done, total=total or None)
        )
    took_s = time.perf_counter() - started
    return f"{part.done} {count:,} {part.noun}{'' if count == 1 else 's'} in {took_s:.1f} s."
