"""Which index this process reads and writes: the one in the data folder, or one set for tests."""

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from nbcommons.search._backend import Store
from nbcommons.search._folder import FolderStore

_instead: list[Store] = []


def store() -> Store:
    """The index of the site; opened once for each process."""
    return _instead[-1] if _instead else _of_folder(Path(settings.NBCOMMONS_DATA) / "index")


@contextlib.contextmanager
def using(other: Store) -> Iterator[Store]:
    """Read and write ``other`` for a while."""
    _instead.append(other)
    try:
        yield other
    finally:
        _instead.remove(other)


@lru_cache(maxsize=4)
def _of_folder(folder: Path) -> FolderStore:
    return FolderStore(folder)
