"""Loads past activity from a file, so that a new commons begins with what is known."""

import hashlib
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.executions import operations
from nbcommons.executions.operations import Loaded

ACTOR = Actor.system("load activity")


class Command(BaseCommand):
    help = (
        "Load past activity: a JSON object a line, with person, notebook (id or title), cell "
        "(place from 0, id or fingerprint), success, runtime_ms and at. A file is counted once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        started = time.perf_counter()
        try:
            loaded = load(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except CommonsError as error:
            raise CommandError(str(error)) from error
        tell(loaded, took_s=time.perf_counter() - started, say=self.stdout.write)
        if loaded.faulty and not loaded.counted:
            raise CommandError("Nothing was counted. Is it the right file?")


def load(path: Path) -> Loaded:
    """Count what the file tells, with a figure that moves where a person looks on."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("Lines"), MofNCompleteColumn())
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("lines", total=None)
            return operations.load_activity(
                ACTOR,
                file,
                sha256=sha256,
                at=timezone.now(),
                progress=lambda lines: bar.update(task, completed=lines),
            )


def tell(loaded: Loaded, *, took_s: float, say: Callable[[str], Any]) -> None:
    """Say what was counted, what not, and why."""
    rate = loaded.lines / took_s if took_s else 0
    say(
        f"Counted {_runs(loaded.counted)} of {loaded.lines:,} lines in {took_s:.1f} s "
        f"({rate:,.0f} lines a second)."
    )
    if loaded.people_created:
        say(f"Made {loaded.people_created:,} accounts, switched off, for people not here yet.")
    for kind, lines in sorted(loaded.skipped.items()):
        say(f"Skipped {lines:,} lines of kind “{kind}”: that is not kept yet.")
    if loaded.too_old:
        say(f"Skipped {_runs(loaded.too_old)} from before the time for which runs are kept.")
    if loaded.in_unknown_notebooks:
        names = ", ".join(f"“{name}”" for name in loaded.unknown_notebooks)
        say(
            f"Skipped {_runs(loaded.in_unknown_notebooks)} of notebooks that are not here, or "
            f"whose title several have: {names}."
        )
    if loaded.in_unknown_cells:
        say(f"Skipped {_runs(loaded.in_unknown_cells)} of cells that no version holds.")
    if loaded.faulty:
        say(f"Could not read {loaded.faulty:,} lines:")
        for fault in loaded.faults:
            say(f"  {fault}")


def _runs(number: int) -> str:
    return f"{number:,} run" if number == 1 else f"{number:,} runs"
