"""The index on disk: opening, writing, rebuilding. One writer, many readers, always replaceable.

    <folder>/CURRENT          names the generation in use
    <folder>/<version>.<n>/   one generation: a tantivy index
    <folder>/writer.lock      held while a batch is written, and while generations are swapped

A generation that another version of this code has built is not read: the index is then missing
until it is rebuilt, beside the one in use, and put in its place in one step.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn, Protocol

import structlog
import tantivy

from nbcommons.search._schema import register_analyzers, schema, tantivy_document, version
from nbcommons.search._values import SearchDocument

log = structlog.get_logger(__name__)

WRITER_HEAP_BYTES = 50_000_000
REBUILD_HEAP_BYTES = 200_000_000
COMMIT_EVERY = 2_000
LOCK_TIMEOUT_S = 120.0

_POINTER = "CURRENT"
_UNREADABLE = "UNREADABLE"


class IndexMissing(Exception):
    """There is no index that can be read: none built yet, an older one, or a damaged one."""


class IndexBusy(Exception):
    """Another process has been writing for too long."""


class Store(Protocol):
    """Where an index is kept."""

    def searcher(self) -> tantivy.Searcher:
        """The newest committed state. Raises ``IndexMissing``."""

    def write(self, documents: Iterable[SearchDocument], *, remove: Iterable[int] = ()) -> None:
        """Put ``documents`` in, replacing what was there of them, in one commit."""

    def replace(self, documents: Iterable[SearchDocument]) -> None:
        """Put an index of ``documents`` alone in place of the one there was, if any."""

    def report_unreadable(self, reason: str) -> None:
        """Say that reading failed, so that the index is rebuilt."""


class MemoryStore:
    """An index that lives as long as this object: for tests and measurements."""

    def __init__(self) -> None:
        self._index: tantivy.Index | None = None

    def searcher(self) -> tantivy.Searcher:
        if self._index is None:
            raise IndexMissing("not built yet")
        return self._index.searcher()

    def write(self, documents: Iterable[SearchDocument], *, remove: Iterable[int] = ()) -> None:
        if self._index is None:
            raise IndexMissing("not built yet")
        _write(self._index, documents, remove, heap_bytes=WRITER_HEAP_BYTES)
        self._index.reload()

    def replace(self, documents: Iterable[SearchDocument]) -> None:
        index = tantivy.Index(schema())
        register_analyzers(index)
        _write(index, documents, (), heap_bytes=WRITER_HEAP_BYTES)
        index.reload()
        self._index = index

    def report_unreadable(self, reason: str) -> None:
        del reason
        self._index = None


class FolderStore:
    """An index in a folder that several processes read and one at a time writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: tuple[str, tantivy.Index] | None = None
        self._seen: tuple[object, ...] = ()

    def searcher(self) -> tantivy.Searcher:
        """The newest committed state; costs two ``stat`` calls while nothing has changed.

        Raises ``IndexMissing``.
        """
        with self._lock:
            try:
                return self._fresh().searcher()
            except IndexMissing:
                self._opened, self._seen = None, ()
                raise
            except BaseException as error:  # noqa: BLE001 - tantivy's panics are no Exceptions
                self._opened, self._seen = None, ()
                _told_as_missing(error)

    def write(self, documents: Iterable[SearchDocument], *, remove: Iterable[int] = ()) -> None:
        """See ``Store``. Raises ``IndexMissing`` and ``IndexBusy``."""
        batch = list(documents)
        with self._writing():
            path = self._folder / self._current()
            try:
                index = _open(path)
            except BaseException as error:  # noqa: BLE001 - as above
                _told_as_missing(error)
            _write(index, batch, remove, heap_bytes=WRITER_HEAP_BYTES)

    def replace(self, documents: Iterable[SearchDocument]) -> None:
        """See ``Store``. What ``write`` brings in meanwhile goes to the index in use."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with _locked(self._folder / "rebuild.lock"):
            self._remove_all_but(self._named())
            generation = f"{version()}.{secrets.token_hex(4)}"
            path = self._folder / generation
            path.mkdir()
            index = tantivy.Index(schema(), path=str(path), reuse=False)
            register_analyzers(index)
            _write(index, documents, (), heap_bytes=REBUILD_HEAP_BYTES)
            with self._writing():
                self._point_to(generation)
            self._remove_all_but(generation)

    def report_unreadable(self, reason: str) -> None:
        """Mark the generation in use, so that nobody opens it again; see ``Store``."""
        log.error("search_index_unreadable", reason=reason)
        with self._lock:
            self._opened, self._seen = None, ()
        with contextlib.suppress(OSError, IndexMissing):
            (self._folder / self._current() / _UNREADABLE).touch()

    def _fresh(self) -> tantivy.Index:
        seen = self._signs()
        if self._opened is not None and seen == self._seen:
            return self._opened[1]
        generation = self._current()
        if self._opened is not None and self._opened[0] == generation:
            index = self._opened[1]
            index.reload()
        else:
            index = _open(self._folder / generation)
        self._opened, self._seen = (generation, index), seen
        return index

    def _signs(self) -> tuple[object, ...]:
        """What changes when there is something new to read."""
        paths = [self._folder / _POINTER]
        if self._opened is not None:
            generation = self._folder / self._opened[0]
            paths += [generation / "meta.json", generation / _UNREADABLE]
        return (self._opened and self._opened[0], *map(_sign, paths))

    def _current(self) -> str:
        generation = self._named()
        if not generation:
            raise IndexMissing("not built yet")
        if not generation.startswith(f"{version()}."):
            raise IndexMissing("built by another version")
        if (self._folder / generation / _UNREADABLE).exists():
            raise IndexMissing("damaged")
        return generation

    def _named(self) -> str:
        try:
            return (self._folder / _POINTER).read_text().strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return ""

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

    def _writing(self) -> contextlib.AbstractContextManager[None]:
        if not self._folder.is_dir():
            raise IndexMissing("not built yet")
        return _locked(self._folder / "writer.lock")


def _open(path: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(path))
    register_analyzers(index)
    index.config_reader(reload_policy="manual")
    index.reload()
    return index


def _write(
    index: tantivy.Index,
    documents: Iterable[SearchDocument],
    remove: Iterable[int],
    *,
    heap_bytes: int,
) -> None:
    """One commit (long runs: one every so often); gives the writer back in any case.

    The writer is opened for each batch: that takes 2 ms, and nothing is held while idle.
    """
    writer = index.writer(heap_size=heap_bytes, num_threads=1)
    try:
        for notebook_id in remove:
            writer.delete_documents_by_term("id", notebook_id)
        for count, document in enumerate(documents, start=1):
            writer.delete_documents_by_term("id", document.notebook_id)
            writer.add_document(tantivy_document(document))
            if count % COMMIT_EVERY == 0:
                writer.commit()
        writer.commit()
    finally:
        writer.wait_merging_threads()


def _told_as_missing(error: BaseException) -> NoReturn:
    """Raise ``IndexMissing`` for what a damaged index makes tantivy raise, else the error."""
    if isinstance(error, ValueError | OSError) or is_panic(error):
        raise IndexMissing(f"damaged: {error}") from error
    raise error


def is_panic(error: BaseException) -> bool:
    """Whether tantivy's code gave up; the class cannot be imported, and is no ``Exception``."""
    return type(error).__name__ == "PanicException"


def _sign(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_ino, status.st_mtime_ns, status.st_size)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold ``path`` alone among processes and threads. Raises ``IndexBusy`` in the end."""
    deadline = time.monotonic() + LOCK_TIMEOUT_S
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise IndexBusy(f"{path.name} is held by another process") from None
                time.sleep(0.02)
        yield


def ids_and_stamps(searcher: tantivy.Searcher) -> dict[int, int]:
    """The stamp of every notebook in the index."""
    if searcher.num_docs == 0:
        return {}
    found = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False)
    addresses: Sequence[tantivy.DocAddress] = [address for _, address in found.hits]
    ids = searcher.fast_field_values("id", list(addresses))
    stamps = searcher.fast_field_values("stamp", list(addresses))
    return {int(key): int(stamp or 0) for key, stamp in zip(ids, stamps, strict=True) if key}
