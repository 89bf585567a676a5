"""Logs of the parts: one file each, kept small, readable along while it runs."""

import asyncio
import contextlib
import shutil
from pathlib import Path

from rich.console import Console
from rich.text import Text

LARGEST_BYTES = 5_000_000
KEPT = 3
LOOK_EVERY_S = 30.0
FOLLOW_EVERY_S = 0.3


def log_file(folder: Path, name: str) -> Path:
    """The log of one part, made if missing, readable by us alone."""
    path = folder / f"{name}.log"
    path.touch(mode=0o600)
    return path


def logs_in(folder: Path) -> list[Path]:
    """The logs that are being written."""
    return sorted(folder.glob("*.log"))


async def keep_small(folder: Path) -> None:
    """For ever: move what is too large aside."""
    while True:
        for path in logs_in(folder):
            rotate(path)
        await asyncio.sleep(LOOK_EVERY_S)


def rotate(path: Path) -> bool:
    """Keep the last few pieces of a log that has grown too large.

    The part goes on writing to the same open file, so it is copied and emptied, not renamed;
    all parts append, so they continue at its new end.
    """
    if path.stat().st_size <= LARGEST_BYTES:
        return False
    for number in range(KEPT - 1, 0, -1):
        older = path.with_suffix(f".log.{number}")
        if older.exists():
            older.replace(path.with_suffix(f".log.{number + 1}"))
    aside = path.with_suffix(".log.1")
    aside.touch(mode=0o600)
    shutil.copyfile(path, aside)
    with path.open("r+b") as file:
        file.truncate(0)
    return True


async def follow(folder: Path, console: Console) -> None:
    """For ever: show new lines of all logs, each with its part's name in front."""
    places = {path: path.stat().st_size for path in logs_in(folder)}
    while True:
        for path in logs_in(folder):
            if path.stem != "up":
                places[path] = _show_from(path, places.get(path, 0), console)
        await asyncio.sleep(FOLLOW_EVERY_S)


def _show_from(path: Path, place: int, console: Console) -> int:
    with contextlib.suppress(OSError), path.open("rb") as file:
        if path.stat().st_size < place:
            place = 0
        file.seek(place)
        for line in file:
            if not line.endswith(b"\n"):
                break
            words = line.decode(errors="replace").rstrip()
            console.print(Text.assemble((f"{path.stem:>9} │ ", "cyan"), words), soft_wrap=True)
            place += len(line)
    return place
