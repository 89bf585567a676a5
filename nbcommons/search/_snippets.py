"""Which part of a notebook to show for a search, and which of its words to mark.

Made here rather than by the index's own generator, which reads every word of every field: that
took 18 ms for ten notebooks, this takes about one.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from nbcommons.search import _analysis
from nbcommons.search._schema import Shown
from nbcommons.search._values import Piece

SNIPPET_LENGTH = 240
_LEAD = 70  # characters shown before the first marked word
_MOST_MARKS = 120
_WORD_PART = r"[^\W_]"
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return "".join(_analysis.stems(word))


class Highlighter:
    """Finds the words of one search in texts."""

    def __init__(self, *, stems: Iterable[str], idents: Iterable[str] = ()) -> None:
        self._stems = frozenset(stems)
        self._idents = frozenset(ident for ident in idents if "_" in ident)
        self._pattern = _pattern_of(self._stems, self._idents)

    def title(self, text: str) -> tuple[Piece, ...]:
        """All of ``text``, its words marked."""
        return _pieces(text, self._marks(text), 0, len(text))

    def snippet(self, shown: Shown) -> tuple[Piece, ...]:
        """The stretch of a notebook that holds most of the words; else its purpose."""
        best: tuple[int, str, int, list[tuple[int, int, str]]] | None = None
        for text in (shown.purpose, shown.markdown, shown.code):
            marks = self._marks(text)
            if not marks:
                continue
            words_held, start = _best_window(marks)
            if best is None or words_held > best[0]:
                best = (words_held, text, start, marks)
        if best is None:
            return _pieces(shown.purpose or shown.markdown, [], 0, SNIPPET_LENGTH)
        _, text, start, marks = best
        start = _word_start(text, max(0, start - _LEAD))
        return _pieces(text, marks, start, start + SNIPPET_LENGTH)

    def _marks(self, text: str) -> list[tuple[int, int, str]]:
        if self._pattern is None or not text:
            return []
        marks: list[tuple[int, int, str]] = []
        for match in self._pattern.finditer(_analysis.fold(text)):
            word = match[0]
            stem = word if word in self._idents else _stem(word)
            if stem in self._stems or stem in self._idents:
                marks.append((match.start(), match.end(), stem))
                if len(marks) >= _MOST_MARKS:
                    break
        return marks


def _pattern_of(stems: frozenset[str], idents: frozenset[str]) -> re.Pattern[str] | None:
    """What may be one of the words; a stem differs from its words in the last letters only."""
    ways: list[str] = [
        rf"(?<!\w){re.escape(ident)}(?!\w)" for ident in sorted(idents, key=len, reverse=True)
    ]
    alone = [stem for stem in stems if _analysis.spread(stem) != stem]
    starts = {stem[:-1] if len(stem) > 2 else stem for stem in stems.difference(alone)}  # noqa: PLR2004
    if starts:
        either = "|".join(re.escape(start) for start in sorted(starts, key=len, reverse=True))
        ways.append(rf"(?<!{_WORD_PART})(?:{either}){_WORD_PART}*")
    ways += [re.escape(sign) for sign in alone]
    return re.compile("|".join(ways)) if ways else None


def _best_window(marks: list[tuple[int, int, str]]) -> tuple[int, int]:
    """How many different words the best stretch holds, and where its first one is."""
    best = (0, 0)
    for first, (start, _, _) in enumerate(marks):
        held = set()
        for _, end, stem in marks[first:]:
            if end > start - _LEAD + SNIPPET_LENGTH:
                break
            held.add(stem)
        if len(held) > best[0]:
            best = (len(held), start)
    return best


def _word_start(text: str, place: int) -> int:
    """The start of the word after ``place``, unless the text or a line starts there."""
    if place == 0:
        return 0
    space = text.find(" ", place, place + 25)
    return place if space < 0 else space + 1


def _pieces(
    text: str, marks: Iterable[tuple[int, int, str]], start: int, end: int
) -> tuple[Piece, ...]:
    """``text[start:end]`` in pieces, white space as single spaces, cut ends marked by ``…``."""
    if end < len(text):
        space = text.rfind(" ", start + SNIPPET_LENGTH // 2, end)
        end = space if space > 0 else end
    pieces: list[Piece] = []
    place = start
    for mark_start, mark_end, _ in marks:
        if mark_start < place or mark_end > end:
            continue
        if mark_start > place:
            pieces.append(Piece(text[place:mark_start], is_match=False))
        pieces.append(Piece(text[mark_start:mark_end], is_match=True))
        place = mark_end
    if place < min(end, len(text)):
        pieces.append(Piece(text[place : min(end, len(text))], is_match=False))
    cleaned = [Piece(_SPACES.sub(" ", piece.text), piece.is_match) for piece in pieces]
    if start > 0 and cleaned:
        cleaned.insert(0, Piece("… ", is_match=False))
    if end < len(text) and cleaned:
        cleaned.append(Piece(" …", is_match=False))
    return tuple(cleaned)
