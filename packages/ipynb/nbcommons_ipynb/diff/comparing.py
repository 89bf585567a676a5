"""The difference of two notebooks: ``diff`` makes it, ``apply`` and ``inverse`` use it."""

from collections.abc import Iterable, Sequence
from typing import Any

from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.diff.alignment import Alignment, Side, align
from nbcommons_ipynb.diff.fields import changed_fields, is_same, with_fields_changed
from nbcommons_ipynb.diff.lines import changed_lines, with_lines_changed
from nbcommons_ipynb.diff.model import (
    CellStep,
    ChangedLines,
    DoesNotApply,
    FieldChange,
    LineBlock,
    LinePair,
    NotebookDiff,
    SameCells,
    SameLines,
    Step,
)
from nbcommons_ipynb.diff.sequences import Budget

ALGORITHM = 1
"""Grows whenever the answer for the same notebooks may be another, so that counts are renewed."""
ALIGNING_STEPS = 500_000
"""How much work may go into finding cells again before it is done more coarsely."""
READING_STEPS = 500_000
"""The same for lines and words within changed cells, all together."""
_CELLS = frozenset({"cells"})
_SOURCE = frozenset({"source"})


def diff(old: Document, new: Document) -> NotebookDiff:
    """What turns the stripped notebook ``old`` into ``new``: ``apply(diff(a, b), a) == b``.

    The same two notebooks always give the same answer. Time grows with the size of the
    notebooks, and no faster. Parts of both are shared with the answer, so change neither.
    """
    cells, new_cells = old["cells"], new["cells"]
    aligning = Budget(ALIGNING_STEPS)
    reading = Budget(READING_STEPS)
    side, new_side = Side(cells, aligning), Side(new_cells, aligning)
    alignment = align(side, new_side)
    changed: dict[tuple[int, int], CellStep] = {}
    for i, j in alignment.pairs:
        is_equal = side.contents[i] == new_side.contents[j]
        step = _step(cells[i], new_cells[j], (i, j), is_equal=is_equal, budget=reading)
        is_moved = (i, j) not in alignment.in_place
        if step is not None or is_moved:
            made = step or CellStep(i, j)
            changed[i, j] = CellStep(
                i, j, is_moved=is_moved, lines=made.lines, fields=made.fields
            )
    return NotebookDiff(
        steps=tuple(_joined(_in_reading_order(cells, new_cells, alignment, changed))),
        fields=changed_fields(old, new, apart_from=_CELLS),
        is_coarse=aligning.is_spent or reading.is_spent,
    )


def apply(difference: NotebookDiff, old: Document) -> Document:
    """``old`` with ``difference`` made to it; raises ``DoesNotApply`` if it is of another."""
    cells = old["cells"]
    made: dict[int, dict[str, Any]] = {}
    used: set[int] = set()
    for step in difference.steps:
        if isinstance(step, SameCells):
            if step.old + step.count > len(cells):
                raise DoesNotApply("The notebook has fewer cells than the difference expects.")
            for offset in range(step.count):
                made[step.new + offset] = cells[step.old + offset]
                used.add(step.old + offset)
            continue
        if step.old is not None:
            used.add(step.old)
        cell = _made(step, cells)
        if step.new is not None and cell is not None:
            made[step.new] = cell
    if len(used) != len(cells) or any(place not in made for place in range(len(made))):
        raise DoesNotApply("The notebook has other cells than the difference expects.")
    top = {key: value for key, value in old.items() if key != "cells"}
    top = with_fields_changed(top, difference.fields)
    return {**top, "cells": [made[place] for place in range(len(made))]}


def inverse(difference: NotebookDiff) -> NotebookDiff:
    """The way back: ``apply(inverse(diff(a, b)), b) == a``."""
    steps: list[Step] = []
    for step in difference.steps:
        if isinstance(step, SameCells):
            steps.append(SameCells(step.new, step.old, step.count))
        else:
            steps.append(
                CellStep(
                    step.new,
                    step.old,
                    is_moved=step.is_moved,
                    cell=step.cell,
                    lines=tuple(_turned(block) for block in step.lines),
                    fields=_turned_fields(step.fields),
                )
            )
    return NotebookDiff(
        steps=tuple(steps),
        fields=_turned_fields(difference.fields),
        is_coarse=difference.is_coarse,
    )


def _step(
    old: dict[str, Any],
    new: dict[str, Any],
    places: tuple[int, int],
    *,
    is_equal: bool,
    budget: Budget,
) -> CellStep | None:
    """How one cell changed inside, or None; is_equal: all but perhaps its id is the same."""
    if is_equal:
        if old["id"] == new["id"]:
            return None
        return CellStep(*places, fields=(FieldChange(("id",), old["id"], new["id"]),))
    lines = changed_lines(old["source"], new["source"], budget)
    fields = changed_fields(old, new, apart_from=_SOURCE)
    return CellStep(*places, lines=lines, fields=fields)


def _in_reading_order(
    cells: Sequence[dict[str, Any]],
    new_cells: Sequence[dict[str, Any]],
    alignment: Alignment,
    changed: dict[tuple[int, int], CellStep],
) -> Iterable[Step]:
    """All cells as they are read in the new notebook; what went stands before what came."""
    old_of = {j: i for i, j in alignment.pairs}
    kept = set(old_of.values())
    at = new_at = 0
    for i, j in (*sorted(alignment.in_place), (len(cells), len(new_cells))):
        for place in range(at, i):
            if place not in kept:
                yield CellStep(place, None, cell=cells[place])
        for place in range(new_at, j):
            if place in old_of:
                yield changed[old_of[place], place]
            else:
                yield CellStep(None, place, cell=new_cells[place])
        if i < len(cells):
            yield changed.get((i, j)) or SameCells(i, j, 1)
        at, new_at = i + 1, j + 1


def _joined(steps: Iterable[Step]) -> Iterable[Step]:
    """``steps`` with neighbouring runs of same cells made one."""
    run: SameCells | None = None
    for step in steps:
        if not isinstance(step, SameCells):
            if run is not None:
                yield run
            run = None
            yield step
        elif run is not None and (run.old + run.count, run.new + run.count) == (
            step.old,
            step.new,
        ):
            run = SameCells(run.old, run.new, run.count + step.count)
        else:
            if run is not None:
                yield run
            run = step
    if run is not None:
        yield run


def _made(step: CellStep, cells: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The cell that ``step`` leads to; None when it was removed."""
    if step.old is None:
        return step.cell
    if step.old >= len(cells):
        raise DoesNotApply("The notebook has fewer cells than the difference expects.")
    cell = cells[step.old]
    if step.new is None:
        if not is_same(cell, step.cell):
            raise DoesNotApply(f"Cell {step.old + 1} is not the one that was removed.")
        return None
    made = with_fields_changed(cell, step.fields)
    if step.lines:
        source = with_lines_changed(cell["source"], step.lines)
        if source is None:
            raise DoesNotApply(f"The lines of cell {step.old + 1} are not those that changed.")
        made["source"] = source
    return made


def _turned(block: LineBlock) -> LineBlock:
    if isinstance(block, SameLines):
        return block
    pairs = tuple(
        LinePair(pair.new, pair.old, pair.new_spans, pair.old_spans) for pair in block.pairs
    )
    return ChangedLines(block.new, block.old, pairs)


def _turned_fields(changes: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(change.path, change.new, change.old) for change in changes)
