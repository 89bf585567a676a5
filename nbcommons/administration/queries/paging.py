"""A part of a long list, and the pager to the others."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import QueryDict

from nbcommons.core.paging import Pager, pager_of

Row = TypeVar("Row", bound=Model)
LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """One page of a list of ``total`` rows."""

    rows: list[Row]
    total: int
    pager: Pager


def part_of(found: QuerySet[Row], *, page: int, size: int, **kept: str) -> Part[Row]:
    """The rows of ``page`` (from 1); ``kept`` is what else the address says. Two queries."""
    total = found.count()
    first = (page - 1) * size
    return Part(
        rows=list(found[first : first + size]),
        total=total,
        pager=pager_for(total, page=page, size=size, **kept),
    )


def pager_for(total: int, *, page: int, size: int, **kept: str) -> Pager:
    """The pager of a list whose address keeps saying ``kept``."""
    said = {name: value for name, value in kept.items() if value}
    return pager_of(
        page=page,
        page_count=-(-total // size),
        url_of=lambda number: "?" + urlencode({**said, "page": number}),
    )


def words_of(query: QueryDict, name: str = "q") -> str:
    """The words of a search field, such as the database can compare."""
    return " ".join(query.get(name, "").replace("\x00", "").split())[:LONGEST_QUERY]
