"""The person's own copies of notebooks of the Commons: which are where, and new ones."""

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from jupyter_nbcommons.errors import CannotWrite
from jupyter_nbcommons.names import stem_of
from jupyter_nbcommons.received import Origin, ReceivedNotebook, read_origin

# What is looked at to find a copy that the person moved: a home is small, but may hold data.
MOST_FILES_LOOKED_AT = 500
DEEPEST_FOLDER = 3
LARGEST_FILE_LOOKED_AT = 20_000_000
# What would be lost with the home is looked for everywhere; the limits are against endless trees.
MOST_FILES_LISTED = 20_000
DEEPEST_FOLDER_LISTED = 40
MOST_SAME_NAMES = 1_000

_NO_FOLLOWING = os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class Copy:
    """A person's own copy of a notebook.

    path: relative to the home, with «/». is_edited: whether its code or text differs from
    what was written.
    """

    path: str
    revision: int
    is_edited: bool


@dataclass(frozen=True, slots=True)
class _Written:
    path: str
    digest: str


class Copies:
    """The copies below ``home``; remembers in ``memory`` what was written where.

    The memory is a help, not the truth: each answer is checked against the files, because
    people rename, move, copy and delete them.
    """

    def __init__(self, home: Path, memory: Path) -> None:
        """Look after the copies below ``home``."""
        self._home = home
        self._memory = memory

    def of(self, uuid: UUID) -> list[Copy]:
        """The copies of a notebook, the newest version first, then the longest known."""
        written = self._read_memory().get(str(uuid), {})
        digests = {one.digest for one in written.values()}
        found: dict[str, Copy] = {}
        for path in [one.path for one in written.values()]:
            self._look_at(path, uuid, digests, found)
        # A copy that is gone from its place was perhaps moved.
        if len(found) < max(1, len(written)):
            for path in self._notebooks():
                if path not in found:
                    self._look_at(path, uuid, digests, found)
        return sorted(found.values(), key=lambda copy: -copy.revision)

    def known_digests(self) -> dict[str, frozenset[str]]:
        """Digests of what is in the Commons, as far as this Jupyter wrote or saved it, by uuid."""
        return {
            uuid: frozenset(one.digest for one in copies.values())
            for uuid, copies in self._read_memory().items()
        }

    def paths(self) -> list[str]:
        """Paths of the notebook files in the home, relative to it, however deep they lie."""
        return list(self._notebooks(most=MOST_FILES_LISTED, deepest=DEEPEST_FOLDER_LISTED))

    def read(self, path: str, *, most_bytes: int = LARGEST_FILE_LOOKED_AT) -> bytes | None:
        """What the ordinary file at ``path`` holds; None for anything else, or a larger one."""
        try:
            descriptor = os.open(self._home / path, os.O_RDONLY | os.O_NONBLOCK | _NO_FOLLOWING)
        except (OSError, ValueError):
            return None
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > most_bytes:
                return None
            return file.read(most_bytes)

    def mark_of(self, path: str) -> tuple[int, int] | None:
        """What changes when the file at ``path`` is written; None when it is not there."""
        try:
            status = (self._home / path).lstat()
        except (OSError, ValueError):
            return None
        return status.st_mtime_ns, status.st_size

    def write_into(self, folder: str, notebook: ReceivedNotebook) -> str | None:
        """A file for ``notebook`` in a folder of the home; None if one of its name is there.

        folder: made if need be; a plain name. Raises ``OSError``.
        """
        (self._home / folder).mkdir(mode=0o755, exist_ok=True)
        if (self._home / folder).is_symlink():
            return None
        path = f"{folder}/{stem_of(notebook.title)}.ipynb"
        try:
            _write_exclusively(self._home / path, notebook.body)
        except FileExistsError:
            return None
        self.note_saved(path, notebook.uuid, notebook.revision, notebook.digest)
        return path

    def write(self, notebook: ReceivedNotebook, *, with_version: bool) -> Copy:
        """A new file for ``notebook``, never over another one. Raises ``CannotWrite``.

        with_version: whether the name says which version it is.
        """
        stem = stem_of(notebook.title)
        if with_version:
            stem = f"{stem} (version {notebook.revision})"
        try:
            path = self._write_new(stem, notebook.body)
            self.note_saved(path, notebook.uuid, notebook.revision, notebook.digest)
        except OSError as error:
            raise CannotWrite(
                f"Your home folder takes no new file: {os.strerror(error.errno or 0)}."
            ) from error
        return Copy(path, notebook.revision, is_edited=False)

    def note_saved(self, path: str, uuid: UUID, revision: int, digest: str) -> None:
        """Remember that what the file at ``path`` holds is in the commons, as that version.

        path: relative to the home. digest: as ``received.digest_of`` has it. Raises ``OSError``
        when it cannot be written down, ``ValueError`` for a path that leads out of the home.
        """
        memory = self._read_memory()
        written = memory.setdefault(str(uuid), {})
        written[str(revision)] = _Written(_inside(path), digest)
        as_json = {
            uuid: {revision: [one.path, one.digest] for revision, one in copies.items()}
            for uuid, copies in memory.items()
        }
        self._memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._memory.with_name(f"{self._memory.name}.{os.getpid()}.new")
        new.unlink(missing_ok=True)
        _write_exclusively(new, json.dumps(as_json).encode())
        new.replace(self._memory)

    def _look_at(
        self, path: str, uuid: UUID, digests: set[str], found: dict[str, Copy]
    ) -> None:
        read = self._origin_of(path)
        if read is None or read[0].uuid != uuid:
            return
        origin, digest = read
        found[path] = Copy(path, origin.revision, is_edited=digest not in digests)

    def _origin_of(self, path: str) -> tuple[Origin, str] | None:
        """What the file at ``path`` says it is; None if it is no ordinary notebook."""
        raw = self.read(path)
        return None if raw is None else read_origin(raw)

    def _notebooks(
        self, *, most: int = MOST_FILES_LOOKED_AT, deepest: int = DEEPEST_FOLDER
    ) -> Iterator[str]:
        """Paths of notebook files in the home, hidden folders and links left out."""
        looked_at = 0
        for folder, folders, files in os.walk(self._home, followlinks=False):
            relative = Path(folder).relative_to(self._home)
            if len(relative.parts) >= deepest:
                folders.clear()
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                if name.endswith(".ipynb") and not name.startswith("."):
                    looked_at += 1
                    if looked_at > most:
                        return
                    yield (relative / name).as_posix()

    def _write_new(self, stem: str, body: bytes) -> str:
        for number in range(1, MOST_SAME_NAMES):
            name = f"{stem}.ipynb" if number == 1 else f"{stem} ({number}).ipynb"
            path = self._home / name
            with contextlib.suppress(FileExistsError):
                _write_exclusively(path, body)
                return name
        raise CannotWrite(f"There are {MOST_SAME_NAMES:,} files called “{stem}” already.")

    def _read_memory(self) -> dict[str, dict[str, _Written]]:
        try:
            as_json: Any = json.loads(self._memory.read_bytes())
            return {
                uuid: {
                    revision: _Written(_inside(path), str(digest))
                    for revision, (path, digest) in copies.items()
                }
                for uuid, copies in as_json.items()
            }
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}


def _inside(path: Any) -> str:
    """``path`` if it stays below where it starts; raises ``ValueError`` if not."""
    if not isinstance(path, str) or path.startswith("/") or ".." in Path(path).parts:
        raise ValueError("not a path below the home")
    return path


def _write_exclusively(path: Path, body: bytes) -> None:
    """Make the file ``path`` whole or not at all; raises ``FileExistsError`` if there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOWING, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(descriptor)
    except OSError:
        path.unlink(missing_ok=True)
        raise
