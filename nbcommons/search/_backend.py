"""The index on disk: opening, writing, rebuilding. One writer, many readers, always replaceable.

    <folder>/CURRENT          names the generation in use
    <folder>/<version>.<n>/   one generation: a tantivy index
    <folder>/writer.lock      held while a batch is written, and while generations are swapped
    <folder>/rebuild.lock     held while a generation is built

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
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NoReturn, Protocol

import structlog
import tantivy

from nbcommons.search._schema import (
    TEXT_FIELDS,
    register_analyzers,
    schema,
    tantivy_document,
    version,
)
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


class Batch:
    """Changes to an index that nobody else can write meanwhile."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index

    def stamps(self, notebook_ids: Collection[int]) -> dict[int, int]:
        """The stamps of those of ``notebook_ids`` that are in the index."""
        if not notebook_ids:
            return {}
        terms = [tantivy.Query.term_query(schema(), "id", key) for key in notebook_ids]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        return _stamps(self._index.searcher(), query, limit=len(terms))

    def write(self, documents: Iterable[SearchDocument], *, remove: Iterable[int] = ()) -> None:
        """Put ``documents`` in, replacing what was there of them, in one commit."""
        _write(self._index, list(documents), remove, heap_bytes=WRITER_HEAP_BYTES)
        self._index.reload()


class Store(Protocol):
    """Where an index is kept."""

    def searcher(self) -> tantivy.Searcher:
        """The newest committed state. Raises ``IndexMissing``."""

    def writing(self) -> contextlib.AbstractContextManager[Batch]:
        """The right to write, held while inside. Raises ``IndexMissing`` and ``IndexBusy``.

        What is written should be read from the database inside: else an older state could be
        written after a newer one.
        """

    def replace(
        self, documents: Iterable[SearchDocument], *, only_if_missing: bool = False
    ) -> bool:
        """Put an index of ``documents`` alone in place of the one there was, if any.

        Returns False when it was not missing (any more) and so was left alone.
        """

    def report_unreadable(self, reason: str) -> bool:
        """Reading failed: look whether the index is damaged, and if so have it rebuilt."""


@contextlib.contextmanager
def reading(store: Store) -> Iterator[tantivy.Searcher]:
    """The newest state of ``store``. Raises ``IndexMissing``, also when damage shows only now.

    Other errors pass: what a person asks must not be able to have the index rebuilt.
    """
    try:
        yield store.searcher()
    except BaseException as error:
        if is_damage(error) and store.report_unreadable(str(error)):
            raise IndexMissing("damaged") from error
        raise


class MemoryStore:
    """An index that lives as long as this object: for tests and measurements."""

    def __init__(self) -> None:
        self._index: tantivy.Index | None = None

    def searcher(self) -> tantivy.Searcher:
        if self._index is None:
            raise IndexMissing("not built yet")
        return self._index.searcher()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Batch]:
        if self._index is None:
            raise IndexMissing("not built yet")
        yield Batch(self._index)

    def replace(
        self, documents: Iterable[SearchDocument], *, only_if_missing: bool = False
    ) -> bool:
        if only_if_missing and self._index is not None:
            return False
        index = tantivy.Index(schema())
        register_analyzers(index)
        _write(index, documents, (), heap_bytes=WRITER_HEAP_BYTES)
        index.reload()
        self._index = index
        return True

    def report_unreadable(self, reason: str) -> bool:
        del reason
        return False  # memory does not rot


class FolderStore:
    """An index in a folder that several processes read and one at a time writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: tuple[str, tantivy.Index] | None = None
        self._seen: tuple[object, ...] = ()

    def searcher(self) -> tantivy.Searcher:
        """See ``Store``. Costs three ``stat`` calls while nothing has changed."""
        with self._lock:
            try:
                return self._fresh().searcher()
            except BaseException as error:  # noqa: BLE001 - tantivy's panics are no Exceptions
                self._opened, self._seen = None, ()
                _told_as_missing(error)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Batch]:
        """See ``Store``."""
        with self._write_lock():
            path = self._folder / self._current()
            try:
                index = _open(path)
            except BaseException as error:  # noqa: BLE001 - as above
                _told_as_missing(error)
            yield Batch(index)

    def replace(
        self, documents: Iterable[SearchDocument], *, only_if_missing: bool = False
    ) -> bool:
        """See ``Store``. What is written meanwhile goes to the index in use.

        So the caller looks afterwards what has changed since ``documents`` were read.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with _locked(self._folder / "rebuild.lock"):
            if only_if_missing and self._is_readable():
                return False  # somebody else has built it while we waited
            self._remove_all_but(self._named())
            path = self._folder / f"{version()}.{secrets.token_hex(4)}"
            path.mkdir()
            index = tantivy.Index(schema(), path=str(path), reuse=False)
            register_analyzers(index)
            _write(index, documents, (), heap_bytes=REBUILD_HEAP_BYTES)
            with self._write_lock():
                self._point_to(path.name)
            self._remove_all_but(path.name)
        return True

    def report_unreadable(self, reason: str) -> bool:
        """See ``Store``. A damaged generation is marked, so that nobody opens it again."""
        with self._lock:
            self._opened, self._seen = None, ()
        try:
            path = self._folder / self._current()
        except IndexMissing:
            return True
        if is_sound(path):
            return False
        log.error("search_index_unreadable", reason=reason, generation=path.name)
        with contextlib.suppress(OSError):
            (path / _UNREADABLE).touch()
        return True

    def _is_readable(self) -> bool:
        try:
            self.searcher()
        except IndexMissing:
            return False
        return True

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

    def _write_lock(self) -> contextlib.AbstractContextManager[None]:
        if not self._folder.is_dir():
            raise IndexMissing("not built yet")
        return _locked(self._folder / "writer.lock")


def is_sound(path: Path) -> bool:
    """Whether the index at ``path`` opens, and every kind of its files can be read."""
    try:
        searcher = _open(path).searcher()
        ids_and_stamps(searcher)
        searcher.terms_with_prefix("words", "", limit=1)
        for segment in range(searcher.num_segments):
            searcher.doc(tantivy.DocAddress(segment, 0))
        for name in TEXT_FIELDS:
            phrase = tantivy.Query.phrase_query(schema(), name, ["the", "data"], 1)
            searcher.search(phrase, limit=1)
    except BaseException as error:
        if is_damage(error):
            return False
        raise
    return True


def is_damage(error: BaseException) -> bool:
    """Whether ``error`` is of the kinds that a damaged index makes tantivy raise.

    A panic is one of them; its class cannot be imported, and is no ``Exception``.
    """
    return isinstance(error, ValueError | OSError) or type(error).__name__ == "PanicException"


def ids_and_stamps(searcher: tantivy.Searcher) -> dict[int, int]:
    """The stamp of every notebook in the index."""
    return _stamps(searcher, tantivy.Query.all_query(), limit=searcher.num_docs)


def _stamps(searcher: tantivy.Searcher, query: tantivy.Query, *, limit: int) -> dict[int, int]:
    found = searcher.search(query, limit=max(limit, 1), count=False)
    addresses = [address for _, address in found.hits]
    ids = searcher.fast_field_values("id", addresses)
    stamps = searcher.fast_field_values("stamp", addresses)
    return {int(key or 0): int(stamp or 0) for key, stamp in zip(ids, stamps, strict=True)}


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
    if isinstance(error, IndexMissing) or not is_damage(error):
        raise error
    raise IndexMissing(f"damaged: {error}") from error


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
