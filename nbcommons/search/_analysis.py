"""How text becomes words: for notebooks when they are indexed, for questions when asked."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import tantivy

# Raise it when a rule here changes: the index is then built anew.
VERSION = 2

MAX_WORD = 40
"""Longer words are dropped: they are keys, hashes and encoded data."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_HUMPED = re.compile(r"\b[A-Za-z0-9]*(?:[a-z0-9][A-Z]|[A-Z]{2}[a-z])[A-Za-z0-9]*")
# Scripts written without spaces between words: each sign becomes a word of its own.
_SPREAD = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
# Languages whose signs would be lost, and their letter taken for a word.
_SIGNED = re.compile(r"(?<!\w)([cf])(\+\+|#)(?!\w)", re.IGNORECASE)
_SIGNED_WORDS = {"++": "plusplus", "#": "sharp"}
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_IDENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ",
    "αβγδεζηθικλμνξοπρσςτυφχψω",
    "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىء",
)


@cache
def analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """The tokenizers of the index by name; ``raw`` is built in."""
    words = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(MAX_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    stems = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(MAX_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
    )
    idents = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_IDENT.pattern))
        .filter(tantivy.Filter.remove_long(2 * MAX_WORD))
        .filter(tantivy.Filter.lowercase())
    )
    return {"words": words.build(), "stems": stems.build(), "idents": idents.build()}


def clean(text: str) -> str:
    """``text`` without the halves of signs that some programs send, which no UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def stems(text: str) -> list[str]:
    """The words of ``text`` as the text fields hold them: ``Queries`` gives ``queri``."""
    return analyzers()["stems"].analyze(spread(text))


def words(text: str) -> list[str]:
    """The words of ``text``, lower-case and without accents, endings kept."""
    return analyzers()["words"].analyze(spread(text))


def idents(text: str) -> list[str]:
    """The identifiers in ``text``, lower-case: ``pd.read_csv`` gives ``pd``, ``read_csv``."""
    return analyzers()["idents"].analyze(text)


def split_code(code: str) -> str:
    """``code`` with its camelCase taken apart; underscores part words anyway."""
    return _HUMP.sub(" ", code)


def humped(code: str) -> str:
    """The words of ``code`` that ``split_code`` takes apart, each once, in one piece."""
    return " ".join(dict.fromkeys(_HUMPED.findall(code)))


def spread(text: str) -> str:
    """``text`` with spaces between the signs of scripts that are written without.

    Names of languages such as C++ and C# become words of their own.
    """
    if "++" in text or "#" in text:
        text = _SIGNED.sub(lambda found: found[1] + _SIGNED_WORDS[found[2]], text)
    return text if text.isascii() else _SPREAD.sub(r" \1 ", text)


def fold(text: str) -> str:
    """``text`` in lower case without accents, sign for sign: places stay the same."""
    if text.isascii():
        return text.lower()
    return _FOREIGN.sub(lambda sign: _folded(sign[0]), text).lower()


@lru_cache(maxsize=4096)
def _folded(sign: str) -> str:
    """The letter under an accent; itself when that, or its small form, would be longer."""
    plain = unicodedata.normalize("NFKD", sign)[0]
    return plain if len(plain.lower()) == 1 else "_"


def spellings(word: str) -> Iterator[str]:
    """All words at Damerau distance 1 from ``word``, in its own script; some come twice."""
    letters = next(
        (alphabet for alphabet in _ALPHABETS if any(sign in alphabet for sign in word)), ""
    )
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1 and tail[0] != tail[1]:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in letters:
            yield head + letter + tail
            if tail and tail[0] != letter:
                yield head + letter + tail[1:]


def is_within(one: str, other: str, most: int) -> bool:
    """Whether so few slips turn ``one`` into ``other``: a letter more, less, other or swapped."""
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for place, sign in enumerate(other, start=1):
            cost = min(last[place] + 1, now[-1] + 1, last[place - 1] + (letter != sign))
            is_swapped = row > 1 and place > 1 and letter == other[place - 2]
            if is_swapped and one[row - 2] == sign:
                cost = min(cost, before[place - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return False
        before, last = last, now
    return last[-1] <= most
