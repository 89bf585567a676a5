"""How many notebooks each filter would leave, and how many there are of each kind at all."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import replace

import tantivy

from nbcommons.search._asked import Asked
from nbcommons.search._fields import has
from nbcommons.search._schema import FACETS
from nbcommons.search._values import FacetValue, SearchRequest

FACET_VALUES = 40

MOST_KEPT = 64

Facets = dict[str, tuple[FacetValue, ...]]

_kept: OrderedDict[Hashable, Facets] = OrderedDict()
_lock = threading.Lock()

# Several values of these narrow, so that their counts need not leave the filter out.
_NARROWING = frozenset({"tags", "packages"})


def facets(asked: Asked, at_least: int) -> Facets:
    """The counts of each filter; one that widens is counted as if it were not in use.

    Those of a list without a question, which most people look at most, are kept until the index
    changes: counting 100,000 notebooks takes 12 ms.
    """
    if not asked.question.is_empty or asked.state is None:
        return _facets(asked, at_least)
    request = replace(asked.request, sort=None, offset=0, limit=1, only_my_words=False)
    reader = asked.reader
    key = (
        asked.state,
        reader.terms,
        reader.hidden_labels,
        reader.withheld,
        tuple(reader.labels.items()),
        request,
    )
    with _lock:
        kept = _kept.get(key)
    if kept is None:
        kept = _facets(asked, at_least)
        with _lock:
            _kept[key] = kept
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return kept


def _facets(asked: Asked, at_least: int) -> Facets:
    selected = _selected(asked.request)
    apart = [name for name in FACETS if name not in _NARROWING and selected[name]]
    together = [name for name in FACETS if name not in apart]
    found: dict[str, dict[str, int]] = {}
    for names, without in ((together, ""), *(([name], name) for name in apart)):
        matching = asked.plan(without=without).matching(at_least=at_least)
        found |= counts(asked.searcher, matching, names)
    return {name: tuple(_values(found.get(name, {}), selected[name])) for name in FACETS}


def counts(
    searcher: tantivy.Searcher,
    query: tantivy.Query,
    names: Iterable[str],
    *,
    most: int = FACET_VALUES,
) -> dict[str, dict[str, int]]:
    """How many of the notebooks that match ``query`` have each value of fields ``names``."""
    wanted = {name: {"terms": {"field": name, "size": most}} for name in names if has(name)}
    if not wanted:
        return {}
    found = searcher.aggregate(query, wanted)
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}
        for name, answer in found.items()
    }


def _selected(request: SearchRequest) -> dict[str, tuple[str, ...]]:
    return {
        "languages": tuple(value.lower() for value in request.languages),
        "tags": tuple(value.lower() for value in request.tags),
        "categories": request.categories,
        "health": request.health,
        "teams": request.teams,
        "organisations": request.organisations,
        "packages": tuple(value.lower() for value in request.packages),
    }


def _values(found: dict[str, int], selected: Collection[str]) -> Iterable[FacetValue]:
    """Most first; what is selected is always there, were it with 0."""
    values = {**dict.fromkeys(selected, 0), **found}
    for value in sorted(values, key=lambda value: (-values[value], value)):
        if values[value] or value in selected:
            yield FacetValue(value, values[value], is_selected=value in selected)
