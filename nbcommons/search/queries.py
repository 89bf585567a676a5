"""Finding notebooks: the index proposes, SQL has the last word."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from nbcommons.access import guard
from nbcommons.access.queries import audience_of
from nbcommons.core.actor import Actor
from nbcommons.search import _engine, _place, _suggest
from nbcommons.search._suggest import Suggestion, SuggestionKind
from nbcommons.search._values import (
    MAX_LIMIT,
    Correction,
    FacetValue,
    Piece,
    SearchHit,
    SearchRequest,
    SearchResults,
    Sort,
)

__all__ = [
    "MAX_LIMIT",
    "Correction",
    "FacetValue",
    "Piece",
    "SearchHit",
    "SearchRequest",
    "SearchResults",
    "Sort",
    "Suggestion",
    "SuggestionKind",
    "search",
    "suggest",
]


def search(actor: Actor, request: SearchRequest) -> SearchResults:
    """A page of the notebooks that ``actor`` may read and ``request`` asks for; one SQL query.

    Never fails for what is asked: every text is a question. While there is no index, the answer
    is
    empty with ``is_building`` set. Whoever shows the hits loads them through
    ``guard.notebooks_for`` and keeps their order.
    """
    results = _engine.search(_place.store(), request, audience=_terms_of(actor))
    if not results.hits:
        return results
    readable = _readable(actor, [hit.notebook_id for hit in results.hits])
    hits = tuple(hit for hit in results.hits if hit.notebook_id in readable)
    # The index learns a moment later than the database that a notebook is gone or private.
    gone = [hit for hit in results.hits if hit.notebook_id not in readable]
    return replace(
        results,
        hits=hits,
        total=results.total - len(gone),
        total_exact=results.total_exact - sum(hit.has_all_words for hit in gone),
    )


def suggest(actor: Actor, beginning: str, *, limit: int = 8) -> tuple[Suggestion, ...]:
    """What ``actor`` may be about to type: titles, tags, words; best first, one SQL query.

    Made only of notebooks that ``actor`` may read. Empty for less than two letters, and while
    there
    is no index.
    """
    terms = _terms_of(actor)
    found = _suggest.suggest(_place.store(), beginning, audience=terms, limit=limit)
    titles = [item.notebook_id for item in found if item.notebook_id is not None]
    readable = _readable(actor, titles) if titles else {}
    return tuple(
        replace(item, notebook_uuid=readable.get(item.notebook_id or 0))
        for item in found
        if item.notebook_id is None or item.notebook_id in readable
    )


def _terms_of(actor: Actor) -> list[str] | None:
    terms = audience_of(actor).terms
    return None if terms is None else list(terms)


def _readable(actor: Actor, notebook_ids: Collection[int]) -> dict[int, UUID]:
    found = guard.notebooks_for(actor).filter(pk__in=list(notebook_ids))
    return dict(found.values_list("pk", "uuid"))
