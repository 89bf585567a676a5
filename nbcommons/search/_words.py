"""One word of a question in every form in which it is looked for, and what it is worth there."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tantivy import Occur, Query

from nbcommons.search import _analysis
from nbcommons.search._fields import either, has, term, together, weighted, weightless
from nbcommons.search._schema import (
    EVERY_FIELD,
    IDENT_FIELD,
    IDENT_WEIGHT,
    PAIR_WEIGHTS,
    PHRASE_WEIGHTS,
    TEXT_FIELDS,
)

TIE = 0.1
SPELLING_WEIGHT = 0.8
COMPLETION_WEIGHT = 0.6
WHOLE_COMPLETION_WEIGHT = 0.3
OTHER_WEIGHT = 0.6
MOST_COMPLETIONS = 30
MOST_IDENT_COMPLETIONS = 5
SHORTEST_COMPLETED = 3
PHRASE_SLOP = 2
PAIR_SLOP = 1
LONGEST_PHRASE = 12
"""Words of a longer question are matched, but not as a phrase; ``a-b-c-…`` is cut there."""

COMMON_IN = 10_000
RARE_IN = 3_000
"""What more notebooks hold is no help in telling them apart, and costs most to look at.

A word in more than ``COMMON_IN`` counts only where it says most, in titles and headings, as long
as the question has a rarer one. Neighbours that all stand in more than ``RARE_IN`` are not tried
as a phrase in long texts. With fewer notebooks this changes nothing.
"""

ENOUGH_WHOLE = 1_000
"""A word that so many notebooks hold as it stands is not looked for as the beginning of others."""

_COMPLETED_FIELDS = ("title", "head", "about", "md")
_SHORT_FIELDS = frozenset({"title", "head"})

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
    # As it stands it is a word already, so that it need not be the beginning of another.
    is_whole: bool = False
    # The stems of what people may write instead of it: see ``_forms``.
    others: tuple[tuple[str, ...], ...] = ()

    @property
    def is_prefix(self) -> bool:
        """Whether it was written as the beginning of longer words: ``sudo*``."""
        return self.text.endswith("*")

    @property
    def is_begun(self) -> bool:
        """Whether it is the beginning of longer words."""
        return bool(self.completions or self.ident_completions)

    @property
    def present(self) -> Query:
        """Notebooks that hold any of its forms anywhere; no order."""
        ways = list(self._anywhere())
        return weightless(ways[0] if len(ways) == 1 else either(ways))

    @property
    def written(self) -> Query:
        """Only the word as it was written."""
        return Query.disjunction_max_query(list(_ways(self, 1.0, TEXT_FIELDS)), TIE)

    def scored(self, fields: Collection[str]) -> Query:
        """Any of its forms in any of ``fields`` or in identifiers, the best one counting most."""
        ways = list(self._ways(fields))
        return ways[0] if len(ways) == 1 else Query.disjunction_max_query(ways, TIE)

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
        for stems in self.others:
            if has(EVERY_FIELD):
                yield together(EVERY_FIELD, stems)
            else:
                yield from (together(name, stems) for name in TEXT_FIELDS)

    def _ways(self, fields: Collection[str]) -> Iterable[Query]:
        yield from _ways(self, WHOLE_COMPLETION_WEIGHT if self.is_prefix else 1.0, fields)
        begun = WHOLE_COMPLETION_WEIGHT if self.is_whole else COMPLETION_WEIGHT
        if self.is_prefix:
            begun = 1.0
        if self.instead:
            yield from _ways(word_of(self.instead), SPELLING_WEIGHT, fields)
        for stem in self.completions:
            for name in _COMPLETED_FIELDS:
                if name in fields:
                    yield weighted(term(name, stem), TEXT_FIELDS[name] * begun)
        for ident in self.ident_completions:
            yield weighted(term(IDENT_FIELD, ident), IDENT_WEIGHT * begun)
        for stems in self.others:
            for name in fields:
                yield weighted(together(name, stems), TEXT_FIELDS[name] * OTHER_WEIGHT)


def word_of(text: str) -> Word:
    """The forms of a word as written; all empty when it holds nothing to look for."""
    return Word(
        text=text,
        stems=tuple(_analysis.stems(text)[:LONGEST_PHRASE]),
        code_stems=tuple(_analysis.stems(_analysis.split_code(text))[:LONGEST_PHRASE]),
        idents=tuple(_analysis.idents(text)[:LONGEST_PHRASE]),
    )


def words_of(texts: Iterable[str]) -> list[Word]:
    """Those of ``texts`` that hold something to look for."""
    return [word for word in map(word_of, texts) if word.stems or word.idents]


def spelled(word: Word, instead: str) -> Word:
    """``word``, also to be looked for as ``instead``."""
    return replace(word, instead=instead)


def completed(
    word: Word, endings: Iterable[str], idents: Iterable[str], *, is_whole: bool
) -> Word:
    """``word``, also to be looked for as the beginning of words and of identifiers.

    ``is_whole`` says that some notebook holds it as it stands.
    """
    stems = dict.fromkeys(stem for ending in endings for stem in _analysis.stems(ending))
    return replace(
        word,
        completions=tuple(stem for stem in stems if stem not in word.stems),
        ident_completions=tuple(ident for ident in idents if ident not in word.idents),
        is_whole=is_whole,
    )


def exactly(word: str) -> Query:
    """Notebooks in whose text or code ``word`` stands exactly so."""
    return weightless(either([term("words", word), term(IDENT_FIELD, word)]))


def worth_of(words: Sequence[Word], frequency: Frequency) -> Iterable[Query]:
    """What each of ``words`` adds to a notebook's score, and their phrases.

    ``frequency`` tells in how many notebooks a stem stands in a field.
    """
    common = [_is_common(word, frequency) for word in words]
    all_common = all(common)
    for word, is_common in zip(words, common, strict=True):
        yield word.scored(TEXT_FIELDS if all_common or not is_common else _SHORT_FIELDS)
    yield from _phrases(words, frequency)


def _is_common(word: Word, frequency: Frequency) -> bool:
    return len(word.stems) == 1 and frequency(EVERY_FIELD, word.stems[0]) > COMMON_IN


def _phrases(words: Sequence[Word], frequency: Frequency) -> Iterable[Query]:
    """The whole question as a phrase, and each two neighbours; they lift, they don't filter."""
    stems = [stem for word in words for stem in word.stems]
    if not 1 < len(stems) <= LONGEST_PHRASE:
        return
    # Two words are their own only pair: looked for once, for the weight of both.
    pairs = list(pairwise(stems)) if len(stems) > 2 else []  # noqa: PLR2004
    for name, weight in PHRASE_WEIGHTS.items():
        if name in _SHORT_FIELDS or _holds_rare(name, stems, frequency):
            extra = 0.0 if pairs else PAIR_WEIGHTS.get(name, 0.0)
            yield weighted(together(name, stems, PHRASE_SLOP), weight + extra)
    for pair in pairs:
        for name, weight in PAIR_WEIGHTS.items():
            if _holds_rare(name, pair, frequency):
                yield weighted(together(name, pair, PAIR_SLOP), weight)


def _holds_rare(name: str, stems: Sequence[str], frequency: Frequency) -> bool:
    return 0 < min(frequency(name, stem) for stem in stems) <= RARE_IN


def _anywhere(word: Word) -> Iterable[Query]:
    """Where ``word`` as written may stand, whatever it is worth there."""
    if has(EVERY_FIELD):
        # Identifiers are there too, as they stand and taken apart.
        for stems in dict.fromkeys((word.stems, word.code_stems)):
            if stems:
                yield together(EVERY_FIELD, stems)
        if not word.stems:
            yield from (term(IDENT_FIELD, ident) for ident in word.idents)
    else:
        yield from _ways(word, 1.0, TEXT_FIELDS)


def _ways(word: Word, weight: float, fields: Collection[str]) -> Iterable[Query]:
    for name in fields:
        stems = word.code_stems if name == "codesp" else word.stems
        if stems:
            yield weighted(together(name, stems), TEXT_FIELDS[name] * weight)
    idents = [term(IDENT_FIELD, ident) for ident in word.idents]
    if len(idents) == 1:
        yield weighted(idents[0], IDENT_WEIGHT * weight)
    elif idents:
        every = Query.boolean_query([(Occur.Must, ident) for ident in idents])
        yield weighted(every, IDENT_WEIGHT * weight)
