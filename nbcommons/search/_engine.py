"""One search from start to end: questions in, hits, counts and snippets out. No database."""

import time
from collections.abc import Mapping
from dataclasses import replace

import tantivy

from nbcommons.search import _spelling
from nbcommons.search._asked import Asked
from nbcommons.search._backend import IndexMissing, Opened, Store, reading
from nbcommons.search._facets import counts, facets
from nbcommons.search._language import parse
from nbcommons.search._query import Plan
from nbcommons.search._ranking import Ranking, rank, rank_full
from nbcommons.search._schema import shown
from nbcommons.search._snippets import Highlighter
from nbcommons.search._values import Correction, Reader, SearchHit, SearchRequest, SearchResults


def search(store: Store, request: SearchRequest, *, reader: Reader) -> SearchResults:
    """What ``reader`` may find of ``request``.

    Nothing in the answer (counts, facets, corrections, near misses) tells of notebooks beyond.
    While there is no index that can be read, the answer is empty and says so.
    """
    started = time.perf_counter()
    try:
        with reading(store) as opened:
            results = _search(opened, request, reader)
    except IndexMissing:
        results = SearchResults(total=0, hits=(), is_building=True)
    return replace(results, took_ms=(time.perf_counter() - started) * 1000)


def count_by(store: Store, name: str, *, reader: Reader, most: int) -> Mapping[str, int] | None:
    """How many notebooks that ``reader`` may find have each value of ``name``, most first.

    ``name`` is one of ``_schema.FACETS``. Deprecated ones are not counted. None while there is no
    index.
    """
    try:
        with reading(store) as opened:
            asked = Asked(opened.searcher, parse(""), SearchRequest(), reader, ())
            every = asked.plan().matching(at_least=0)
            return counts(opened.searcher, every, [name], most=most).get(name, {})
    except IndexMissing:
        return None


def _search(opened: Opened, request: SearchRequest, reader: Reader) -> SearchResults:
    question = parse(request.text)
    asked = Asked(opened.searcher, question, request, reader, (), state=opened.state)
    asked = replace(asked, words=_spelling.words_as_known(asked))
    if request.text.strip() and not (asked.words or question.wanted or question.unwanted):
        return SearchResults(total=0, hits=())  # nothing but punctuation
    plan = asked.plan()
    full = rank_full(asked, plan)
    corrections: tuple[Correction, ...] = ()
    if full.total <= _spelling.RARE and not request.only_my_words:
        # Some word may be unknown; in the common case that takes no second look.
        asked, corrections = _corrected(asked, is_lost=not full.total)
        plan = asked.plan()
        full = rank_full(asked, plan)
    ranking = rank(asked, plan, full)
    at_least = len(plan.words) if ranking.total == ranking.total_exact else plan.half
    results = SearchResults(
        total=ranking.total,
        total_exact=ranking.total_exact,
        hits=_hits(opened.searcher, plan, ranking),
        facets=facets(asked, at_least) if request.with_facets else None,
        corrections=(*plan.corrections, *corrections),
    )
    return _with_help(asked, results)


def _corrected(asked: Asked, *, is_lost: bool) -> tuple[Asked, tuple[Correction, ...]]:
    """``asked`` as it was probably meant; fields and phrases only when nothing was found."""
    corrections: tuple[Correction, ...] = ()
    if is_lost and asked.question.wanted:
        question, corrections = _spelling.parts_corrected(asked)
        asked = replace(asked, question=question)
    return replace(asked, words=_spelling.words_corrected(asked)), corrections


def _with_help(asked: Asked, results: SearchResults) -> SearchResults:
    """``results`` and, when they are few or none, ways to find more."""
    if asked.words:
        other = _spelling.did_you_mean(asked, results.total_exact)
        results = replace(results, did_you_mean=other)
    if results.total:
        return results
    unfiltered = None
    if asked.request.has_filters:
        plan = asked.plan_for(asked.question, SearchRequest(), asked.words)
        unfiltered = asked.count(plan.matching(at_least=len(asked.words)))
    return replace(
        results, total_unfiltered=unfiltered, near_misses=_spelling.near_misses(asked)
    )


def _hits(searcher: tantivy.Searcher, plan: Plan, ranking: Ranking) -> tuple[SearchHit, ...]:
    if not ranking.rows:
        return ()
    highlighter = Highlighter(
        stems=plan.marked_stems,
        idents=plan.marked_idents,
        most=max(1, len(plan.words)),
        same=plan.same_stems,
    )
    ids = searcher.fast_field_values("id", [row.address for row in ranking.rows])
    hits = []
    for notebook_id, row in zip(ids, ranking.rows, strict=True):
        texts = shown(searcher.doc(row.address))
        hits.append(
            SearchHit(
                notebook_id=int(notebook_id or 0),
                score=row.score,
                has_all_words=row.has_all_words,
                title=highlighter.title(texts.title),
                snippet=highlighter.snippet(texts),
            )
        )
    return tuple(hits)
