"""From a question to index queries: the scheme "K3".

Whether a word is there is one look into all stems of a notebook; what it is worth is looked for
in each field, the best one counting most (dismax). First come notebooks with all words; when they
are few, those with half of them follow. Phrases lift, unknown words are also looked for as the
nearest known one, and the last word as the beginning of longer ones.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tantivy import Occur, Query

from nbcommons.search import _analysis
from nbcommons.search._fields import (
    any_of,
    between,
    either,
    has,
    term,
    together,
    weighted as _weighted,
    weightless,
)
from nbcommons.search._language import Part, Question
from nbcommons.search._schema import (
    DEPRECATED,
    EVERY_FIELD,
    IDENT_FIELD,
    IDENT_WEIGHT,
    PAIR_WEIGHTS,
    PHRASE_WEIGHTS,
    TEXT_FIELDS,
    whole_title,
)
from nbcommons.search._values import Correction, Reader, SearchRequest

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

EXACT_TITLE = 10_000.0
"""Added to the score of a notebook whose title is the question; no text ever scores so much."""

COMMON_IN = 10_000
"""Two neighbours that stand in more notebooks each are not tried as a phrase.

With 100,000 notebooks this takes the slow questions (p95) from 75 ms to 21 ms and costs 0.003 of
NDCG@10; with up to 10,000 notebooks it changes nothing.
"""

_COMPLETED_FIELDS = ("title", "head", "about", "md")
# Part of the query language -> field of whole values, field of words.
_EXACT = {
    "tag": "tags",
    "language": "languageforms",
    "category": "categories",
    "health": "health",
    "package": "packages",
    "is": "marks",
}
_NAMES = {"owner": "by", "team": "teamnames", "organisation": "organisationnames"}
# Several of these widen: a notebook has one language only.
_WIDENING = frozenset(
    {"language", "category", "health", "owner", "team", "organisation", "label"}
)

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
    def present(self) -> Query:
        """Notebooks that hold any of its forms anywhere; no order."""
        return weightless(either(list(self._anywhere())))

    @property
    def scored(self) -> Query:
        """Any of its forms in any field, the best one counting most."""
        ways = list(self._ways())
        return ways[0] if len(ways) == 1 else Query.disjunction_max_query(ways, TIE)

    @property
    def written(self) -> Query:
        """Only the word as it was written."""
        return Query.disjunction_max_query(list(_ways(self, 1.0)), TIE)

    def _anywhere(self) -> Iterable[Query]:
        yield from _anywhere(self)
        if self.instead:
            yield from _anywhere(word_of(self.instead))
        for stem in self.completions:
            if has(EVERY_FIELD):
                yield term(EVERY_FIELD, stem)
            else:
                yield from (term(name, stem) for name in _COMPLETED_FIELDS)
        yield from (term(IDENT_FIELD, ident) for ident in self.ident_completions)

    def _ways(self) -> Iterable[Query]:
        yield from _ways(self, 1.0)
        if self.instead:
            yield from _ways(word_of(self.instead), SPELLING_WEIGHT)
        for stem in self.completions:
            for name in _COMPLETED_FIELDS:
                yield _weighted(term(name, stem), TEXT_FIELDS[name] * COMPLETION_WEIGHT)
        for ident in self.ident_completions:
            yield _weighted(term(IDENT_FIELD, ident), IDENT_WEIGHT * COMPLETION_WEIGHT)


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
        return Query.boolean_query([*self._base(at_least), *self._worth(), *self.boosts])

    def rest(self) -> Query:
        """Notebooks with half of the words, but not all, scored."""
        everything = self._present(len(self.words))
        return Query.boolean_query(
            [
                *self._base(self.half),
                (Occur.MustNot, everything),
                *self._worth(),
                *self.boosts,
            ]
        )

    def remaining(self) -> Query:
        """The same without scores."""
        everything = self._present(len(self.words))
        return Query.boolean_query([*self._base(self.half), (Occur.MustNot, everything)])

    @property
    def half(self) -> int:
        return max(1, len(self.words) // 2)

    def _worth(self) -> list[Clause]:
        return [(Occur.Should, word.scored) for word in self.words]

    def _base(self, at_least: int) -> list[Clause]:
        base = list(self.filters)
        if self.words:
            base.append((Occur.Must, self._present(at_least)))
        if not any(occur == Occur.Must for occur, _ in base):
            base.append((Occur.Must, weightless(Query.all_query())))
        return base

    def _present(self, at_least: int) -> Query:
        if len(self.words) == 1:
            return self.words[0].present
        if at_least >= len(self.words):
            return Query.boolean_query([(Occur.Must, word.present) for word in self.words])
        return Query.boolean_query(
            [(Occur.Should, word.present) for word in self.words],
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
    reader: Reader,
    words: Sequence[Word],
    frequency: Frequency,
    without: str = "",
) -> Plan:
    """The queries for ``question``; ``without`` names a filter of ``request`` to leave out.

    ``words`` are the question's words, spelling and completions found. ``frequency`` tells in
    how many notebooks a stem stands in a field.
    """
    filters: list[Clause] = [
        *visible_to(reader),
        *_request_filters(request, reader, without),
        *((Occur.Must, query) for query in _wanted(question.wanted, reader)),
    ]
    for part in question.unwanted:
        query = _part_query(part, reader)
        if query is not None:
            filters.append((Occur.MustNot, query))
    if not (request.with_deprecated or any(part.field == "is" for part in question.parts)):
        filters.append((Occur.MustNot, term("marks", DEPRECATED)))
    boosts = [
        *_phrases(words, frequency),
        *_exact_title(question),
    ]
    return Plan(
        words=tuple(words),
        filters=tuple(filters),
        is_scored=bool(words) or any(part.field in {"", "title"} for part in question.wanted),
        boosts=tuple((Occur.Should, query) for query in boosts),
        corrections=tuple(
            Correction(word.text, word.instead) for word in words if word.instead
        ),
        marked_stems=frozenset(_marked_stems(words, question.wanted)),
        marked_idents=frozenset(ident for word in words for ident in word.idents),
    )


def visible_with(query: Query, reader: Reader) -> Query:
    """``query`` among the notebooks that ``reader`` may find."""
    return Query.boolean_query([*visible_to(reader), (Occur.Must, query)])


def visible_to(reader: Reader) -> list[Clause]:
    """What keeps out the notebooks that ``reader`` may not find."""
    clauses: list[Clause] = []
    if reader.terms is not None:
        clauses.append((Occur.Must, any_of("audience", reader.terms)))
    if reader.hidden_labels:
        hidden = any_of("labels", [str(label) for label in reader.hidden_labels])
        clauses.append((Occur.MustNot, hidden))
    return clauses


def exactly(word: str) -> Query:
    """Notebooks in whose text or code ``word`` stands exactly so."""
    return weightless(either([term("words", word), term(IDENT_FIELD, word)]))


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


def _request_filters(request: SearchRequest, reader: Reader, without: str) -> Iterable[Clause]:
    for name, values in (
        ("languages", [value.lower() for value in request.languages]),
        ("categories", request.categories),
        ("health", request.health),
        ("owner", [request.owner] if request.owner else []),
        ("teams", request.teams),
        ("organisations", request.organisations),
    ):
        if values and name != without:
            yield (Occur.Must, any_of(name, values))
    for name, values in (("tags", request.tags), ("packages", request.packages)):
        yield from ((Occur.Must, any_of(name, [value.lower()])) for value in values)
    yield from ((Occur.Must, _label(label, reader)) for label in request.labels)
    if request.updated_after is not None:
        after_s = int(request.updated_after.timestamp())
        yield (Occur.Must, between("updated", max(after_s, 0) + 1, None))


def _wanted(parts: Sequence[Part], reader: Reader) -> Iterable[Query]:
    """What must be found of ``parts``: any of those that widen each other, all of the rest."""
    alike: dict[str, list[Query]] = {}
    for part in parts:
        query = _part_query(part, reader)
        if query is None:
            continue
        if part.field in _WIDENING:
            alike.setdefault(part.field, []).append(query)
        else:
            yield query
    yield from (one[0] if len(one) == 1 else either(one) for one in alike.values())


def _part_query(part: Part, reader: Reader) -> Query | None:
    """A quoted phrase or something in a named field; None when there is nothing to look for."""
    if part.field in _EXACT:
        return any_of(_EXACT[part.field], [part.value])
    if part.field in _NAMES:
        names = _analysis.words(part.text)
        return weightless(together(_NAMES[part.field], names)) if names else None
    if part.period is not None:
        return between(part.field, part.period.since_s, part.period.until_s)
    if part.field == "label":
        return _label(part.text, reader)
    return _text_query(part)


def _text_query(part: Part) -> Query | None:
    stems = _analysis.stems(part.text)
    if part.field == "title":
        return _weighted(together("title", stems), TEXT_FIELDS["title"]) if stems else None
    word = word_of(part.text)
    return word.written if word.stems or word.idents else None


def _label(name: str, reader: Reader) -> Query:
    """Notebooks under a label that the reader holds; one that they do not hold finds nothing."""
    key = reader.labels.get(name.lower())
    return Query.empty_query() if key is None else any_of("labels", [str(key)])


def _anywhere(word: Word) -> Iterable[Query]:
    """Where ``word`` as written may stand, whatever it is worth there."""
    is_one = len(word.stems) == 1 and word.code_stems == word.stems
    if is_one and has(EVERY_FIELD):
        yield term(EVERY_FIELD, word.stems[0])
        yield from (term(IDENT_FIELD, ident) for ident in word.idents[:1])
    else:
        yield from _ways(word, 1.0)


def _ways(word: Word, weight: float) -> Iterable[Query]:
    for name, field_weight in TEXT_FIELDS.items():
        stems = word.code_stems if name == "codesp" else word.stems
        if stems:
            yield _weighted(together(name, stems), field_weight * weight)
    idents = [term(IDENT_FIELD, ident) for ident in word.idents]
    if len(idents) == 1:
        yield _weighted(idents[0], IDENT_WEIGHT * weight)
    elif idents:
        every = Query.boolean_query([(Occur.Must, ident) for ident in idents])
        yield _weighted(every, IDENT_WEIGHT * weight)


def _phrases(words: Sequence[Word], frequency: Frequency) -> Iterable[Query]:
    """The whole question as a phrase, and each two neighbours; they lift, they don't filter."""
    stems = [stem for word in words for stem in word.stems]
    if not 1 < len(stems) <= LONGEST_PHRASE:
        return
    for name, weight in PHRASE_WEIGHTS.items():
        yield _weighted(together(name, stems, PHRASE_SLOP), weight)
    for pair in pairwise(stems):
        for name, weight in PAIR_WEIGHTS.items():
            if min(frequency(name, stem) for stem in pair) <= COMMON_IN:
                yield _weighted(together(name, pair, PAIR_SLOP), weight)


def _exact_title(question: Question) -> Iterable[Query]:
    """The notebook whose title was typed, quoted or not: nothing may come before it."""
    asked = [part.text for part in question.parts if not (part.field or part.is_unwanted)]
    title = whole_title(" ".join(asked))
    if title and has("wholetitle"):
        yield Query.const_score_query(term("wholetitle", title), EXACT_TITLE)


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
