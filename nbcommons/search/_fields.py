"""Queries on single fields of the index being read, which may be one that older code has built.

While a new index is built after a change of the fields, the old one serves: it knows its own
fields by their own numbers, and some of ours not at all. What is asked of those finds nothing. A
field whose meaning changes therefore gets a new name.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

import tantivy
from tantivy import Occur, Query

from nbcommons.search import _analysis
from nbcommons.search._schema import NUMBERS, TEXTS, schema

# Without these nobody may be shown anything of an index.
GUARDS = frozenset({"id", "stamp", "audience", "labels"})


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of an index; ``missing`` are those of ours that it lacks."""

    schema: tantivy.Schema
    missing: frozenset[str] = frozenset()


@cache
def our_layout() -> Layout:
    """The fields of an index that this code builds."""
    return Layout(schema())


def layout_of(index: tantivy.Index) -> Layout:
    """The fields that ``index`` has, found by asking for each of ours."""
    missing = {name for name in (*TEXTS, *NUMBERS) if not _is_in(index.schema, name)}
    return Layout(index.schema, frozenset(missing))


_being_read: ContextVar[Layout | None] = ContextVar("layout of the index being read")


@contextmanager
def reading_as(layout: Layout) -> Iterator[None]:
    """Inside, queries are made for an index with these fields."""
    token = _being_read.set(layout)
    try:
        yield
    finally:
        _being_read.reset(token)


def has(name: str) -> bool:
    """Whether the index being read has field ``name``."""
    return name not in _layout().missing


def term(name: str, value: str | int) -> Query:
    """Notebooks with the word or value ``value`` in field ``name``."""
    if not has(name):
        return Query.empty_query()
    option = TEXTS[name][1] if name in TEXTS else "basic"
    return Query.term_query(_layout().schema, name, value, option)


def together(name: str, words: Sequence[str], slop: int = 0) -> Query:
    """``words`` side by side; a phrase of one word makes tantivy panic."""
    if not has(name):
        return Query.empty_query()
    if len(words) == 1:
        return term(name, words[0])
    return Query.phrase_query(_layout().schema, name, list(words), slop)


def any_of(name: str, values: Collection[str]) -> Query:
    """Notebooks with any of ``values`` in field ``name``, which does not count for the order."""
    if not values or not has(name):
        return Query.empty_query()
    terms = [term(name, _analysis.clean(value)) for value in values]
    return weightless(terms[0] if len(terms) == 1 else either(terms))


def between(name: str, first: int | None, end: int | None) -> Query:
    """Notebooks whose number ``name`` is ``first`` or more and less than ``end``."""
    if not has(name):
        return Query.empty_query()
    found = Query.range_query(
        _layout().schema,
        name,
        tantivy.FieldType.Integer,
        lower_bound=first,
        upper_bound=end,
        include_upper=end is None,  # an open end is always taken in
    )
    return weightless(found)


def either(queries: Sequence[Query]) -> Query:
    """Any of ``queries``."""
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def weightless(query: Query) -> Query:
    """``query``, not counting for the order."""
    return Query.const_score_query(query, 0.0)


def weighted(query: Query, weight: float) -> Query:
    """``query``, counting ``weight`` times."""
    return query if weight == 1.0 else Query.boost_query(query, weight)


def _layout() -> Layout:
    return _being_read.get(None) or our_layout()


def _is_in(of: tantivy.Schema, name: str) -> bool:
    try:
        Query.term_query(of, name, 0 if name in NUMBERS else "", "basic")
    except ValueError:
        return False
    return True
