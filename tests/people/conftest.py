"""Rate limits count in the cache: each test starts with an empty one."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_counts_from_other_tests():
    cache.clear()
    yield
    cache.clear()
