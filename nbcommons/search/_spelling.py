"""Words that nobody wrote, or hardly anybody, and what was probably meant.

Everything here counts only what the reader may find: else a correction, or its absence, would
tell what stands in notebooks that they may not see.
"""

from collections.abc import Iterable

import tantivy

from nbcommons.search import _analysis, _query
from nbcommons.search._asked import Asked
from nbcommons.search._language import Question
from nbcommons.search._query import Word
from nbcommons.search._schema import IDENT_FIELD, TEXT_FIELDS
from nbcommons.search._values import NearMiss

FEW = 3
"""With more results than these, a person is not asked whether they meant something else."""
MUCH_COMMONER = 5
SHORTEST_ASKED = 4
SHORTEST_FAR = 8
"""Words of so many letters may be two slips away."""
MOST_LIKELY = 8
MOST_DROPPED = 6
_FAR_BEGINNING = 2
_FAR_CANDIDATES = 400


def words_of(asked: Asked) -> tuple[Word, ...]:
    """The words that can be looked for, the last completed and unknown ones corrected."""
    words = [
        word for word in map(_query.word_of, asked.question.words) if word.stems or word.idents
    ]
    if asked.request.only_my_words:
        return tuple(words)
    if words:
        words[-1] = _completed(asked.searcher, words[-1])
    return tuple(word if word.is_begun else _corrected(asked, word) for word in words)


def did_you_mean(asked: Asked, total: int) -> NearMiss | None:
    """The same question with a rare word written as a much commoner one, if that finds more."""
    if total > FEW or asked.request.only_my_words:
        return None
    best: tuple[int, Question] | None = None
    for word in asked.words:
        if word.instead or len(word.text) < SHORTEST_ASKED:
            continue
        likely = _likely(asked, word.text)
        held = asked.count_visible(word.present)
        if likely and likely[0] >= MUCH_COMMONER * max(held, 1):
            other = asked.question.with_word(word.text, likely[1])
            if best is None or likely[0] > best[0]:
                best = likely[0], other
    if best is None:
        return None
    question = best[1]
    words = [word for word in map(_query.word_of, question.words) if word.stems or word.idents]
    plan = asked.plan_for(question, asked.request, words)
    count = asked.count(plan.matching(at_least=len(words)))
    return NearMiss(str(question), count) if count > total else None


def near_misses(asked: Asked, *, most: int = 3) -> tuple[NearMiss, ...]:
    """The same question without one of its words, phrases or filters, as far as that helps."""
    found: dict[str, int] = {}
    for part in asked.question.parts[:MOST_DROPPED]:
        question = asked.question.without(part)
        if question.is_empty or part.is_unwanted:
            continue
        kept = set(question.words)
        words = [word for word in asked.words if word.text in kept]
        if question.words and not words:
            continue
        plan = asked.plan_for(question, asked.request, words)
        count = asked.count(plan.matching(at_least=len(words)))
        if count:
            found[str(question)] = count
    nearest = sorted(found, key=lambda text: (found[text], -len(text)))
    return tuple(NearMiss(text, found[text]) for text in nearest[:most])


def _completed(searcher: tantivy.Searcher, word: Word) -> Word:
    def begun(field: str, beginning: list[str], limit: int) -> list[str]:
        if len(beginning) != 1 or len(beginning[0]) < _query.SHORTEST_COMPLETED:
            return []
        found = searcher.terms_with_prefix(field, beginning[0], limit=limit)
        return [ending for ending, _ in found]

    return _query.completed(
        word,
        begun("words", _analysis.words(word.text), _query.MOST_COMPLETIONS),
        begun(IDENT_FIELD, list(word.idents), _query.MOST_IDENT_COMPLETIONS),
    )


def _corrected(asked: Asked, word: Word) -> Word:
    """``word``, and the commonest word near it if nobody whom the reader may read wrote it."""
    written = _analysis.words(word.text)
    if len(written) != 1 or len(written[0]) < _query.SHORTEST_SPELLED:
        return word
    if _is_somewhere(asked.searcher, word) and asked.count_visible(word.present):
        return word
    likely = _likely(asked, written[0]) or _far(asked, written[0])
    return _query.spelled(word, likely[1]) if likely else word


def _likely(asked: Asked, written: str) -> tuple[int, str] | None:
    """The commonest word one slip away, and how many notebooks hold it."""
    searcher = asked.searcher
    near = {
        spelling: searcher.doc_freq("words", spelling) + searcher.doc_freq("ident", spelling)
        for spelling in set(_analysis.spellings(written.lower()))
    }
    likely = sorted(
        (spelling for spelling, found in near.items() if found),
        key=lambda spelling: (-near[spelling], spelling),
    )
    return _commonest(asked, likely[:MOST_LIKELY])


def _far(asked: Asked, written: str) -> tuple[int, str] | None:
    """The commonest word two slips away that begins alike."""
    if len(written) < SHORTEST_FAR:
        return None
    begun = asked.searcher.terms_with_prefix(
        "words", written[:_FAR_BEGINNING], limit=_FAR_CANDIDATES
    )
    near = [word for word, _ in begun if _analysis.is_within(written, word, 2)]
    return _commonest(asked, near[:MOST_LIKELY])


def _commonest(asked: Asked, spellings: Iterable[str]) -> tuple[int, str] | None:
    counted = [
        (asked.count_visible(_query.exactly(spelling)), spelling) for spelling in spellings
    ]
    best = max(counted, key=lambda pair: pair[0], default=(0, ""))
    return best if best[0] else None


def _is_somewhere(searcher: tantivy.Searcher, word: Word) -> bool:
    """Whether any notebook at all holds ``word``: a look at the dictionary, no search."""
    return any(
        searcher.doc_freq(name, stem)
        for name in TEXT_FIELDS
        for stem in (word.code_stems if name == "codesp" else word.stems)
    ) or any(searcher.doc_freq(IDENT_FIELD, ident) for ident in word.idents)
