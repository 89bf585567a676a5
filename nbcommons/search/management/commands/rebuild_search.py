"""Builds the search index anew, from the records."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from nbcommons.core.actor import Actor
from nbcommons.search import operations


class Command(BaseCommand):
    help = "Build the search index anew, from the records. Searches go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="only when there is no index, an older one or a damaged one",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        actor = Actor.system("rebuild search")
        if options["if_needed"]:
            if operations.mend_index(actor):
                self.stdout.write("Built the search index.")
            return
        started = time.perf_counter()
        columns = (TextColumn("Search index"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("search", total=None)
            notebooks = operations.rebuild_index(
                actor,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        took_s = time.perf_counter() - started
        self.stdout.write(
            f"Built the search index of {notebooks:,} notebooks in {took_s:.1f} s."
        )
