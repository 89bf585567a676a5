"""Notebooks by their newest change, a page at a time, as cards."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.db.models import QuerySet

from nbcommons.core.actor import Actor
from nbcommons.core.paging import Pager, pager_of
from nbcommons.gallery.queries.cards import NotebookCard, cards_of, with_card_parts
from nbcommons.notebooks.models import Notebook


def paged_cards(
    actor: Actor, notebooks: QuerySet[Notebook], *, page: int, size: int, **kept: str
) -> tuple[tuple[NotebookCard, ...], int, Pager]:
    """A page of cards, how many notebooks there are, and the pager; four queries.

    ``notebooks`` are those that ``actor`` may see; ``kept`` is what else the address says.
    """
    total = notebooks.count()
    first = (page - 1) * size
    rows = with_card_parts(notebooks).order_by("-updated_at", "-pk")[first : first + size]
    pager = pager_for(total, page=page, size=size, url_of=url_of_page(**kept))
    return tuple(cards_of(actor, list(rows))), total, pager


def pager_for(total: int, *, page: int, size: int, url_of: Callable[[int], str]) -> Pager:
    """The pager of a list of ``total`` things, ``size`` on a page."""
    return pager_of(page=page, page_count=-(-total // size), url_of=url_of)


def url_of_page(**kept: str) -> Callable[[int], str]:
    """Addresses of the pages of a list; ``kept`` is what else the address says, if not empty."""
    said = {name: value for name, value in kept.items() if value}
    return lambda number: "?" + urlencode({**said, "page": number})
