"""What an index can do, wherever it is kept: it is read, written in batches, and replaced whole.

``MemoryStore`` is the one of tests and measurements, ``_folder.FolderStore`` the one of a site.
"""

import contextlib
from collections.abc import Collection, Hashable, Iterable, Iterator
from typing import NamedTuple, Protocol

import tantivy

from nbcommons.search._fields import Layout, our_layout, reading_as
from nbcommons.search._schema import register_analyzers, schema, tantivy_document
from nbcommons.search._values import SearchDocument

WRITER_HEAP_BYTES = 50_000_000
REBUILD_HEAP_BYTES = 200_000_000
COMMIT_EVERY = 2_000


class IndexMissing(Exception):
    """There is no index that can be read or written: none built yet, or a damaged one."""


class IndexBusy(Exception):
    """Another process has been writing for too long."""


class Opened(NamedTuple):
    """An index as it is now, and the fields it has."""

    searcher: tantivy.Searcher
    layout: Layout
    # The same for the same content, in this process.
    state: Hashable = None


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
        write(self._index, list(documents), remove, heap_bytes=WRITER_HEAP_BYTES)
        self._index.reload()


class Store(Protocol):
    """Where an index is kept."""

    def opened(self) -> Opened:
        """The newest committed state. Raises ``IndexMissing``.

        While an index of the newest kind is built, an older one serves.
        """

    def is_current(self) -> bool:
        """Whether an index of the newest kind can be read: else it wants to be built."""

    def wants_building(self) -> bool:
        """Whether there is none of the newest kind, and nobody is building one."""

    def writing(self) -> contextlib.AbstractContextManager[Batch]:
        """The right to write, held while inside. Raises ``IndexMissing`` and ``IndexBusy``.

        What is written should be read from the database inside: else an older state could be
        written after a newer one. An index of an older kind is not written.
        """

    def withdraw(self, notebook_ids: Collection[int]) -> bool:
        """Take notebooks out of an index of an older kind, which serves until it is replaced.

        So that nobody sees meanwhile what was hidden. Returns False where there is none.
        """

    def replace(
        self, documents: Iterable[SearchDocument], *, only_if_missing: bool = False
    ) -> bool:
        """Put an index of ``documents`` alone in place of the one there was, if any.

        Returns False when it was not missing (any more), or is being built elsewhere, and so was
        left alone.
        """

    def report_unreadable(self, reason: str) -> bool:
        """Reading failed: look whether the index is damaged, and if so have it rebuilt."""


@contextlib.contextmanager
def reading(store: Store) -> Iterator[Opened]:
    """The newest state of ``store``. Raises ``IndexMissing``, also when damage shows only now.

    Other errors pass: what a person asks must not be able to have the index rebuilt.
    """
    try:
        opened = store.opened()
        with reading_as(opened.layout):
            yield opened
    except BaseException as error:
        if is_damage(error) and store.report_unreadable(str(error)):
            raise IndexMissing("damaged") from error
        raise


class MemoryStore:
    """An index that lives as long as this object."""

    def __init__(self) -> None:
        self._index: tantivy.Index | None = None
        self._writes = 0

    def opened(self) -> Opened:
        if self._index is None:
            raise IndexMissing("not built yet")
        return Opened(self._index.searcher(), our_layout(), (id(self), self._writes))

    def searcher(self) -> tantivy.Searcher:
        """The newest committed state alone. Raises ``IndexMissing``."""
        return self.opened().searcher

    def is_current(self) -> bool:
        return self._index is not None

    def wants_building(self) -> bool:
        return self._index is None

    @contextlib.contextmanager
    def writing(self) -> Iterator[Batch]:
        if self._index is None:
            raise IndexMissing("not built yet")
        try:
            yield Batch(self._index)
        finally:
            self._writes += 1

    def withdraw(self, notebook_ids: Collection[int]) -> bool:
        del notebook_ids
        return False  # memory never holds one of an older kind

    def replace(
        self, documents: Iterable[SearchDocument], *, only_if_missing: bool = False
    ) -> bool:
        if only_if_missing and self._index is not None:
            return False
        index = tantivy.Index(schema())
        register_analyzers(index)
        write(index, documents, (), heap_bytes=WRITER_HEAP_BYTES)
        index.reload()
        self._index = index
        self._writes += 1
        return True

    def report_unreadable(self, reason: str) -> bool:
        del reason
        return False  # memory does not rot


def is_damage(error: BaseException) -> bool:
    """Whether ``error`` is of the kinds that a damaged index makes tantivy raise.

    A panic is one of them; its class cannot be imported, and is no ``Exception``.
    """
    return isinstance(error, ValueError | OSError) or type(error).__name__ == "PanicException"


def ids_and_stamps(searcher: tantivy.Searcher) -> dict[int, int]:
    """The stamp of every notebook in the index."""
    return _stamps(searcher, tantivy.Query.all_query(), limit=searcher.num_docs)


def write(
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


def _stamps(searcher: tantivy.Searcher, query: tantivy.Query, *, limit: int) -> dict[int, int]:
    found = searcher.search(query, limit=max(limit, 1), count=False)
    addresses = [address for _, address in found.hits]
    ids = searcher.fast_field_values("id", addresses)
    stamps = searcher.fast_field_values("stamp", addresses)
    return {int(key or 0): int(stamp or 0) for key, stamp in zip(ids, stamps, strict=True)}
