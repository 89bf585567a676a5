"""A difference of two notebooks as the items of a page, a page at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from nbcommons.versions._rows import Body, changed_body, shown, weight_of, whole_body
from nbcommons.versions._words import cell_notes
from nbcommons_ipynb.cells import Document, code_cells
from nbcommons_ipynb.diff.lines import lines_of
from nbcommons_ipynb.diff.model import (
    CellStep,
    Counts,
    Kind,
    NotebookDiff,
    SameCells,
    SameLines,
    Step,
)

PAGE_ROWS = 1_000
"""Rows that one page shows; a cell is never split over two."""
PREVIEW_CHARACTERS = 60_000
"""Characters of cells that are the same and folded away, on one page."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A cell that is the same, to be unfolded."""

    name: str
    is_text: bool
    source: str


@dataclass(frozen=True, slots=True)
class SameItem:
    """Cells in a row that are the same; ``is_cut``: the page is too full to hold all of them."""

    words: str
    cells: tuple[Preview, ...]
    is_cut: bool
    is_same: ClassVar[bool] = True
    is_gone: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class GoneItem:
    """The place that a cell moved away from; ``target`` is its anchor, empty if on another page."""

    words: str
    target: str
    is_same: ClassVar[bool] = False
    is_gone: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class CellItem:
    """A cell that changed, moved, came or went.

    words: what happened in a few words. notes: sentences about its metadata.
    """

    anchor: str
    name: str
    kind: str
    words: str
    notes: tuple[str, ...]
    is_text: bool
    body: Body
    is_same: ClassVar[bool] = False
    is_gone: ClassVar[bool] = False


Item = SameItem | GoneItem | CellItem


@dataclass(frozen=True, slots=True)
class _Left:
    """Where a moved cell stood."""

    step: CellStep


_Entry = SameCells | CellStep | _Left


class _Names:
    """How people call cells: code by its number, text by the code that follows."""

    def __init__(self, document: Document) -> None:
        self.cells = document["cells"]
        self.numbers = {cell.position: cell.number + 1 for cell in code_cells(document)}
        self._next: dict[int, int] = {}
        following = 0
        for place in range(len(self.cells) - 1, -1, -1):
            following = self.numbers.get(place, following)
            self._next[place] = following

    def of(self, place: int) -> str:
        if place in self.numbers:
            return f"Cell {self.numbers[place]}"
        word = {"code": "Empty cell", "markdown": "Text"}.get(
            self.cells[place]["cell_type"], "Plain text"
        )
        following = self._next[place]
        return f"{word} before cell {following}" if following else f"{word} at the end"

    def run(self, start: int, count: int) -> str:
        """A run of cells that are the same, in a sentence without its full stop."""
        numbers = [
            self.numbers[place]
            for place in range(start, start + count)
            if place in self.numbers
        ]
        if not numbers:
            if count == 1:
                return f"{self.of(start)} is the same"
            return f"{count:,} pieces of text are the same"
        if len(numbers) == 1:
            text = " and its text are" if count > 1 else " is"
            return f"Cell {numbers[0]}{text} the same"
        text = " and their text" if count > len(numbers) else ""
        return f"Cells {numbers[0]} to {numbers[-1]}{text} are the same"


def entries_of(difference: NotebookDiff) -> tuple[_Entry, ...]:
    """What the pages are made of, in order: runs, changed cells, places that cells left."""
    steps = list(_without_quiet(difference.steps))
    left = sorted(
        (step for step in steps if isinstance(step, CellStep) and step.is_moved),
        key=lambda step: step.old or 0,
    )
    entries: list[_Entry] = []
    for step in steps:
        is_in_place = isinstance(step, SameCells) or (
            step.old is not None and not step.is_moved
        )
        while is_in_place and left and (left[0].old or 0) < (step.old or 0):
            entries.append(_Left(left.pop(0)))
        entries.append(step)
    return (*entries, *map(_Left, left))


def paged(entries: Sequence[_Entry]) -> list[tuple[_Entry, ...]]:
    """``entries`` on pages of about ``PAGE_ROWS`` rows; there is always a first page."""
    pages: list[list[_Entry]] = [[]]
    rows = 0
    for entry in entries:
        size = _weight(entry)
        if pages[-1] and rows + size > PAGE_ROWS:
            pages.append([])
            rows = 0
        pages[-1].append(entry)
        rows += size
    return [tuple(page) for page in pages]


def items_of(entries: Iterable[_Entry], old: Document, new: Document) -> tuple[Item, ...]:
    """The entries of one page with their words and lines."""
    entries = list(entries)
    names, new_names = _Names(old), _Names(new)
    here = {entry.new for entry in entries if isinstance(entry, CellStep) and entry.is_moved}
    room = PREVIEW_CHARACTERS
    items: list[Item] = []
    for entry in entries:
        if isinstance(entry, SameCells):
            item = _same(entry, new_names, room)
            room -= sum(len(cell.source) for cell in item.cells)
            items.append(item)
        elif isinstance(entry, _Left):
            items.append(_gone(entry.step, names, new_names, is_here=entry.step.new in here))
        else:
            items.append(_cell(entry, names, new_names))
    return tuple(items)


def summary_of(counts: Counts) -> str:
    """The counts that are not nought, as "3 cells changed, 1 moved, 2 added" does."""
    told = [
        (counts.changed, "changed"),
        (counts.moved, "moved"),
        (counts.added, "added"),
        (counts.removed, "removed"),
    ]
    words = [(count, word) for count, word in told if count]
    if not words:
        return "No cell changed"
    count, word = words[0]
    first = f"{count:,} {'cell' if count == 1 else 'cells'} {word}"
    return ", ".join([first, *(f"{count:,} {word}" for count, word in words[1:])])


def _without_quiet(steps: Iterable[Step]) -> Iterator[Step]:
    """``steps`` with cells that differ in their id alone counted as the same."""
    run: SameCells | None = None
    for step in steps:
        same = _as_same(step)
        if (
            same is not None
            and run is not None
            and ((run.old + run.count, run.new + run.count) == (same.old, same.new))
        ):
            run = SameCells(run.old, run.new, run.count + same.count)
            continue
        if run is not None:
            yield run
        run = same
        if same is None:
            yield step
    if run is not None:
        yield run


def _as_same(step: Step) -> SameCells | None:
    if isinstance(step, SameCells):
        return step
    if step.kind is not Kind.CHANGED or step.lines or cell_notes(step.fields):
        return None
    return SameCells(step.old or 0, step.new or 0, 1)


def _weight(entry: _Entry) -> int:
    if not isinstance(entry, CellStep):
        return 1
    source = entry.cell["source"].count("\n") + 1 if entry.cell is not None else 0
    return 2 + max(weight_of(entry.lines), min(source, PAGE_ROWS))


def _same(run: SameCells, names: _Names, room: int) -> SameItem:
    cells: list[Preview] = []
    for place in range(run.new, run.new + run.count):
        source = names.cells[place]["source"]
        room -= len(source)
        if room < 0:
            break
        kind = names.cells[place]["cell_type"]
        text = "\n".join(map(shown, source.split("\n")))
        cells.append(Preview(names.of(place), kind == "markdown", text))
    return SameItem(names.run(run.new, run.count), tuple(cells), len(cells) < run.count)


def _gone(step: CellStep, names: _Names, new_names: _Names, *, is_here: bool) -> GoneItem:
    name, new_name = names.of(step.old or 0), new_names.of(step.new or 0)
    now = f"it is now {_small(new_name)}" if name != new_name else "it stands elsewhere now"
    return GoneItem(f"{name} moved: {now}", _anchor(step) if is_here else "")


def _cell(step: CellStep, names: _Names, new_names: _Names) -> CellItem:
    if step.new is not None:
        name, cell = new_names.of(step.new), new_names.cells[step.new]
    else:
        name, cell = names.of(step.old or 0), names.cells[step.old or 0]
    return CellItem(
        anchor=_anchor(step),
        name=name,
        kind=step.kind.value,
        words=_happened(step, names),
        notes=cell_notes(step.fields),
        is_text=cell["cell_type"] == "markdown",
        body=_body(step, names),
    )


def _body(step: CellStep, names: _Names) -> Body:
    if step.cell is not None:
        return whole_body(step.cell["source"], is_new=step.old is None)
    source = names.cells[step.old or 0]["source"]
    if step.lines:
        return changed_body(source, step.lines)
    if step.is_moved:
        return changed_body(source, [SameLines(len(lines_of(source)))])
    return Body(())


def _happened(step: CellStep, names: _Names) -> str:
    if step.kind is not Kind.MOVED:
        return step.kind.value
    moved = f"moved, was {_small(names.of(step.old or 0))}"
    return f"{moved}; changed too" if step.has_changed_inside else moved


def _anchor(step: CellStep) -> str:
    return f"new-{step.new}" if step.new is not None else f"old-{step.old}"


def _small(words: str) -> str:
    return words[0].lower() + words[1:]
