"""Pages of a long list: which page, and links to the ones near it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

NEAR = 2  # page numbers shown on each side of the current one
MAX_PAGE = 500
MAX_PAGE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class PageLink:
    """One number in the pager; ``url`` is empty for a gap."""

    number: int
    url: str
    is_current: bool = False

    @property
    def is_gap(self) -> bool:
        return not self.url


@dataclass(frozen=True, slots=True)
class Pager:
    """What ``components/pager.html`` shows; empty strings where there is no such page."""

    links: tuple[PageLink, ...]
    previous_url: str
    next_url: str

    @property
    def is_needed(self) -> bool:
        return len(self.links) > 1


def pager_of(*, page: int, page_count: int, url_of: Callable[[int], str]) -> Pager:
    """The pager for ``page`` (from 1) of ``page_count``; first and last are always shown."""
    shown = sorted(
        {1, page_count, *range(page - NEAR, page + NEAR + 1)} & set(range(1, page_count + 1))
    )
    links: list[PageLink] = []
    for number in shown:
        if links and number > links[-1].number + 1:
            links.append(PageLink(number=number - 1, url=""))
        links.append(PageLink(number, url_of(number), is_current=number == page))
    return Pager(
        links=tuple(links),
        previous_url=url_of(page - 1) if page > 1 else "",
        next_url=url_of(page + 1) if page < page_count else "",
    )


def page_number(query: QueryDict) -> int:
    """The page asked for, from 1; anything else that stands there is the first."""
    page = query.get("page", "1")
    # So many digits only: Python refuses to read thousands of them.
    if not (page.isascii() and page.isdigit() and len(page) <= MAX_PAGE_DIGITS):
        return 1
    return max(1, min(int(page), MAX_PAGE))
