"""Addresses of pages that are the same as long as a process lives, found out once.

Working out an address takes Django longer than it should for what stands on every page.
"""

from functools import cache, lru_cache
from uuid import UUID

from django.urls import get_script_prefix, get_urlconf, reverse

_STAND_IN = UUID("5d1c3f0e-0000-4000-8000-57a9d1900000")


def path_to(name: str) -> str:
    """The address of the page called ``name``, which takes nothing; ``NoReverseMatch``."""
    return _path(name, get_script_prefix(), get_urlconf())


def path_about(name: str, uuid: UUID) -> str:
    """That of a page about the one thing that ``uuid`` names; ``NoReverseMatch``."""
    before, after = _around(name, get_script_prefix(), get_urlconf())
    return f"{before}{uuid}{after}"


def path_of(name: str, key: str | int) -> str:
    """That of a page about the one thing that ``key`` names; ``NoReverseMatch``."""
    return _of(name, key, get_script_prefix(), get_urlconf())


@lru_cache(maxsize=8_000)  # people and teams of a large organisation
def _of(name: str, key: str | int, prefix: str, urlconf: str | None) -> str:
    del prefix, urlconf
    return reverse(name, args=[key])


@cache
def _path(name: str, prefix: str, urlconf: str | None) -> str:
    del prefix, urlconf  # what else an address depends on
    return reverse(name)


@cache
def _around(name: str, prefix: str, urlconf: str | None) -> tuple[str, str]:
    del prefix, urlconf
    before, _, after = reverse(name, args=[_STAND_IN]).partition(str(_STAND_IN))
    return before, after
