"""Words that nobody wrote, or hardly anybody, and what was probably meant.

Everything here counts only what the reader may find: else a correction, or its absence, would
tell what stands in notebooks that they may not see.
"""

from collections.abc import Iterable
from dataclasses import replace

from nbcommons.search import _analysis, _words
from nbcommons.search._asked import Asked
from nbcommons.search._forms import with_forms
from nbcommons.search._language import Question
from nbcommons.search._schema import EVERY_FIELD, IDENT_FIELD
from nbcommons.search._values import NearMiss
from nbcommons.search._words import Word

FEW = 3
"""With more results than these, a person is not asked whether they meant something else."""
MUCH_COMMONER = 5
SHORTEST_ASKED = 4
LONGEST_ASKED = 20
SHORTEST_FAR = 8
"""Words of so many letters may be two slips away."""
SHORTEST_SPELLED = 5
MOST_DOUBTED = 2
MOST_DROPPED = 6
_FAR_BEGINNING = 2
_FAR_CANDIDATES = 400


def words_as_known(asked: Asked) -> tuple[Word, ...]:
    """The words that can be looked for, the last one completed, as if each were known.

    When no notebook has them all, ``words_corrected`` knows better.
    """
    words = _words.words_of(asked.question.words)
    if not words or asked.request.only_my_words:
        return tuple(words)
    words[-1] = _completed(asked, words[-1], is_known=True)
    return with_forms(words, asked.frequency)


def words_corrected(asked: Asked) -> tuple[Word, ...]:
    """The words that can be looked for, the last completed and unknown ones corrected."""
    words = _words.words_of(asked.question.words)
    if not words or asked.request.only_my_words:
        return tuple(words)
    words[-1] = _completed(asked, words[-1])
    formed = with_forms(words, asked.frequency)
    return tuple(word if word.is_begun else _corrected(asked, word) for word in formed)


def did_you_mean(asked: Asked, total: int) -> NearMiss | None:
    """The same question with a rare word written as a much commoner one, if that finds more."""
    if total > FEW or asked.request.only_my_words:
        return None
    held = {
        word: asked.count_visible(word.present)
        for word in asked.words
        if not word.instead and SHORTEST_ASKED <= len(word.text) <= LONGEST_ASKED
    }
    best: tuple[int, Question] | None = None
    for word in sorted(held, key=lambda word: held[word])[:MOST_DOUBTED]:
        written = _analysis.words(word.text)
        likely = _likely(asked, written[0]) if len(written) == 1 else None
        if likely and likely[0] >= MUCH_COMMONER * max(held[word], 1):
            other = asked.question.with_word(word.text, likely[1])
            if best is None or likely[0] > best[0]:
                best = likely[0], other
    if best is None:
        return None
    question = best[1]
    words = _words.words_of(question.words)
    plan = asked.plan_for(question, asked.request, words)
    count = asked.count(plan.matching(at_least=len(words)))
    return NearMiss(str(question), count) if count > total else None


def near_misses(asked: Asked, *, most: int = 3) -> tuple[NearMiss, ...]:
    """The same question without one of its words, phrases or filters, as far as that helps.

    Where it does not, each of them alone.
    """
    parts = [part for part in asked.question.parts[:MOST_DROPPED] if not part.is_unwanted]
    less = _counted(asked, [asked.question.without(part) for part in parts])
    found = less or _counted(asked, [replace(asked.question, parts=(part,)) for part in parts])
    nearest = sorted(found, key=lambda text: (found[text], -len(text)))
    return tuple(NearMiss(text, found[text]) for text in nearest[:most])


def _counted(asked: Asked, questions: Iterable[Question]) -> dict[str, int]:
    """How many notebooks answer each of ``questions``, by its text; those with none left out."""
    found: dict[str, int] = {}
    for question in questions:
        kept = set(question.words)
        words = [word for word in asked.words if word.text in kept]
        if question.is_empty or (question.words and not words):
            continue
        plan = asked.plan_for(question, asked.request, words)
        count = asked.count(plan.matching(at_least=len(words)))
        if count:
            found[str(question)] = count
    return found


def _completed(asked: Asked, word: Word, *, is_known: bool = False) -> Word:
    """``word`` as the beginning of longer ones.

    When it ``is_known``, longer ones that only others may read do no harm: nothing is found by
    them. They must not push out any that the reader would find, though.
    """
    whole = [asked.frequency(EVERY_FIELD, stem) for stem in word.stems]
    if len(whole) == 1 and whole[0] >= _words.ENOUGH_WHOLE:
        return word

    def begun(field: str, beginning: list[str], most: int) -> list[str]:
        if len(beginning) != 1 or len(beginning[0]) < _words.SHORTEST_COMPLETED:
            return []
        if is_known:
            found = asked.searcher.terms_with_prefix(field, beginning[0], limit=most + 1)
            if len(found) <= most:
                return [ending for ending, _ in found]
        return asked.begun(field, beginning[0], most=most)

    return _words.completed(
        word,
        begun("words", _analysis.words(word.text), _words.MOST_COMPLETIONS),
        begun(IDENT_FIELD, list(word.idents), _words.MOST_IDENT_COMPLETIONS),
        is_whole=any(whole[:1]),
    )


def _corrected(asked: Asked, word: Word) -> Word:
    """``word``, and the commonest word near it if nobody whom the reader may read wrote it."""
    written = _analysis.words(word.text)
    if len(written) != 1 or len(written[0]) < SHORTEST_SPELLED:
        return word
    if asked.count_visible(word.present):
        return word
    likely = _likely(asked, written[0]) or _far(asked, written[0])
    return _words.spelled(word, likely[1]) if likely else word


def _likely(asked: Asked, written: str) -> tuple[int, str] | None:
    """The commonest word one slip away, and how many notebooks hold it."""
    spellings = set(_analysis.spellings(written.lower()))
    return _commonest(asked, "words", spellings) or _commonest(asked, IDENT_FIELD, spellings)


def _far(asked: Asked, written: str) -> tuple[int, str] | None:
    """The commonest word two slips away that begins alike."""
    if len(written) < SHORTEST_FAR:
        return None
    begun = asked.begun("words", written[:_FAR_BEGINNING], most=_FAR_CANDIDATES)
    near = [word for word in begun if _analysis.is_within(written, word, 2)]
    return _commonest(asked, "words", near)


def _commonest(asked: Asked, name: str, spellings: Iterable[str]) -> tuple[int, str] | None:
    """Which of ``spellings`` most notebooks hold in field ``name``, and how many."""
    there = [spelling for spelling in spellings if asked.frequency(name, spelling)]
    counted = [(asked.count_visible(_words.exactly(spelling)), spelling) for spelling in there]
    best = max(counted, key=lambda pair: (pair[0], pair[1]), default=(0, ""))
    return best if best[0] else None
