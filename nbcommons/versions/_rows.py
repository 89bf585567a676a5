"""A changed cell as rows of a page: numbered lines side by side, one below the other, or prose."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from nbcommons_ipynb.diff.lines import lines_of
from nbcommons_ipynb.diff.model import ChangedLines, LineBlock, SameLines

CONTEXT = 3
"""Lines that did not change and are shown beside one that did; the rest is folded."""
MOST_ROWS = 1_000
"""Lines of one cell that a page shows, counted on the longer side."""
MOST_CHARACTERS = 2_000
"""Characters of one line that a page shows."""

# What changes how a line reads without being seen: direction overrides, widthless spaces, controls.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line; ``kind`` is same, old (it went) or new (it came)."""

    kind: str
    text: str

    @property
    def is_old(self) -> bool:
        return self.kind == "old"

    @property
    def is_new(self) -> bool:
        return self.kind == "new"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one side, numbered from 1."""

    number: int
    pieces: tuple[Piece, ...]

    @property
    def is_partly(self) -> bool:
        """Whether some of it stayed, so that what did not deserves a mark of its own."""
        return any(piece.kind == "same" and piece.text.strip() for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Row:
    """What stands beside each other; None where a side has nothing."""

    old: Line | None
    new: Line | None
    is_same: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Rows in a row: folded away when they are the same and far from a change.

    stacked: the same rows one below the other, what went before what came.
    """

    rows: tuple[Row, ...]
    is_folded: bool

    @property
    def stacked(self) -> tuple[Row, ...]:
        made: list[Row] = []
        for is_same, group in groupby(self.rows, key=lambda row: row.is_same):
            rows = list(group)
            if is_same:
                made += rows
                continue
            made += [Row(row.old, None) for row in rows if row.old is not None]
            made += [Row(None, row.new) for row in rows if row.new is not None]
        return tuple(made)

    @property
    def prose(self) -> tuple[tuple[Piece, ...], ...]:
        """The same rows as lines of a text in which old and new words stand together."""
        return tuple(tuple(_merged(row)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Body:
    """The lines of a cell; ``rows_left_out`` are too many to be shown."""

    parts: tuple[Part, ...]
    rows_left_out: int = 0


def changed_body(old: str, blocks: Sequence[LineBlock]) -> Body:
    """The rows of a cell whose source ``old`` changed as ``blocks`` say."""
    rows = _Cut(_changed_rows(lines_of(old), blocks))
    return Body(tuple(_folded(list(rows))), rows.left_out)


def whole_body(source: str, *, is_new: bool) -> Body:
    """The rows of a cell that came or went."""
    lines = lines_of(source)
    kind = "new" if is_new else "old"
    rows = [
        Row(None, line) if is_new else Row(line, None)
        for line in (
            Line(number, (Piece(kind, shown(text)),))
            for number, text in enumerate(lines[:MOST_ROWS], start=1)
        )
    ]
    parts = (Part(tuple(rows), is_folded=False),) if rows else ()
    return Body(parts, max(0, len(lines) - MOST_ROWS))


def weight_of(blocks: Sequence[LineBlock]) -> int:
    """About how many rows of a page ``blocks`` take."""
    count = 0
    for block in blocks:
        if isinstance(block, SameLines):
            count += min(block.count, 2 * CONTEXT + 1)
        else:
            count += sum(text.count("\n") + 1 for text in (*block.old, *block.new))
    return min(count, MOST_ROWS)


def shown(text: str) -> str:
    """``text`` with what cannot be seen made visible, and not longer than a page can bear."""
    if len(text) > MOST_CHARACTERS:
        text = f"{text[:MOST_CHARACTERS]}…"
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


class _Cut:
    """The first ``MOST_ROWS`` of rows, and how many more there were."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.left_out = 0
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        for place, row in enumerate(self._rows):
            if place < MOST_ROWS:
                yield row
            else:
                self.left_out += 1


def _changed_rows(old: list[str], blocks: Sequence[LineBlock]) -> Iterator[Row]:
    at = new_at = 0
    for block in blocks:
        if isinstance(block, SameLines):
            for step in range(block.count):
                pieces = (Piece("same", shown(old[at + step])),)
                yield Row(
                    Line(at + step + 1, pieces), Line(new_at + step + 1, pieces), is_same=True
                )
            at, new_at = at + block.count, new_at + block.count
            continue
        yield from _block_rows(block, at, new_at)
        at += sum(text.count("\n") + 1 for text in block.old)
        new_at += sum(text.count("\n") + 1 for text in block.new)


def _block_rows(block: ChangedLines, at: int, new_at: int) -> Iterator[Row]:
    """Rows of one block; lines without a partner stand alone."""
    if not block.pairs:
        # Elements of a block that was too long to look into are several lines each.
        old = [line for text in block.old for line in text.split("\n")]
        new = [line for text in block.new for line in text.split("\n")]
        yield from (Row(_line(at + n, text, "old"), None) for n, text in enumerate(old))
        yield from (Row(None, _line(new_at + n, text, "new")) for n, text in enumerate(new))
        return
    i = j = 0
    for pair in block.pairs:
        yield from (Row(_line(at + n, block.old[n], "old"), None) for n in range(i, pair.old))
        yield from (
            Row(None, _line(new_at + n, block.new[n], "new")) for n in range(j, pair.new)
        )
        old_text, new_text = block.old[pair.old], block.new[pair.new]
        yield Row(
            Line(at + pair.old + 1, tuple(_pieces(old_text, pair.old_spans, "old"))),
            Line(new_at + pair.new + 1, tuple(_pieces(new_text, pair.new_spans, "new"))),
        )
        i, j = pair.old + 1, pair.new + 1
    yield from (Row(_line(at + n, block.old[n], "old"), None) for n in range(i, len(block.old)))
    yield from (
        Row(None, _line(new_at + n, block.new[n], "new")) for n in range(j, len(block.new))
    )


def _line(place: int, text: str, kind: str) -> Line:
    return Line(place + 1, (Piece(kind, shown(text)),))


def _pieces(text: str, spans: Sequence[tuple[int, int]], kind: str) -> Iterator[Piece]:
    """``text`` in pieces; in a very long line what comes late is left out."""
    at = 0
    for start, end in spans:
        if start > at:
            yield Piece("same", shown(text[at:start]))
        yield Piece(kind, shown(text[start:end]))
        at = end
        if at > MOST_CHARACTERS:
            break
    if at < len(text):
        yield Piece("same", shown(text[at:]))


def _folded(rows: list[Row]) -> Iterator[Part]:
    """``rows`` in parts; same ones further than ``CONTEXT`` from a change are folded."""
    start = 0
    for is_same, group in groupby(enumerate(rows), key=lambda pair: pair[1].is_same):
        places = [place for place, _ in group]
        if not is_same:
            continue
        first = places[0] + (CONTEXT if places[0] else 0)
        last = places[-1] + 1 - (CONTEXT if places[-1] + 1 < len(rows) else 0)
        if last - first < 2:  # noqa: PLR2004 - folding one line away saves nothing
            continue
        if first > start:
            yield Part(tuple(rows[start:first]), is_folded=False)
        yield Part(tuple(rows[first:last]), is_folded=True)
        start = last
    if start < len(rows):
        yield Part(tuple(rows[start:]), is_folded=False)


def _merged(row: Row) -> Iterator[Piece]:
    """The pieces of both sides of a row in one line, what went before what came."""
    if row.is_same and row.new is not None:
        yield from row.new.pieces
        return
    old = list(row.old.pieces) if row.old is not None else []
    new = list(row.new.pieces) if row.new is not None else []
    while old or new:
        if old and old[0].is_old:
            yield old.pop(0)
        elif new and new[0].is_new:
            yield new.pop(0)
        elif not old or not new:
            yield from (*old, *new)
            return
        else:
            # Both go on with the same words, as far as the shorter of the two pieces.
            length = min(len(old[0].text), len(new[0].text))
            yield Piece("same", new[0].text[:length])
            old[0] = Piece("same", old[0].text[length:])
            new[0] = Piece("same", new[0].text[length:])
            old = old if old[0].text else old[1:]
            new = new if new[0].text else new[1:]
