"""The board of wanted notebooks."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from nbcommons.core.actor import Actor
from nbcommons.core.paging import Pager
from nbcommons.gallery.queries.paged import pager_for, url_of_page
from nbcommons.search.queries import Wish, wanted_notebooks

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class WishRow:
    """A wish on the board; ``answer_url`` is empty unless the reader may see the answer."""

    pk: int
    wish: str
    details: str
    asker: str
    asker_url: str
    asked_at: datetime
    is_answered: bool
    may_withdraw: bool
    answer_title: str
    answer_url: str


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A page of the board; ``wish`` is what stands in the form."""

    wish: str
    rows: tuple[WishRow, ...]
    total: int
    pager: Pager


def wanted_page(actor: Actor, *, wish: str, page: int) -> WantedPage:
    """The board as ``actor`` sees it, open wishes first."""
    wishes, total = wanted_notebooks(actor, first=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return WantedPage(
        wish=wish,
        rows=tuple(_row(actor, one) for one in wishes),
        total=total,
        pager=pager_for(total, page=page, size=PAGE_SIZE, url_of=url_of_page()),
    )


def _row(actor: Actor, wish: Wish) -> WishRow:
    answer = wish.answer
    return WishRow(
        pk=wish.pk,
        wish=wish.wish,
        details=wish.details,
        asker=wish.asker,
        asker_url=reverse("gallery:person", args=[wish.asker_username]),
        asked_at=wish.asked_at,
        is_answered=wish.is_answered,
        may_withdraw=wish.is_mine or actor.is_admin_mode,
        answer_title=answer.title if answer else "",
        answer_url=reverse("gallery:notebook", args=[answer.uuid]) if answer else "",
    )
