"""Which notebooks stand on a page of results, and in which order."""

from collections.abc import Sequence
from typing import NamedTuple

import tantivy
from tantivy import Order

from nbcommons.search import _query
from nbcommons.search._asked import Asked, total_of
from nbcommons.search._fields import has
from nbcommons.search._query import Plan
from nbcommons.search._schema import MERIT_UNIT
from nbcommons.search._values import MAX_LIMIT, Sort

ENOUGH = 10
"""With so many results that have all words, those with only half of them are not shown."""
MAX_OFFSET = 10_000

WEIGHED = 200
"""So many of the best by their words are set in order by their merit too."""
LIKING_SHARE = 0.1
"""How far what is recommended to the reader moves a result, as a share of its score."""

_SORTS: dict[Sort, tuple[str, Order]] = {
    Sort.TRENDING: ("trending", Order.Desc),
    Sort.PEOPLE: ("people", Order.Desc),
    Sort.RUNS: ("runs", Order.Desc),
    Sort.NEWEST: ("created", Order.Desc),
    Sort.UPDATED: ("updated", Order.Desc),
    Sort.HEALTH: ("healthiest", Order.Desc),
    Sort.TITLE: ("wholetitle", Order.Asc),
}


class Row(NamedTuple):
    """A notebook found; ``score`` is a share of the best one's."""

    score: float
    address: tantivy.DocAddress
    has_all_words: bool


class Ranking(NamedTuple):
    """The rows of a page, how many results have all the words, and how many there are."""

    rows: tuple[Row, ...]
    total_exact: int
    total: int


class Full(NamedTuple):
    """The first rows that have all the words, and how many there are in all."""

    rows: list[Row]
    total: int


def rank_full(asked: Asked, plan: Plan) -> Full:
    """Those that have all the words, up to the end of the page that was asked for."""
    return Full(*_first(asked, plan, len(plan.words)))


def rank(asked: Asked, plan: Plan, full: Full) -> Ranking:
    """The page that was asked for: of ``full``, and of what follows where that is little."""
    offset, end = _page(asked)
    rows, total = full
    if full.total < ENOUGH and plan.half < len(plan.words):
        more, count = _first(asked, plan, plan.half)
        total += count
        rows = rows + more
    return Ranking(tuple(_relative(rows[:end])[offset:]), full.total, total)


def _page(asked: Asked) -> tuple[int, int]:
    offset = min(max(asked.request.offset, 0), MAX_OFFSET)
    return offset, offset + min(max(asked.request.limit, 1), MAX_LIMIT)


def _first(asked: Asked, plan: Plan, at_least: int) -> tuple[list[Row], int]:
    sort = _sort(asked, plan)
    ordered = _best if sort is Sort.BEST else _sorted
    return ordered(asked, plan, sort, _page(asked)[1], at_least)


def _sort(asked: Asked, plan: Plan) -> Sort:
    sort = asked.request.sort or Sort.BEST
    if sort is Sort.BEST and not plan.is_scored:
        return Sort.PEOPLE
    is_known = sort is Sort.BEST or has(_SORTS[sort][0])
    return sort if is_known else Sort.BEST


def _best(
    asked: Asked, plan: Plan, sort: Sort, end: int, at_least: int
) -> tuple[list[Row], int]:
    """The best by their words, of which the first are set in order by their merit too."""
    del sort
    has_all = at_least == len(plan.words)
    query = plan.ranked(at_least=at_least) if has_all else plan.rest()
    found = asked.searcher.search(query, limit=max(end, WEIGHED))
    scored = [(float(score or 0), address) for score, address in found.hits]
    first = _weighed(asked, scored[:WEIGHED])
    kept = [*first, *scored[WEIGHED:]][:end]
    rows = [Row(score, address, has_all) for score, address in kept]
    return rows, total_of(found)


def _sorted(
    asked: Asked, plan: Plan, sort: Sort, end: int, at_least: int
) -> tuple[list[Row], int]:
    """The first by something else than their words."""
    name, order = _SORTS[sort]
    has_all = at_least == len(plan.words)
    query = plan.matching(at_least=at_least) if has_all else plan.remaining()
    found = asked.searcher.search(query, limit=end, order_by_field=name, order=order)
    return [Row(1.0, address, has_all) for _, address in found.hits], total_of(found)


def _weighed(
    asked: Asked, scored: Sequence[tuple[float, tantivy.DocAddress]]
) -> list[tuple[float, tantivy.DocAddress]]:
    """``scored`` in the order of score times merit; exact titles first, whatever their merit."""
    if not scored:
        return []
    addresses = [address for _, address in scored]
    merits = _merits(asked, addresses)
    weighed = [
        (score < _query.EXACT_TITLE, -(score % _query.EXACT_TITLE) * merit, place)
        for place, ((score, _), merit) in enumerate(zip(scored, merits, strict=True))
    ]
    weighed.sort()
    return [(-score, addresses[place]) for _, score, place in weighed]


def _merits(asked: Asked, addresses: Sequence[tantivy.DocAddress]) -> list[float]:
    """By what each score is multiplied: health and trend, and what the reader is likely to like."""
    if has("merit"):
        values = asked.searcher.fast_field_values("merit", list(addresses))
        merits = [float(value or MERIT_UNIT) / MERIT_UNIT for value in values]
    else:
        merits = [1.0] * len(addresses)
    liking = asked.reader.liking
    if not liking:
        return merits
    ids = asked.searcher.fast_field_values("id", list(addresses))
    liked = (min(max(liking.get(int(key or 0), 0.0), 0.0), 1.0) for key in ids)
    return [merit + LIKING_SHARE * share for merit, share in zip(merits, liked, strict=True)]


def _relative(rows: Sequence[Row]) -> list[Row]:
    """Scores as shares of the best one, never rising down the list.

    In hundredths: a word weighs by how rare it is among all notebooks, and a finer figure would
    tell of those that one may not read. (What remains is which of two comes first.)
    """
    best = rows[0].score if rows else 0.0
    shares: list[Row] = []
    lowest = 1.0
    for row in rows:
        lowest = min(lowest, row.score / best if best > 0 else 1.0)
        shares.append(row._replace(score=max(round(lowest, 2), 0.01)))
    return shares
