"""Words that nobody wrote, or hardly anybody, and what was probably meant.

Everything here counts only what the reader may find: else a correction, or its absence, would
tell what stands in notebooks that they may not see.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from tantivy import Query

from nbcommons.search import _analysis, _words
from nbcommons.search._asked import Asked
from nbcommons.search._fields import term, weightless
from nbcommons.search._forms import with_forms
from nbcommons.search._language import Part, Question
from nbcommons.search._query import query_of
from nbcommons.search._schema import EVERY_FIELD, IDENT_FIELD
from nbcommons.search._values import Correction, NearMiss
from nbcommons.search._words import Word

FEW = 3
"""With more results than these, a person is not asked whether they meant something else."""
MUCH_COMMONER = 5
SHORTEST_ASKED = 4
LONGEST_ASKED = 20
SHORTEST_FAR = 6
"""Words of so many letters may be two slips away."""
SHORTEST_SPELLED = 5
MOST_DOUBTED = 2
MOST_DROPPED = 6
RARE = 2
"""So few notebooks may hold a word because they all misspell it."""
MUCH_COMMONER_STILL = 12
"""How many times commoner a word must be to be tried besides one that somebody wrote."""
_VOWELS = "aeiouy"
# Part of the query language -> field of whole values; -> field of words.
_VALUES = {"tag": "tags", "package": "packages", "language": "languageforms", "team": "teams"}
_WORDS = {
    "": "words",
    "title": "titlewords",
    "owner": "by",
    "organisation": "organisationnames",
}
_FAR_CANDIDATES = 400


def words_as_known(asked: Asked) -> tuple[Word, ...]:
    """The words that can be looked for, the last one completed, as if each were known.

    When no notebook has them all, ``words_corrected`` knows better.
    """
    words = _words.words_of(asked.question.words)
    if not words or asked.request.only_my_words:
        return tuple(words)
    words = _all_completed(asked, words, is_known=True)
    return with_forms(words, asked.frequency)


def words_corrected(asked: Asked) -> tuple[Word, ...]:
    """The words that can be looked for, the last completed and unknown ones corrected."""
    words = _words.words_of(asked.question.words)
    if not words or asked.request.only_my_words:
        return tuple(words)
    words = _all_completed(asked, words)
    formed = with_forms(words, asked.frequency)
    return tuple(word if word.is_begun else _corrected(asked, word) for word in formed)


def parts_corrected(asked: Asked) -> tuple[Question, tuple[Correction, ...]]:
    """The question with what nobody wrote in quotes or after a field as its nearest, and what.

    Only where a part by itself finds nothing; what is excluded stays as it is.
    """
    parts, corrections = [], []
    for part in asked.question.parts:
        other = None if asked.request.only_my_words else _part_corrected(asked, part)
        if other is not None:
            corrections.append(Correction(part.text, other.text))
        parts.append(other or part)
    return replace(asked.question, parts=tuple(parts)), tuple(corrections)


def _part_corrected(asked: Asked, part: Part) -> Part | None:
    if part.is_word or part.is_unwanted or len(part.text) > LONGEST_ASKED:
        return None
    query = query_of(part, asked.reader)
    if query is None or asked.count_visible(query):
        return None
    text = part.text.lower()
    if part.field in _VALUES:
        likely = _near(asked, _VALUES[part.field], text)
        return replace(part, text=likely) if likely else None
    name = _WORDS.get(part.field)
    if name is None:
        return None
    for word in _analysis.words(part.text):
        if not asked.count_visible(weightless(term(name, word))):
            likely = _near(asked, name, word)
            if likely is None:
                return None
            text = text.replace(word, likely, 1)
    return replace(part, text=text) if text != part.text.lower() else None


def _near(asked: Asked, name: str, written: str) -> str | None:
    """The commonest word or value of field ``name`` that is near ``written``."""
    if len(written) < SHORTEST_SPELLED or any(map(str.isdigit, written)):
        return None  # another version, or number, is another thing
    near = [*_analysis.spellings(written)]
    found = _commonest_in(asked, name, near) or _commonest_in(
        asked, name, _alike(asked, name, written)
    )
    return found[1] if found else None


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


def _all_completed(asked: Asked, words: list[Word], *, is_known: bool = False) -> list[Word]:
    """``words`` with the last one, and those that end in a star, as beginnings of longer ones."""
    *others, last = words
    return [
        *(
            _completed(asked, one, is_known=is_known) if one.is_prefix else one
            for one in others
        ),
        _completed(asked, last, is_known=is_known),
    ]


def _completed(asked: Asked, word: Word, *, is_known: bool = False) -> Word:
    """``word`` as the beginning of longer ones.

    When it ``is_known``, longer ones that only others may read do no harm: nothing is found by
    them. They must not push out any that the reader would find, though.
    """
    whole = [asked.frequency(EVERY_FIELD, stem) for stem in word.stems]
    if len(whole) == 1 and whole[0] >= _words.ENOUGH_WHOLE and not word.is_prefix:
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
    if len(word.text) < SHORTEST_SPELLED:
        return word
    held = asked.count_visible(word.present)
    if held > RARE:
        return word
    if len(written) != 1:
        # As one identifier, as in `open_datset`.
        spellings = (
            {*_analysis.spellings(word.text.lower())} if len(word.idents) == 1 else set()
        )
        likely = None if held else _commonest(asked, IDENT_FIELD, spellings)
    elif held:
        likely = _likely(asked, written[0])
        if likely and likely[0] < MUCH_COMMONER_STILL * held:
            likely = None
    else:
        likely = _likely(asked, written[0]) or _far(asked, written[0])
    return _words.spelled(word, likely[1]) if likely else word


def _likely(asked: Asked, written: str) -> tuple[int, str] | None:
    """The commonest word one slip away, and how many notebooks hold it."""
    spellings = set(_analysis.spellings(written.lower()))
    return _commonest(asked, "words", spellings) or _commonest(asked, IDENT_FIELD, spellings)


def _far(asked: Asked, written: str) -> tuple[int, str] | None:
    """The commonest word two slips away that begins alike."""
    return _commonest(asked, "words", _alike(asked, "words", written))


def _alike(asked: Asked, name: str, written: str) -> list[str]:
    """Words of field ``name`` two slips away that begin alike, or of the same consonants."""
    if len(written) < SHORTEST_FAR:
        return []
    seconds = _VOWELS if written[1] in _VOWELS else written[1]
    begun = (
        word
        for second in seconds
        for word in asked.begun(name, written[0] + second, most=_FAR_CANDIDATES)
    )
    bare = _consonants(written)
    return [
        word
        for word in begun
        if _analysis.is_within(written, word, 2) or _consonants(word) == bare
    ]


def _consonants(word: str) -> str:
    """``word`` with one sign for all vowels: they are mixed up most."""
    return "".join("*" if sign in _VOWELS else sign for sign in word)


def _commonest(asked: Asked, name: str, spellings: Iterable[str]) -> tuple[int, str] | None:
    """Which of ``spellings`` most notebooks hold in field ``name``, and how many."""
    return _best(asked, name, spellings, _words.exactly)


def _commonest_in(asked: Asked, name: str, values: Iterable[str]) -> tuple[int, str] | None:
    """The same, counting what stands in field ``name`` alone."""
    return _best(asked, name, values, lambda value: weightless(term(name, value)))


def _best(
    asked: Asked, name: str, values: Iterable[str], query_for: Callable[[str], Query]
) -> tuple[int, str] | None:
    there = [value for value in dict.fromkeys(values) if asked.frequency(name, value)]
    counted = [(asked.count_visible(query_for(value)), value) for value in there]
    best = max(counted, key=lambda pair: (pair[0], pair[1]), default=(0, ""))
    return best if best[0] else None
