"""From a question to index queries: the scheme "K3".

Whether a word is there is one look into all stems of a notebook; what it is worth is looked for
in each field, the best one counting most (dismax). First come notebooks with all words; when they
are few, those with half of them follow. Phrases lift, unknown words are also looked for as the
nearest known one, and the last word as the beginning of longer ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tantivy import Occur, Query

from nbcommons.search import _analysis
from nbcommons.search._fields import (
    any_of,
    between,
    either,
    term,
    together,
    weighted,
    weightless,
)
from nbcommons.search._forms import package_forms
from nbcommons.search._language import Part, Question
from nbcommons.search._schema import DEPRECATED, TEXT_FIELDS, whole_title
from nbcommons.search._values import Correction, Reader, SearchRequest
from nbcommons.search._words import Frequency, Word, word_of, worth_of

EXACT_TITLE = 10_000.0
"""Added to the score of a notebook whose title is the question; no text ever scores so much."""

# Part of the query language -> field of whole values, field of words.
_EXACT = {
    "tag": "tags",
    "language": "languageforms",
    "category": "categories",
    "health": "health",
    "is": "marks",
}
_NAMES = {"owner": "by", "team": "teamnames", "organisation": "organisationnames"}
# Several of these widen: a notebook has one language only.
_WIDENING = frozenset(
    {"language", "category", "health", "owner", "team", "organisation", "label"}
)

Clause = tuple[Occur, Query]


def _never(name: str, stem: str) -> int:
    del name, stem
    return 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The queries of one search."""

    words: tuple[Word, ...]
    filters: tuple[Clause, ...] = ()
    is_scored: bool = False
    exact_title: Query | None = None
    frequency: Frequency = _never
    corrections: tuple[Correction, ...] = ()
    marked_stems: frozenset[str] = field(default_factory=frozenset)
    marked_idents: frozenset[str] = field(default_factory=frozenset)
    # Stem that a word was completed or corrected to -> stem of the word as written.
    same_stems: Mapping[str, str] = field(default_factory=dict)

    def matching(self, *, at_least: int) -> Query:
        """Notebooks that pass the filters and have ``at_least`` so many words; no order."""
        return Query.boolean_query(self._base(at_least))

    def ranked(self, *, at_least: int) -> Query:
        """The same, scored."""
        return Query.boolean_query([*self._base(at_least), *self._worth()])

    def rest(self) -> Query:
        """Notebooks with half of the words, but not all, scored."""
        everything = self._present(len(self.words))
        return Query.boolean_query(
            [
                *self._base(self.half),
                (Occur.MustNot, everything),
                *self._worth(),
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
        worth = [*worth_of(self.words, self.frequency)]
        if self.exact_title is not None:
            worth.append(self.exact_title)
        return [(Occur.Should, query) for query in worth]

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
        query = query_of(part, reader)
        if query is not None:
            filters.append((Occur.MustNot, query))
    if not (request.with_deprecated or any(part.field == "is" for part in question.parts)):
        filters.append((Occur.MustNot, term("marks", DEPRECATED)))
    return Plan(
        words=tuple(words),
        filters=tuple(filters),
        is_scored=question.has_text,
        exact_title=_exact_title(question),
        frequency=frequency,
        corrections=tuple(
            Correction(word.text, word.instead) for word in words if word.instead
        ),
        marked_stems=frozenset(_marked_stems(words, question.wanted)),
        marked_idents=frozenset(ident for word in words for ident in word.idents),
        same_stems=dict(_same_stems(words)),
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
    if reader.withheld:
        clauses.append((Occur.MustNot, either([term("id", key) for key in reader.withheld])))
    return clauses


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
    yield from ((Occur.Must, any_of("tags", [tag.lower()])) for tag in request.tags)
    yield from ((Occur.Must, any_of("packages", package_forms(p))) for p in request.packages)
    yield from ((Occur.Must, _label(label, reader)) for label in request.labels)
    if request.updated_after is not None:
        after_s = int(request.updated_after.timestamp())
        yield (Occur.Must, between("updated", max(after_s, 0) + 1, None))


def _wanted(parts: Sequence[Part], reader: Reader) -> Iterable[Query]:
    """What must be found of ``parts``: any of those that widen each other, all of the rest."""
    alike: dict[str, list[Query]] = {}
    for part in parts:
        query = query_of(part, reader)
        if query is None:
            continue
        if part.field in _WIDENING:
            alike.setdefault(part.field, []).append(query)
        else:
            yield query
    yield from (one[0] if len(one) == 1 else either(one) for one in alike.values())


def query_of(part: Part, reader: Reader) -> Query | None:
    """A quoted phrase or something in a named field; None when there is nothing to look for."""
    if part.field == "package":
        return any_of("packages", package_forms(part.text))
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
        return weighted(together("title", stems), TEXT_FIELDS["title"]) if stems else None
    word = word_of(part.text)
    return word.written if word.stems or word.idents else None


def _label(name: str, reader: Reader) -> Query:
    """Notebooks under a label that the reader holds; one that they do not hold finds nothing."""
    key = reader.labels.get(name.lower())
    return Query.empty_query() if key is None else any_of("labels", [str(key)])


def _exact_title(question: Question) -> Query | None:
    """The notebook whose title was typed, quoted or not: nothing may come before it."""
    asked = [part.text for part in question.parts if not (part.field or part.is_unwanted)]
    title = whole_title(" ".join(asked))
    if not title:
        return None
    return Query.const_score_query(term("wholetitle", title), EXACT_TITLE)


def _same_stems(words: Sequence[Word]) -> Iterable[tuple[str, str]]:
    """Each stem that a word was completed or corrected to, and the stem of what was written."""
    for word in words:
        if word.stems:
            others = (stem for form in word.others for stem in form)
            yield from ((stem, word.stems[0]) for stem in (*others, *word.completions))
            yield from ((stem, word.stems[0]) for stem in _analysis.stems(word.instead))


def _marked_stems(words: Sequence[Word], wanted: Iterable[Part]) -> Iterable[str]:
    for word in words:
        yield from word.stems
        yield from word.code_stems
        yield from word.completions
        yield from (stem for form in word.others for stem in form)
        if word.instead:
            yield from _analysis.stems(word.instead)
    for part in wanted:
        if part.field in {"", "title"}:
            yield from _analysis.stems(part.text)
