"""Brings a folder of notebooks in, with a progress bar and a report; safe to repeat."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from nbcommons.core.actor import Actor
from nbcommons.intake.errors import Refused
from nbcommons.intake.operations import bulk
from nbcommons.intake.operations.bulk import Imported, Outcome
from nbcommons.notebooks.models import Visibility

SKIPPED_FOLDERS = {".ipynb_checkpoints", ".git", "node_modules", ".venv", "__pycache__"}
FILES_NAMED = 3
WORDS = {
    Outcome.IMPORTED: "new",
    Outcome.UPDATED: "new version",
    Outcome.UNCHANGED: "unchanged",
}


class Command(BaseCommand):
    help = "Bring in every notebook below a folder (or one file). Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="a folder, or one .ipynb file")
        parser.add_argument("--owner", help="user name of who will look after them")
        parser.add_argument(
            "--visibility",
            choices=[str(value) for value in Visibility],
            default=str(Visibility.EVERYONE),
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *_args: Any, **options: Any) -> None:
        root: Path = options["path"].resolve()
        files = _notebook_files(root)
        if not files:
            raise CommandError(f"There is no .ipynb file at {root}.")
        owner_id = _owner_id(options["owner"])
        console = Console()
        refused: list[tuple[Path, str]] = []
        repaired: dict[str, list[Path]] = {}
        outcomes: Counter[Outcome] = Counter()
        with _progress(console) as progress:
            bar = progress.add_task("Bringing in", total=len(files))
            for file in files:
                try:
                    done = _import_one(
                        file,
                        root=root,
                        owner_id=owner_id,
                        visibility=options["visibility"],
                        is_dry=options["dry_run"],
                    )
                    outcomes[done.outcome] += 1
                    for repair in done.repairs:
                        repaired.setdefault(repair, []).append(file)
                except Refused as error:
                    refused.append((file, str(error)))
                progress.advance(bar)
        base = root if root.is_dir() else root.parent
        _report(console, base, outcomes, repaired, refused, is_dry=options["dry_run"])


def _notebook_files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return sorted(
        path
        for path in root.rglob("*.ipynb")
        if path.is_file() and not SKIPPED_FOLDERS.intersection(path.parts)
    )


def _owner_id(username: str | None) -> int:
    """The person who will look after the notebooks; without a name, the first administrator."""
    people = get_user_model().objects.filter(is_active=True)
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
    return int(found.pk)


def _import_one(
    file: Path, *, root: Path, owner_id: int, visibility: str, is_dry: bool
) -> Imported:
    base = root if root.is_dir() else root.parent
    origin = f"{base.name}/{file.relative_to(base).as_posix()}"[-300:]
    return bulk.import_notebook(
        Actor.system("bulk import"),
        owner_id=owner_id,
        raw=file.read_bytes(),
        file_name=file.name,
        origin=origin,
        visibility=visibility,
        is_dry=is_dry,
        at=timezone.now(),
    )


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _report(
    console: Console,
    base: Path,
    outcomes: Counter[Outcome],
    repaired: dict[str, list[Path]],
    refused: list[tuple[Path, str]],
    *,
    is_dry: bool,
) -> None:
    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    done = ", ".join(f"{outcomes[outcome]} {WORDS[outcome]}" for outcome in Outcome)
    say(
        f"{'Would be brought in' if is_dry else 'Brought in'}: {done}; {len(refused)} left out."
    )
    if repaired:
        say("Put right on the way (the files themselves are unchanged):")
    for repair, files in sorted(repaired.items(), key=lambda item: -len(item[1])):
        names = ", ".join(str(file.relative_to(base)) for file in files[:FILES_NAMED])
        more = f" and {len(files) - FILES_NAMED} more" if len(files) > FILES_NAMED else ""
        say(f"  {len(files):>5} x  {repair}  ({names}{more})")
    for file, reason in refused:
        say(f"  left out  {file.relative_to(base)}: {reason}")
