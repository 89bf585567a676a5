"""What a person may be about to type, made only of what they may read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

import tantivy
from tantivy import Occur, Query

from nbcommons.search import _analysis, _query
from nbcommons.search._backend import IndexMissing, Store, reading
from nbcommons.search._completing import Unfinished, completions, unfinished
from nbcommons.search._facets import counts
from nbcommons.search._fields import either, has, term
from nbcommons.search._schema import DEPRECATED, shown
from nbcommons.search._values import Reader

SHORTEST = 2
LONGEST = 100
_MOST_WORDS = 4
_MOST_KEEPERS = 3
_ENDINGS = 50


class SuggestionKind(StrEnum):
    """What a suggestion is."""

    NOTEBOOK = "notebook"
    TAG = "tag"
    PACKAGE = "package"
    PERSON = "person"
    TEAM = "team"
    WORDS = "words"


# Kind -> field of the index, how many of them are told.
_VALUES = {SuggestionKind.TAG: ("tags", 3), SuggestionKind.PACKAGE: ("packages", 2)}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the search field.

    ``notebook_id`` is set for a notebook's title; ``notebook_uuid`` too, once SQL has been asked.
    ``key`` is the user name of a person, or the slug of a team; their ``text`` is their name,
    once SQL has been asked.
    """

    kind: SuggestionKind
    text: str
    notebook_id: int | None = None
    notebook_uuid: UUID | None = None
    key: str = ""


def suggest(
    store: Store, beginning: str, *, reader: Reader, limit: int, today: date | None = None
) -> tuple[Suggestion, ...]:
    """At most ``limit`` completions of ``beginning``: tags, titles, names, then longer words.

    Where the query language is used, whole questions: their last part finished, the rest kept.
    """
    beginning = _analysis.clean(beginning[:LONGEST])
    words = _analysis.words(beginning)
    if sum(map(len, words)) < SHORTEST:
        return ()
    try:
        with reading(store) as opened:
            asked = unfinished(beginning)
            if asked is not None:
                day = today or datetime.now(UTC).date()
                return _finished(opened.searcher, asked, reader, limit, day)
            return _suggest(opened.searcher, beginning, words, reader, limit)
    except IndexMissing:
        return ()


def _finished(
    searcher: tantivy.Searcher, asked: Unfinished, reader: Reader, limit: int, today: date
) -> tuple[Suggestion, ...]:
    found = completions(
        searcher,
        asked,
        visible=_visible(reader),
        labels=reader.labels,
        today=today,
        most=limit,
    )
    return tuple(Suggestion(SuggestionKind.WORDS, question) for question in found)


def _suggest(
    searcher: tantivy.Searcher,
    beginning: str,
    words: list[str],
    reader: Reader,
    limit: int,
) -> tuple[Suggestion, ...]:
    visible = _visible(reader)
    tags = list(_values(searcher, SuggestionKind.TAG, beginning, visible))
    packages = list(_values(searcher, SuggestionKind.PACKAGE, beginning, visible))
    keepers = list(_keepers(searcher, words, visible))
    endings = searcher.terms_with_prefix(
        "titlewords", words[-1], filter_query=visible, limit=_ENDINGS
    )
    found = [ending for ending, _ in endings]
    told = {item.text for item in (*tags, *packages)}
    longer = [item for item in _longer(words, found) if item.text not in told][:_MOST_WORDS]
    titles = list(_titles(searcher, words, found, visible, limit=limit))
    few = [*tags, *keepers, *packages]
    room = max(limit - len(few) - min(len(longer), 2), min(2, len(titles)))
    return tuple([*tags, *titles[:room], *keepers, *packages, *longer][:limit])


def _titles(
    searcher: tantivy.Searcher,
    words: list[str],
    endings: list[str],
    visible: Query,
    *,
    limit: int,
) -> Iterable[Suggestion]:
    """Titles with all the words, the last one perhaps unfinished; most people first."""
    if not endings:
        return
    clauses = [(Occur.Must, term("titlewords", word)) for word in words[:-1]]
    clauses.append((Occur.Must, either([term("titlewords", word) for word in endings])))
    query = Query.boolean_query([*clauses, (Occur.Must, visible)])
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


def _values(
    searcher: tantivy.Searcher, kind: SuggestionKind, beginning: str, visible: Query
) -> Iterable[Suggestion]:
    """Tags or packages that begin so."""
    name, most = _VALUES[kind]
    if not has(name):
        return
    start = " ".join(beginning.lower().split())
    pairs = searcher.terms_with_prefix(name, start, filter_query=visible, limit=most)
    yield from (Suggestion(kind, value) for value, _ in pairs)


def _keepers(
    searcher: tantivy.Searcher, words: list[str], visible: Query
) -> Iterable[Suggestion]:
    """People and teams with such a name that look after something the reader may find."""
    if not has("keeper"):
        return
    endings = searcher.terms_with_prefix("by", words[-1], filter_query=visible, limit=_ENDINGS)
    if not endings:
        return
    named = [(Occur.Must, term("by", word)) for word in words[:-1]]
    named.append((Occur.Must, either([term("by", word) for word, _ in endings])))
    query = Query.boolean_query([*named, (Occur.Must, visible)])
    found = counts(searcher, query, ["keeper"], most=_MOST_KEEPERS).get("keeper", {})
    for keeper in found:
        kind = SuggestionKind.TEAM if keeper.startswith("t:") else SuggestionKind.PERSON
        yield Suggestion(kind, keeper[2:], key=keeper[2:])


def _longer(words: list[str], endings: list[str]) -> Iterable[Suggestion]:
    """The words so far, the last one finished as it stands in readable titles or tags."""
    for ending in endings[: _MOST_WORDS + 1]:
        if ending != words[-1]:
            yield Suggestion(SuggestionKind.WORDS, " ".join([*words[:-1], ending]))


def _visible(reader: Reader) -> Query:
    return Query.boolean_query(
        [
            *_query.visible_to(reader),
            (Occur.Must, Query.const_score_query(Query.all_query(), 0.0)),
            (Occur.MustNot, term("marks", DEPRECATED)),
        ]
    )


def _holds(title: list[str], words: list[str]) -> bool:
    *whole, last = words
    return set(whole) <= set(title) and any(word.startswith(last) for word in title)
