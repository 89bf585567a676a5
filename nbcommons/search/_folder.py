"""The index on disk: opening, writing, rebuilding. One writer, many readers, always replaceable.

    <folder>/CURRENT          names the generation in use
    <folder>/<version>.<n>/   one generation: a tantivy index
    <folder>/writer.lock      held while a batch is written, and while generations are swapped
    <folder>/rebuild.lock     held while a generation is built

A new generation is built beside the one in use and put in its place in one step. One that another
version of this code has built serves until then, as long as it can tell who may see what; it is
not written any more, but notebooks that change meanwhile are taken out of it.
"""

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import structlog
import tantivy

from nbcommons.search._backend import (
    REBUILD_HEAP_BYTES,
    Batch,
    IndexBusy,
    IndexMissing,
    Opened,
    ids_and_stamps,
    is_damage,
    write,
)
from nbcommons.search._fields import GUARDS, Layout, layout_of, our_layout, reading_as, together
from nbcommons.search._schema import TEXT_FIELDS, register_analyzers, schema, version
from nbcommons.search._values import SearchDocument

log = structlog.get_logger(__name__)

LOCK_TIMEOUT_S = 120.0

_POINTER = "CURRENT"
_NAME = re.compile(r"\w[\w.-]*\Z")
_UNREADABLE = "UNREADABLE"
# The files of one segment, which are mapped into memory while it is in use.
_KINDS = ("term", "idx", "pos", "store", "fast", "fieldnorm")


@dataclass(frozen=True, slots=True)
class _Generation:
    """An index that this process holds open.

    ``sizes`` are the bytes of its files when it was opened. None of them ever changes: one that
    is shorter now was cut, and to look past its end would kill the process.
    """

    name: str
    index: tantivy.Index
    layout: Layout
    sizes: Mapping[str, int]


class FolderStore:
    """An index in a folder that several processes read and one at a time writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: _Generation | None = None
        self._seen: tuple[object, ...] = ()

    def opened(self) -> Opened:
        """See ``Store``. Costs a ``stat`` call for each file while nothing has changed."""
        with self._lock:
            try:
                generation = self._fresh()
                return Opened(generation.index.searcher(), generation.layout, self._seen)
            except BaseException as error:  # noqa: BLE001 - tantivy's panics are no Exceptions
                self._opened, self._seen = None, ()
                _told_as_missing(error)

    def searcher(self) -> tantivy.Searcher:
        """The newest committed state alone. Raises ``IndexMissing``."""
        return self.opened().searcher

    def is_current(self) -> bool:
        """See ``Store``."""
        try:
            self._current()
            self.opened()
        except IndexMissing:
            return False
        return True

    def wants_building(self) -> bool:
        """See ``Store``."""
        return not (self.is_current() or _is_locked(self._folder / "rebuild.lock"))

    @contextlib.contextmanager
    def writing(self) -> Iterator[Batch]:
        """See ``Store``."""
        with self._write_lock():
            path = self._folder / self._current()
            self.opened()  # tells when files have been cut since this process has opened them
            try:
                index = _open(path)
            except BaseException as error:  # noqa: BLE001 - as above
                _told_as_missing(error)
            yield Batch(index)

    def withdraw(self, notebook_ids: Collection[int]) -> bool:
        """See ``Store``."""
        try:
            with self._write_lock():
                name = self._readable()
                if _is_ours(name):
                    return False
                index = _open(self._folder / name)
                write(index, (), notebook_ids, heap_bytes=REBUILD_HEAP_BYTES)
        except (IndexMissing, ValueError, OSError):
            return False
        return True

    def replace(
        self, documents: Iterable[SearchDocument], *, only_if_missing: bool = False
    ) -> bool:
        """See ``Store``. What is written meanwhile goes to the index in use.

        So the caller looks afterwards what has changed since ``documents`` were read.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        wait_s = 0.0 if only_if_missing else LOCK_TIMEOUT_S
        try:
            with _locked(self._folder / "rebuild.lock", wait_s=wait_s):
                if only_if_missing and self.is_current():
                    return False  # somebody else has just built it
                self._build(documents)
        except IndexBusy:
            if only_if_missing:
                return False  # somebody else is building it
            raise
        return True

    def report_unreadable(self, reason: str) -> bool:
        """See ``Store``. A damaged generation is marked, so that nobody opens it again."""
        with self._lock:
            self._opened, self._seen = None, ()
        try:
            path = self._folder / self._readable()
        except IndexMissing:
            return True
        if is_sound(path):
            return False
        log.error("search_index_unreadable", reason=reason, generation=path.name)
        with contextlib.suppress(OSError):
            (path / _UNREADABLE).touch()
        return True

    def _build(self, documents: Iterable[SearchDocument]) -> None:
        self._remove_all_but(self._named())
        path = self._folder / f"{version()}.{secrets.token_hex(4)}"
        path.mkdir()
        index = tantivy.Index(schema(), path=str(path), reuse=False)
        register_analyzers(index)
        write(index, documents, (), heap_bytes=REBUILD_HEAP_BYTES)
        with self._write_lock():
            self._point_to(path.name)
        self._remove_all_but(path.name)

    def _fresh(self) -> _Generation:
        seen = self._signs()
        if self._opened is not None:
            self._look_for_cuts(self._opened)
            if seen == self._seen:
                return self._opened
        name = self._readable()
        path = self._folder / name
        if self._opened is not None and self._opened.name == name:
            self._opened.index.reload()
            self._opened = replace(self._opened, sizes=_sizes(path))
        else:
            index = _open(path)
            self._opened = _Generation(name, index, _layout(name, index), _sizes(path))
        self._seen = seen
        return self._opened

    def _look_for_cuts(self, generation: _Generation) -> None:
        """Raise ``IndexMissing`` when a file has another size than it had, and tell everybody.

        One that is gone does no harm: merging removes files, and what is mapped stays readable.
        """
        folder = str(self._folder / generation.name)
        for name, size in generation.sizes.items():
            try:
                is_as_it_was = os.stat(f"{folder}/{name}").st_size == size  # noqa: PTH116 - fast
            except OSError:
                continue
            if not is_as_it_was:
                log.error("search_index_cut", generation=generation.name, file=name)
                with contextlib.suppress(OSError):
                    (self._folder / generation.name / _UNREADABLE).touch()
                raise IndexMissing(f"damaged: {name} has another size than it had")

    def _signs(self) -> tuple[object, ...]:
        """What changes when there is something new to read."""
        paths = [self._folder / _POINTER]
        if self._opened is not None:
            generation = self._folder / self._opened.name
            paths += [generation / "meta.json", generation / _UNREADABLE]
        return (self._opened and self._opened.name, *map(_sign, paths))

    def _current(self) -> str:
        """The generation in use, when this version of the code has built it."""
        name = self._readable()
        if not _is_ours(name):
            raise IndexMissing("built by another version")
        return name

    def _readable(self) -> str:
        """The generation in use, whoever has built it."""
        name = self._named()
        if not name:
            raise IndexMissing("not built yet")
        if (self._folder / name / _UNREADABLE).exists():
            raise IndexMissing("damaged")
        return name

    def _named(self) -> str:
        try:
            name = (self._folder / _POINTER).read_text().strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return ""
        return name if _NAME.match(name) else ""

    def _point_to(self, generation: str) -> None:
        draft = self._folder / f"{_POINTER}.draft"
        with draft.open("w") as file:
            file.write(generation)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / _POINTER)

    def _remove_all_but(self, generation: str) -> None:
        """Readers of a removed generation keep their files open and see the new one next."""
        for path in self._folder.iterdir():
            if path.is_dir() and path.name != generation:
                shutil.rmtree(path, ignore_errors=True)

    def _write_lock(self) -> contextlib.AbstractContextManager[None]:
        if not self._folder.is_dir():
            raise IndexMissing("not built yet")
        return _locked(self._folder / "writer.lock", wait_s=LOCK_TIMEOUT_S)


def _sizes(path: Path) -> dict[str, int]:
    """How many bytes each file has that the newest state of the index at ``path`` consists of.

    Those of a state still being written are left out: they grow.
    """
    meta = json.loads((path / "meta.json").read_bytes())
    sizes: dict[str, int] = {}
    for segment in meta["segments"]:
        key = segment["segment_id"].replace("-", "")
        kinds = [*_KINDS]
        if segment.get("deletes"):
            kinds.append(f"{segment['deletes']['opstamp']}.del")
        for kind in kinds:
            with contextlib.suppress(OSError):
                sizes[f"{key}.{kind}"] = (path / f"{key}.{kind}").stat().st_size
    return sizes


def is_sound(path: Path) -> bool:
    """Whether the index at ``path`` opens, and every kind of its files can be read."""
    try:
        index = _open(path)
        searcher = index.searcher()
        ids_and_stamps(searcher)
        searcher.terms_with_prefix("words", "", limit=1)
        for segment in range(searcher.num_segments):
            searcher.doc(tantivy.DocAddress(segment, 0))
        with reading_as(_layout(path.name, index)):
            for name in TEXT_FIELDS:
                searcher.search(together(name, ["the", "data"], 1), limit=1)
    except BaseException as error:
        if isinstance(error, IndexMissing) or is_damage(error):
            return False
        raise
    return True


def _is_ours(generation: str) -> bool:
    return generation.startswith(f"{version()}.")


def _layout(generation: str, index: tantivy.Index) -> Layout:
    """The fields of a generation. Raises ``IndexMissing`` when it cannot tell who may see what."""
    if _is_ours(generation):
        return our_layout()
    layout = layout_of(index)
    if GUARDS & layout.missing:
        raise IndexMissing("built by another version")
    return layout


def _open(path: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(path))
    register_analyzers(index)
    index.config_reader(reload_policy="manual")
    index.reload()
    return index


def _told_as_missing(error: BaseException) -> NoReturn:
    """Raise ``IndexMissing`` for what a damaged index makes tantivy raise, else the error."""
    if isinstance(error, IndexMissing) or not is_damage(error):
        raise error
    raise IndexMissing(f"damaged: {error}") from error


def _sign(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_ino, status.st_mtime_ns, status.st_size)


def _is_locked(path: Path) -> bool:
    """Whether somebody holds ``path`` just now."""
    try:
        with _locked(path, wait_s=0.0):
            return False
    except IndexBusy:
        return True
    except OSError:
        return False  # there is no folder yet


@contextlib.contextmanager
def _locked(path: Path, *, wait_s: float) -> Iterator[None]:
    """Hold ``path`` alone among processes and threads. Raises ``IndexBusy`` in the end."""
    deadline = time.monotonic() + wait_s
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise IndexBusy(f"{path.name} is held by another process") from None
                time.sleep(0.02)
        yield
