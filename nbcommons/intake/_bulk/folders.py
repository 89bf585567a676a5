"""Notebooks below a folder, read without ever following a link."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nbcommons.intake._bulk.items import Item, Kind, RawVersion, Source, one_version
from nbcommons.intake._bulk.names import (
    SKIPPED_FOLDERS,
    is_notebook,
    origin_of,
    shown_path,
    too_large,
)

MOST_LEVELS = 64
# Not to wait for a pipe that somebody put there under the name of a notebook.
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file below a folder: its path from there, and its content or why it was not read."""

    path: str
    raw: bytes = b""
    fault: str = ""


def folder_source(root: Path, *, called: str, most_bytes: int) -> Source:
    """Every notebook below ``root``; ``called`` stands for it in the keys of its notebooks."""
    return Source(
        kind=Kind.FOLDER,
        shown=shown_path(str(root)),
        count=sum(1 for _ in walk(root, [])),
        items=partial(_items, root, called, most_bytes),
    )


def file_source(file: Path, *, called: str, most_bytes: int) -> Source:
    """One notebook file, named by the operator: here a link is followed."""

    def items() -> Iterator[Item]:
        real = file.resolve(strict=True)
        descriptor = os.open(real.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            found = read_file(descriptor, real.name, file.name, most_bytes=most_bytes)
        finally:
            os.close(descriptor)
        yield _item(found, called)

    return Source(kind=Kind.FOLDER, shown=shown_path(str(file)), count=1, items=items)


def read_file(folder: int, name: str, path: str, *, most_bytes: int) -> FoundFile:
    """The file ``name`` in the open ``folder``; links, pipes and what is too large are not read."""
    shown = shown_path(path)
    try:
        descriptor = os.open(name, _READING, dir_fd=folder)
    except OSError as error:
        try:
            is_link = stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
        except OSError:
            is_link = False
        reason = "It is a link; links are not followed." if is_link else _unreadable(error)
        return FoundFile(shown, fault=reason)
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            return FoundFile(shown, fault="It is not a file.")
        if state.st_size > most_bytes:
            return FoundFile(shown, fault=too_large(most_bytes))
        try:
            raw = file.read(most_bytes + 1)
        except OSError as error:
            return FoundFile(shown, fault=_unreadable(error))
    if len(raw) > most_bytes:
        return FoundFile(shown, fault=too_large(most_bytes))
    return FoundFile(shown, raw)


def _unreadable(error: OSError) -> str:
    return f"It cannot be read: {error.strerror or error}."


def _items(root: Path, called: str, most_bytes: int) -> Iterator[Item]:
    unread: list[FoundFile] = []
    for folder, name, path in walk(root, unread):
        yield _item(read_file(folder, name, path, most_bytes=most_bytes), called)
    for found in unread:
        yield _item(found, called)


def _item(found: FoundFile, called: str) -> Item:
    name = found.path.rsplit("/", 1)[-1]
    version = RawVersion(raw=found.raw, file_name=name)
    return Item(
        name=found.path,
        origins=(origin_of(called, found.path),),
        versions=one_version(version),
        fault=found.fault,
    )


def walk(
    root: Path, unread: list[FoundFile], *, wanted: Callable[[str], bool] = is_notebook
) -> Iterator[tuple[int, str, str]]:
    """Open folder, name and path from ``root`` of each file that is ``wanted``, by its path.

    Folders are opened one inside the other, so that nobody can swap one for a link meanwhile.
    Folders that cannot be read are added to ``unread``.
    """

    def say(error: OSError) -> None:
        where = shown_path(os.path.relpath(error.filename or root, root))
        unread.append(FoundFile(where, fault=f"The folder {_unreadable(error)[3:]}"))

    for where, folders, files, descriptor in os.fwalk(root, onerror=say, follow_symlinks=False):
        below = os.path.relpath(where, root)
        prefix = "" if below == "." else f"{below}/"
        folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
        if prefix.count("/") >= MOST_LEVELS and folders:
            unread.append(FoundFile(shown_path(below), fault="Its folders are too deep."))
            folders.clear()
        for name in sorted(files):
            if wanted(name):
                yield descriptor, name, prefix + name
