"""One search from start to end: questions in, hits, counts and snippets out. No database."""

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import tantivy

from nbcommons.search import _analysis, _query
from nbcommons.search._backend import IndexMissing, Store, reading
from nbcommons.search._language import Question, parse
from nbcommons.search._query import Plan, Word
from nbcommons.search._schema import FACETS, TEXT_FIELDS, shown
from nbcommons.search._snippets import Highlighter
from nbcommons.search._values import (
    MAX_LIMIT,
    FacetValue,
    SearchHit,
    SearchRequest,
    SearchResults,
    Sort,
)

ENOUGH = 10
"""With so many results that have all words, those with only half of them are not shown."""
MAX_OFFSET = 10_000
FACET_VALUES = 40

_SORT_FIELDS = {Sort.PEOPLE: "people", Sort.NEWEST: "newest", Sort.HEALTH: "healthiest"}

_Row = tuple[float, tantivy.DocAddress, bool]  # score, where, has all words


def search(
    store: Store, request: SearchRequest, *, audience: Collection[str] | None
) -> SearchResults:
    """What ``audience`` may find of ``request``.

    ``audience`` are the terms of which one must stand on a notebook; None means all notebooks.
    Nothing in the answer (counts, facets, corrections) tells of notebooks beyond. While there is
    no index that can be read, the answer is empty and says so.
    """
    started = time.perf_counter()
    try:
        with reading(store) as searcher:
            results = _search(searcher, request, audience)
    except IndexMissing:
        results = SearchResults(total=0, hits=(), is_building=True)
    return replace(results, took_ms=(time.perf_counter() - started) * 1000)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One search under way."""

    searcher: tantivy.Searcher
    question: Question
    request: SearchRequest
    audience: Collection[str] | None
    words: tuple[Word, ...]

    def plan(self, *, without: str = "") -> Plan:
        """The queries; ``without`` names a filter to leave out."""
        return self._plan(self.request, without)

    def plan_unfiltered(self) -> Plan:
        """The queries without the filters of the page."""
        return self._plan(SearchRequest(), "")

    def _plan(self, request: SearchRequest, without: str) -> Plan:
        return _query.plan(
            self.question,
            request,
            audience=self.audience,
            words=self.words,
            frequency=self.searcher.doc_freq,
            without=without,
        )


def _search(
    searcher: tantivy.Searcher, request: SearchRequest, audience: Collection[str] | None
) -> SearchResults:
    question = parse(request.text)
    words = _words(searcher, question, audience, is_literal=request.only_my_words)
    if request.text.strip() and not (words or question.wanted or question.unwanted):
        return SearchResults(total=0, hits=())  # nothing but punctuation
    asked = _Asked(searcher, question, request, audience, tuple(words))
    plan = asked.plan()
    rows, total_exact, total = _rows(searcher, plan, request)
    at_least = len(words) if total == total_exact else plan.half
    unfiltered = None
    if total == 0 and request.has_filters:
        every = asked.plan_unfiltered().matching(at_least=len(words))
        unfiltered = _total(searcher.search(every, limit=1))
    return SearchResults(
        total=total,
        total_exact=total_exact,
        hits=_hits(searcher, plan, rows),
        facets=_facets(asked, at_least) if request.with_facets else None,
        corrections=plan.corrections,
        total_unfiltered=unfiltered,
    )


def _words(
    searcher: tantivy.Searcher,
    question: Question,
    audience: Collection[str] | None,
    *,
    is_literal: bool,
) -> list[Word]:
    """The words that can be looked for, the last completed and unknown ones corrected."""
    words = [word for word in map(_query.word_of, question.words) if word.stems or word.idents]
    if is_literal:
        return words
    if words:
        words[-1] = _completed(searcher, words[-1])
    return [word if word.is_begun else _corrected(searcher, word, audience) for word in words]


def _completed(searcher: tantivy.Searcher, word: Word) -> Word:
    def begun(field: str, beginning: list[str], limit: int) -> list[str]:
        if len(beginning) != 1 or len(beginning[0]) < _query.SHORTEST_COMPLETED:
            return []
        found = searcher.terms_with_prefix(field, beginning[0], limit=limit)
        return [ending for ending, _ in found]

    return _query.completed(
        word,
        begun("words", _analysis.words(word.text), _query.MOST_COMPLETIONS),
        begun("ident", list(word.idents), _query.MOST_IDENT_COMPLETIONS),
    )


def _corrected(
    searcher: tantivy.Searcher, word: Word, audience: Collection[str] | None
) -> Word:
    """``word``, and the commonest word one slip away if nobody whom we may read wrote it.

    "Known" means known to this audience: else a correction, or its absence, would tell what
    stands in notebooks that they may not see.
    """
    written = _analysis.words(word.text)
    if len(written) != 1 or len(written[0]) < _query.SHORTEST_SPELLED:
        return word
    if _is_somewhere(searcher, word) and _count_visible(searcher, word.written, audience):
        return word
    near = {
        spelling: searcher.doc_freq("words", spelling) + searcher.doc_freq("ident", spelling)
        for spelling in set(_analysis.spellings(written[0]))
    }
    likely = sorted(
        (spelling for spelling, found in near.items() if found),
        key=lambda spelling: (-near[spelling], spelling),
    )
    counted = [
        (_count_visible(searcher, _query.exactly(spelling), audience), spelling)
        for spelling in likely[:8]
    ]
    best = max(counted, key=lambda pair: pair[0], default=(0, ""))
    return _query.spelled(word, best[1]) if best[0] else word


def _is_somewhere(searcher: tantivy.Searcher, word: Word) -> bool:
    """Whether any notebook at all holds ``word``: a look at the dictionary, no search."""
    return any(
        searcher.doc_freq(name, stem)
        for name in TEXT_FIELDS
        for stem in (word.code_stems if name == "codesp" else word.stems)
    ) or any(searcher.doc_freq("ident", ident) for ident in word.idents)


def _count_visible(
    searcher: tantivy.Searcher, query: tantivy.Query, audience: Collection[str] | None
) -> int:
    return _total(searcher.search(_query.visible_with(query, audience), limit=1))


def _total(found: tantivy.SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined] # the stub has forgotten it


def _rows(
    searcher: tantivy.Searcher, plan: Plan, request: SearchRequest
) -> tuple[list[_Row], int, int]:
    """The page's rows, how many results have all the words, and how many there are."""
    offset = min(max(request.offset, 0), MAX_OFFSET)
    end = offset + min(max(request.limit, 1), MAX_LIMIT)
    sort = request.sort or (Sort.BEST if plan.words else Sort.PEOPLE)
    if sort is Sort.BEST and not plan.is_scored:
        sort = Sort.PEOPLE
    field = _SORT_FIELDS.get(sort)
    every = len(plan.words)
    first = plan.matching(at_least=every) if field else plan.ranked(at_least=every)
    found = searcher.search(first, limit=end, order_by_field=field)
    total_exact = total = _total(found)
    rows = [(float(score or 0), address, True) for score, address in found.hits]
    if total_exact < ENOUGH and plan.half < every:
        more = searcher.search(plan.rest(), limit=end, order_by_field=field)
        total += _total(more)
        rows += [(float(score or 0), address, False) for score, address in more.hits]
    if field:
        rows = [(1.0, address, has_all) for _, address, has_all in rows]
    return _relative(rows)[offset:end], total_exact, total


def _relative(rows: Sequence[_Row]) -> list[_Row]:
    """Scores as shares of the best one, never rising down the list.

    In hundredths: a word weighs by how rare it is among all notebooks, and a finer figure would
    tell of those that one may not read. (What remains is which of two comes first.)
    """
    best = rows[0][0] if rows else 0.0
    shares: list[_Row] = []
    lowest = 1.0
    for score, address, has_all in rows:
        lowest = min(lowest, score / best if best > 0 else 1.0)
        shares.append((max(round(lowest, 2), 0.01), address, has_all))
    return shares


def _hits(
    searcher: tantivy.Searcher, plan: Plan, rows: Sequence[_Row]
) -> tuple[SearchHit, ...]:
    if not rows:
        return ()
    highlighter = Highlighter(
        stems=plan.marked_stems, idents=plan.marked_idents, most=max(1, len(plan.words))
    )
    ids = searcher.fast_field_values("id", [address for _, address, _ in rows])
    hits = []
    for notebook_id, (score, address, has_all) in zip(ids, rows, strict=True):
        texts = shown(searcher.doc(address))
        hits.append(
            SearchHit(
                notebook_id=int(notebook_id or 0),
                score=score,
                has_all_words=has_all,
                title=highlighter.title(texts.title),
                snippet=highlighter.snippet(texts),
            )
        )
    return tuple(hits)


def _facets(asked: _Asked, at_least: int) -> dict[str, tuple[FacetValue, ...]]:
    """The counts of each filter; one that widens is counted as if it were not in use."""
    request = asked.request
    selected: dict[str, tuple[str, ...]] = {
        "languages": tuple(value.lower() for value in request.languages),
        "tags": tuple(value.lower() for value in request.tags),
        "categories": request.categories,
        "health": request.health,
    }
    apart = [name for name in FACETS if name != "tags" and selected[name]]
    together = [name for name in FACETS if name not in apart]
    counts: dict[str, dict[str, int]] = {}
    for names, without in ((together, ""), *(([name], name) for name in apart)):
        matching = asked.plan(without=without).matching(at_least=at_least)
        counts |= _counts(asked.searcher, matching, names)
    return {name: tuple(_facet_values(counts.get(name, {}), selected[name])) for name in FACETS}


def _counts(
    searcher: tantivy.Searcher, query: tantivy.Query, names: Iterable[str]
) -> dict[str, dict[str, int]]:
    wanted = {name: {"terms": {"field": name, "size": FACET_VALUES}} for name in names}
    found = searcher.aggregate(query, wanted)
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}
        for name, answer in found.items()
    }


def _facet_values(counts: dict[str, int], selected: Collection[str]) -> Iterable[FacetValue]:
    """Most first; what is selected is always there, were it with 0."""
    values = {**dict.fromkeys(selected, 0), **counts}
    for value in sorted(values, key=lambda value: (-values[value], value)):
        if values[value] or value in selected:
            yield FacetValue(value, values[value], is_selected=value in selected)
