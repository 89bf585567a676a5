"""Which part of a notebook to show for a search, and which of its words to mark.

Made here rather than by the index's own generator, which reads every word of every field: that
took 18 ms for ten notebooks, this takes about one.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from nbcommons.search import _analysis
from nbcommons.search._schema import Shown
from nbcommons.search._values import Piece

SNIPPET_LENGTH = 240
_LEAD = 70  # characters shown before the first marked word
_MOST_MARKS = 120
_MOST_LOOKS = 60  # places looked at for each word
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]*")
_IDENT = re.compile(r"\w*")

Mark = tuple[int, int, str]  # start, end, which word


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return "".join(_analysis.stems(word))


class Highlighter:
    """Finds the words of one search in texts."""

    def __init__(
        self,
        *,
        stems: Iterable[str],
        idents: Iterable[str] = (),
        most: int = 100,
        same: Mapping[str, str] | None = None,
    ) -> None:
        """``most`` words are asked for: a stretch that holds so many needs no better one.

        ``same`` tells of which other stem a stem is but another form: they count as one word.
        """
        self._most = most
        self._same = same or {}
        self._stems = frozenset(stems)
        self._idents = frozenset(ident for ident in idents if "_" in ident)
        self._signs = frozenset(stem for stem in self._stems if _analysis.spread(stem) != stem)
        # Stemming changes the last letters only, so every word begins like its stem; what begins
        # like another of them is found with that one.
        begun = {stem[:-1] if len(stem) > 2 else stem for stem in self._stems}  # noqa: PLR2004
        self._starts = _shortest(begun | self._idents)

    def title(self, text: str) -> tuple[Piece, ...]:
        """All of ``text``, its words marked."""
        return _pieces(text, self._marks(text), 0, len(text))

    def snippet(self, shown: Shown) -> tuple[Piece, ...]:
        """The stretch of a notebook that holds most of the words; else its purpose."""
        best: tuple[int, str, int, list[Mark]] | None = None
        for text in (shown.purpose, shown.markdown, shown.code):
            if best is not None and best[0] >= self._most:
                break  # nothing further down can hold more
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

    def _marks(self, text: str) -> list[Mark]:
        """Where words of the search stand in ``text``, in order, none overlapping."""
        if not self._starts or not text:
            return []
        folded = _analysis.fold(text)
        found: list[Mark] = []
        for start in self._starts:
            place = folded.find(start)
            for _ in range(_MOST_LOOKS):
                if place < 0:
                    break
                mark = self._mark_at(folded, place, start)
                if mark is not None:
                    found.append(mark)
                place = folded.find(start, place + len(start))
        found.sort(key=lambda mark: (mark[0], -mark[1]))
        return _apart(found)

    def _mark_at(self, folded: str, place: int, start: str) -> Mark | None:
        """The mark of a word that begins with ``start`` at ``place``, if it is one of ours."""
        if start in self._signs:
            return (place, place + len(start), start)
        if place and folded[place - 1].isalnum():
            return None
        end = _WORD.match(folded, place).end()  # type: ignore[union-attr] # matches anything
        if self._idents:
            whole_end = _IDENT.match(folded, place).end()  # type: ignore[union-attr] # as above
            if folded[place:whole_end] in self._idents:
                return (place, whole_end, folded[place:whole_end])
        stem = _stem(folded[place:end])
        return (place, end, self._same.get(stem, stem)) if stem in self._stems else None


def _shortest(starts: Collection[str]) -> tuple[str, ...]:
    """Those of ``starts`` that begin with no other of them."""
    kept: list[str] = []
    for start in sorted(starts):
        if not (kept and start.startswith(kept[-1])):
            kept.append(start)
    return tuple(kept)


def _apart(marks: list[Mark]) -> list[Mark]:
    """``marks`` (sorted) without those that lie in others."""
    kept: list[Mark] = []
    for mark in marks:
        if not kept or mark[0] >= kept[-1][1]:
            kept.append(mark)
    return kept[:_MOST_MARKS]


def _best_window(marks: list[Mark]) -> tuple[int, int]:
    """How many different words the best stretch holds, and where its first one is."""
    best = (0, 0)
    held: dict[str, int] = {}
    last = 0
    for start, _, stem in marks:
        while last < len(marks) and marks[last][1] <= start - _LEAD + SNIPPET_LENGTH:
            held[marks[last][2]] = held.get(marks[last][2], 0) + 1
            last += 1
        if len(held) > best[0]:
            best = (len(held), start)
        if stem in held:
            held[stem] -= 1
            if not held[stem]:
                del held[stem]
    return best


def _word_start(text: str, place: int) -> int:
    """The start of the word after ``place``, unless the text or a line starts there."""
    if place == 0:
        return 0
    space = text.find(" ", place, place + 25)
    return place if space < 0 else space + 1


def _pieces(text: str, marks: Iterable[Mark], start: int, end: int) -> tuple[Piece, ...]:
    """``text[start:end]`` in pieces, white space as single spaces, cut ends marked by ``…``."""
    if end < len(text):
        space = text.rfind(" ", start + SNIPPET_LENGTH // 2, end)
        end = space if space > 0 else end
    pieces: list[Piece] = []
    place = start
    for mark_start, mark_end, _ in marks:
        if mark_start < place or mark_end > end:
            continue
        # Signs of one word that stand side by side are marked as one.
        is_joined = bool(pieces) and mark_start == place
        before = pieces.pop().text if is_joined else ""
        if mark_start > place:
            pieces.append(Piece(text[place:mark_start], is_match=False))
        pieces.append(Piece(before + text[mark_start:mark_end], is_match=True))
        place = mark_end
    if place < min(end, len(text)):
        pieces.append(Piece(text[place : min(end, len(text))], is_match=False))
    cleaned = [Piece(_SPACES.sub(" ", piece.text), piece.is_match) for piece in pieces]
    if start > 0 and cleaned:
        cleaned.insert(0, Piece("… ", is_match=False))
    if end < len(text) and cleaned:
        cleaned.append(Piece(" …", is_match=False))
    return tuple(cleaned)
