"""Judges every notebook anew, from the runs."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from nbcommons.core.actor import Actor
from nbcommons.health import operations


class Command(BaseCommand):
    help = "Judge every notebook anew, from the runs."

    def handle(self, **_options: Any) -> None:
        started = time.perf_counter()
        columns = (TextColumn("Health"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("health", total=None)
            notebooks = operations.rebuild_health(
                Actor.system("rebuild health"),
                at=timezone.now(),
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        took_s = time.perf_counter() - started
        words = "notebook" if notebooks == 1 else "notebooks"
        self.stdout.write(f"Judged the health of {notebooks:,} {words} in {took_s:.1f} s.")
