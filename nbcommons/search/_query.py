"""From a question to index queries: the scheme "K3".

Each word is looked for in all fields, the best field counting most (dismax). First come
notebooks
with all words; when they are few, those with half of them follow. Phrases lift, unknown words
are
also looked for as the nearest known one, and the last word as the beginning of longer ones.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tantivy import Occur, Query

from nbcommons.search import _analysis
from nbcommons.search._language import Part, Question
from nbcommons.search._schema import (
    IDENT_FIELD,
    IDENT_WEIGHT,
    PAIR_WEIGHTS,
    PHRASE_WEIGHTS,
    TEXT_FIELDS,
    schema,
)
from nbcommons.search._values import Correction, SearchRequest

TIE = 0.1
SPELLING_WEIGHT = 0.8
COMPLETION_WEIGHT = 0.6
MOST_COMPLETIONS = 30
MOST_IDENT_COMPLETIONS = 5
SHORTEST_SPELLED = 5
SHORTEST_COMPLETED = 3
PHRASE_SLOP = 2
PAIR_SLOP = 1
LONGEST_PHRASE = 12
"""Words of a longer question are matched, but not as a phrase; ``a-b-c-…`` is cut there."""

COMMON_IN = 10_000
"""Two neighbours that stand in more notebooks each are not tried as a phrase.

With 100,000 notebooks this takes the slow questions (p95) from 75 ms to 21 ms and costs 0.003 of
NDCG@10; with up to 10,000 notebooks it changes nothing.
"""

_COMPLETED_FIELDS = ("title", "head", "about", "md")

Clause = tuple[Occur, Query]
Frequency = Callable[[str, str], int]  # field, stem -> notebooks


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question, in every form in which it is looked for."""

    text: str
    stems: tuple[str, ...]
    code_stems: tuple[str, ...]
    idents: tuple[str, ...]
    instead: str = ""
    completions: tuple[str, ...] = ()
    ident_completions: tuple[str, ...] = ()

    @property
    def is_begun(self) -> bool:
        """Whether it is the beginning of longer words."""
        return bool(self.completions or self.ident_completions)

    @property
    def query(self) -> Query:
        """Any of its forms in any field, the best one counting most."""
        ways = list(self._ways())
        return ways[0] if len(ways) == 1 else Query.disjunction_max_query(ways, TIE)

    @property
    def written(self) -> Query:
        """Only the word as it was written."""
        return Query.disjunction_max_query(list(_ways(self, 1.0)), TIE)

    def _ways(self) -> Iterable[Query]:
        yield from _ways(self, 1.0)
        if self.instead:
            yield from _ways(word_of(self.instead), SPELLING_WEIGHT)
        for stem in self.completions:
            for name in _COMPLETED_FIELDS:
                yield _weighted(_term(name, stem), TEXT_FIELDS[name] * COMPLETION_WEIGHT)
        for ident in self.ident_completions:
            yield _weighted(_ident(ident), IDENT_WEIGHT * COMPLETION_WEIGHT)


@dataclass(frozen=True, slots=True)
class Plan:
    """The queries of one search."""

    words: tuple[Word, ...]
    filters: tuple[Clause, ...] = ()
    is_scored: bool = False
    boosts: tuple[Clause, ...] = ()
    corrections: tuple[Correction, ...] = ()
    marked_stems: frozenset[str] = field(default_factory=frozenset)
    marked_idents: frozenset[str] = field(default_factory=frozenset)

    def matching(self, *, at_least: int) -> Query:
        """Notebooks that pass the filters and have ``at_least`` so many words; no order."""
        return Query.boolean_query(self._base(at_least))

    def ranked(self, *, at_least: int) -> Query:
        """The same, scored."""
        return Query.boolean_query([*self._base(at_least), *self.boosts])

    def rest(self) -> Query:
        """Notebooks with half of the words, but not all, scored."""
        everything = self._words(len(self.words))
        return Query.boolean_query(
            [*self._base(self.half), (Occur.MustNot, everything), *self.boosts]
        )

    @property
    def half(self) -> int:
        return max(1, len(self.words) // 2)

    def _base(self, at_least: int) -> list[Clause]:
        base = list(self.filters)
        if self.words:
            base.append((Occur.Must, self._words(at_least)))
        if not any(occur == Occur.Must for occur, _ in base):
            base.append((Occur.Must, Query.const_score_query(Query.all_query(), 0.0)))
        return base

    def _words(self, at_least: int) -> Query:
        if len(self.words) == 1:
            return self.words[0].query
        if at_least >= len(self.words):
            return Query.boolean_query([(Occur.Must, word.query) for word in self.words])
        return Query.boolean_query(
            [(Occur.Should, word.query) for word in self.words],
            minimum_number_should_match=at_least,
        )


def word_of(text: str) -> Word:
    """The forms of a word as written; all empty when it holds nothing to look for."""
    return Word(
        text=text,
        stems=tuple(_analysis.stems(text)[:LONGEST_PHRASE]),
        code_stems=tuple(_analysis.stems(_analysis.split_code(text))[:LONGEST_PHRASE]),
        idents=tuple(_analysis.idents(text)[:LONGEST_PHRASE]),
    )


def plan(
    question: Question,
    request: SearchRequest,
    *,
    audience: Collection[str] | None,
    words: Sequence[Word],
    frequency: Frequency,
    without: str = "",
) -> Plan:
    """The queries for ``question``; ``without`` names a filter of ``request`` to leave out.

    ``audience`` are the terms of which one must stand on a notebook; None means all notebooks.
    ``words`` are the question's words, spelling and completions found. ``frequency`` tells in
    how many notebooks a stem stands in a field.
    """
    wanted = [_part_query(part) for part in question.wanted]
    filters: list[Clause] = [*_audience(audience), *_request_filters(request, without)]
    filters += [(Occur.Must, query) for query in wanted if query is not None]
    filters += [
        (Occur.MustNot, query)
        for query in map(_part_query, question.unwanted)
        if query is not None
    ]
    return Plan(
        words=tuple(words),
        filters=tuple(filters),
        is_scored=bool(words) or any(part.field in {"", "title"} for part in question.wanted),
        boosts=tuple((Occur.Should, query) for query in _phrases(words, frequency)),
        corrections=tuple(
            Correction(word.text, word.instead) for word in words if word.instead
        ),
        marked_stems=frozenset(_marked_stems(words, question.wanted)),
        marked_idents=frozenset(ident for word in words for ident in word.idents),
    )


def visible_with(query: Query, audience: Collection[str] | None) -> Query:
    """``query`` among the notebooks that ``audience`` may find."""
    return Query.boolean_query([*_audience(audience), (Occur.Must, query)])


def exactly(word: str) -> Query:
    """Notebooks in whose text or code ``word`` stands exactly so."""
    in_text = Query.term_query(schema(), "words", word, "basic")
    return Query.boolean_query([(Occur.Should, in_text), (Occur.Should, _ident(word))])


def spelled(word: Word, instead: str) -> Word:
    """``word``, also to be looked for as ``instead``."""
    return replace(word, instead=instead)


def completed(word: Word, endings: Iterable[str], idents: Iterable[str]) -> Word:
    """``word``, also to be looked for as the beginning of words and of identifiers."""
    stems = dict.fromkeys(stem for ending in endings for stem in _analysis.stems(ending))
    return replace(
        word,
        completions=tuple(stem for stem in stems if stem not in word.stems),
        ident_completions=tuple(ident for ident in idents if ident not in word.idents),
    )


def _audience(audience: Collection[str] | None) -> list[Clause]:
    if audience is None:
        return []
    if not audience:
        return [(Occur.Must, Query.empty_query())]
    return [_filter("audience", audience)]


def _request_filters(request: SearchRequest, without: str) -> Iterable[Clause]:
    for name, values in (
        ("languages", [value.lower() for value in request.languages]),
        ("categories", request.categories),
        ("health", request.health),
        ("owner", [request.owner] if request.owner else []),
    ):
        if values and name != without:
            yield _filter(name, values)
    for tag in request.tags:
        yield _filter("tags", [tag.lower()])


def _filter(name: str, values: Collection[str]) -> Clause:
    """Any of ``values`` in a field of whole values; does not count for the order."""
    terms = [
        Query.term_query(schema(), name, _analysis.clean(value), "basic") for value in values
    ]
    query = (
        terms[0]
        if len(terms) == 1
        else Query.boolean_query([(Occur.Should, term) for term in terms])
    )
    return (Occur.Must, Query.const_score_query(query, 0.0))


def _ways(word: Word, weight: float) -> Iterable[Query]:
    for name, field_weight in TEXT_FIELDS.items():
        stems = word.code_stems if name == "codesp" else word.stems
        if stems:
            yield _weighted(_together(name, stems), field_weight * weight)
    idents = [Query.term_query(schema(), IDENT_FIELD, ident, "freq") for ident in word.idents]
    if len(idents) == 1:
        yield _weighted(idents[0], IDENT_WEIGHT * weight)
    elif idents:
        every = Query.boolean_query([(Occur.Must, ident) for ident in idents])
        yield _weighted(every, IDENT_WEIGHT * weight)


def _together(name: str, stems: Sequence[str], slop: int = 0) -> Query:
    """``stems`` side by side; a phrase of one word makes tantivy panic."""
    if len(stems) == 1:
        return _term(name, stems[0])
    return Query.phrase_query(schema(), name, list(stems), slop)


def _ident(ident: str) -> Query:
    return Query.term_query(schema(), IDENT_FIELD, ident, "freq")


def _term(name: str, stem: str) -> Query:
    return Query.term_query(schema(), name, stem)


def _weighted(query: Query, weight: float) -> Query:
    return query if weight == 1.0 else Query.boost_query(query, weight)


def _part_query(part: Part) -> Query | None:
    """A quoted phrase or something in a named field; None when there is nothing to look for."""
    if part.field in {"tags", "languages", "categories", "health"}:
        return _filter(part.field, [part.text.lower()])[1]
    if part.field == "by":
        names = _analysis.words(part.text)
        return _together("by", names) if names else None
    stems = _analysis.stems(part.text)
    if part.field == "title":
        return _weighted(_together("title", stems), TEXT_FIELDS["title"]) if stems else None
    word = word_of(part.text)
    return word.written if word.stems or word.idents else None


def _phrases(words: Sequence[Word], frequency: Frequency) -> Iterable[Query]:
    """The whole question as a phrase, and each two neighbours; they lift, they don't filter."""
    stems = [stem for word in words for stem in word.stems]
    if not 1 < len(stems) <= LONGEST_PHRASE:
        return
    for name, weight in PHRASE_WEIGHTS.items():
        yield _weighted(_together(name, stems, PHRASE_SLOP), weight)
    for pair in pairwise(stems):
        for name, weight in PAIR_WEIGHTS.items():
            if min(frequency(name, stem) for stem in pair) <= COMMON_IN:
                yield _weighted(_together(name, pair, PAIR_SLOP), weight)


def _marked_stems(words: Sequence[Word], wanted: Iterable[Part]) -> Iterable[str]:
    for word in words:
        yield from word.stems
        yield from word.code_stems
        yield from word.completions
        if word.instead:
            yield from _analysis.stems(word.instead)
    for part in wanted:
        if part.field in {"", "title"}:
            yield from _analysis.stems(part.text)
