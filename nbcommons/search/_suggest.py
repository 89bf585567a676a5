"""What a person may be about to type, made only of what they may read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import tantivy
from tantivy import Occur, Query

from nbcommons.search import _analysis, _query
from nbcommons.search._backend import IndexMissing, Store, reading
from nbcommons.search._schema import schema, shown

SHORTEST = 2
LONGEST = 100
_MOST_WORDS = 4
_MOST_TAGS = 3


class SuggestionKind(StrEnum):
    """What a suggestion is."""

    NOTEBOOK = "notebook"
    TAG = "tag"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the search field.

    ``notebook_id`` is set for a notebook's title; ``notebook_uuid`` too, once SQL has been asked.
    """

    kind: SuggestionKind
    text: str
    notebook_id: int | None = None
    notebook_uuid: UUID | None = None


def suggest(
    store: Store, beginning: str, *, audience: Collection[str] | None, limit: int
) -> tuple[Suggestion, ...]:
    """At most ``limit`` completions of ``beginning``: tags, then titles, then longer words."""
    beginning = _analysis.clean(beginning[:LONGEST])
    words = _analysis.words(beginning)
    if sum(map(len, words)) < SHORTEST:
        return ()
    try:
        with reading(store) as searcher:
            tags = list(_tags(searcher, beginning, audience))[:_MOST_TAGS]
            told = {item.text for item in tags}
            longer = [
                item for item in _longer(searcher, words, audience) if item.text not in told
            ][:_MOST_WORDS]
            titles = list(_titles(searcher, words, audience, limit=limit))
    except IndexMissing:
        return ()
    room = max(limit - len(tags) - min(len(longer), 2), 0)
    return tuple([*tags, *titles[:room], *longer][:limit])


def _titles(
    searcher: tantivy.Searcher,
    words: list[str],
    audience: Collection[str] | None,
    *,
    limit: int,
) -> Iterable[Suggestion]:
    """Titles with all the words, the last one perhaps unfinished; most people first."""
    endings = searcher.terms_with_prefix(
        "titlewords", words[-1], filter_query=_visible(audience), limit=50
    )
    last = [Query.term_query(schema(), "titlewords", word, "basic") for word, _ in endings]
    clauses = [(Occur.Must, _title_word(word)) for word in words[:-1]]
    clauses.append((Occur.Must, Query.boolean_query([(Occur.Should, word) for word in last])))
    query = _query.visible_with(Query.boolean_query(clauses), audience)
    found = searcher.search(query, limit=limit * 3, order_by_field="people")
    addresses = [address for _, address in found.hits]
    ids = searcher.fast_field_values("id", addresses)
    seen: set[str] = set()
    for notebook_id, address in zip(ids, addresses, strict=True):
        title = shown(searcher.doc(address)).title
        told = " ".join(_analysis.words(title))
        # A tag may have brought it here; and one title is enough of those that are alike.
        if told in seen or not _holds(_analysis.words(title), words):
            continue
        seen.add(told)
        yield Suggestion(SuggestionKind.NOTEBOOK, title, int(notebook_id or 0))


def _tags(
    searcher: tantivy.Searcher, beginning: str, audience: Collection[str] | None
) -> Iterable[Suggestion]:
    start = " ".join(beginning.lower().split())
    pairs = searcher.terms_with_prefix(
        "tags", start, filter_query=_visible(audience), limit=_MOST_TAGS
    )
    yield from (Suggestion(SuggestionKind.TAG, tag) for tag, _ in pairs)


def _longer(
    searcher: tantivy.Searcher, words: list[str], audience: Collection[str] | None
) -> Iterable[Suggestion]:
    """The words so far, the last one finished as it stands in readable titles or tags."""
    endings = searcher.terms_with_prefix(
        "titlewords", words[-1], filter_query=_visible(audience), limit=_MOST_WORDS + 1
    )
    for ending, _ in endings:
        if ending != words[-1]:
            yield Suggestion(SuggestionKind.WORDS, " ".join([*words[:-1], ending]))


def _visible(audience: Collection[str] | None) -> Query | None:
    return None if audience is None else _query.visible_with(Query.all_query(), audience)


def _title_word(word: str) -> Query:
    return Query.term_query(schema(), "titlewords", word, "basic")


def _holds(title: list[str], words: list[str]) -> bool:
    *whole, last = words
    return set(whole) <= set(title) and any(word.startswith(last) for word in title)
