"""A fresh index for each test that touches the database, in memory."""

from collections.abc import Iterator

import pytest

from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore


@pytest.fixture
def index() -> Iterator[MemoryStore]:
    """An empty index that the site reads and writes during the test."""
    store = MemoryStore()
    store.replace([])
    with _place.using(store):
        yield store


@pytest.fixture
def no_index() -> Iterator[MemoryStore]:
    """As on the first day: no index has been built."""
    with _place.using(MemoryStore()) as store:
        yield store
