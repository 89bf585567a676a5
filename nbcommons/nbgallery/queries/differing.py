"""What somebody's copy changes, as the HTML that clients put into their own page.

They insert it as it is, so nothing of a notebook gets into it but escaped text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape

from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.diff.comparing import diff
from nbcommons_ipynb.diff.model import CellStep, ChangedLines, LineBlock, SameCells

MOST_ROWS = 20_000
SAME, REMOVED, ADDED = "unchanged", "del", "ins"
_TAGS = {SAME: "span", REMOVED: "del", ADDED: "ins"}
CSS = (
    "<style type='text/css'>"
    ".diff{overflow:auto;max-height:70vh}"
    ".diff ul{list-style:none;margin:0;padding:0;font-family:monospace;white-space:pre-wrap}"
    ".diff li{padding:0 .5em;min-height:1.2em}"
    ".diff li.del{background:#fbdada}.diff li.ins{background:#d8f2dd}"
    ".diff del,.diff ins{text-decoration:none}"
    "</style>"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison: ``unchanged``, ``del`` or ``ins``."""

    kind: str
    text: str


def difference(old: Document, new: Document) -> dict[str, Any]:
    """The answer of the protocol about ``old``, the commons' copy, and ``new``."""
    rows = list(_rows(old, new))
    is_different = any(row.kind != SAME for row in rows)
    if len(rows) > MOST_ROWS:
        left_out = f"… and {len(rows) - MOST_ROWS:,} more lines"
        rows = [*rows[:MOST_ROWS], Row(SAME, left_out)]
    return {
        "different": is_different,
        "css": CSS,
        "inline": _html(rows),
        "split": [_html(_side(rows, REMOVED)), _html(_side(rows, ADDED))],
    }


def _rows(old: Document, new: Document) -> Iterator[Row]:
    cells, new_cells = old["cells"], new["cells"]
    for step in diff(old, new).steps:
        if isinstance(step, SameCells):
            for cell in cells[step.old : step.old + step.count]:
                yield from _cell(cell, SAME)
        elif step.old is None and step.new is not None:
            yield from _cell(new_cells[step.new], ADDED)
        elif step.new is None and step.old is not None:
            yield from _cell(cells[step.old], REMOVED)
        elif step.old is not None and step.new is not None:
            yield from _changed(step, cells[step.old], new_cells[step.new])


def _cell(cell: dict[str, Any], kind: str) -> Iterator[Row]:
    yield Row(kind, f"{cell['cell_type']}:")
    yield from _lines(cell["source"], kind)
    yield Row(kind, "")


def _changed(step: CellStep, cell: dict[str, Any], new_cell: dict[str, Any]) -> Iterator[Row]:
    before, after = f"{cell['cell_type']}:", f"{new_cell['cell_type']}:"
    if step.is_moved:
        after += " (moved)"
    if before == after:
        yield Row(SAME, before)
    else:
        yield Row(REMOVED, before)
        yield Row(ADDED, after)
    if step.lines:
        yield from _blocks(step.lines, cell["source"].split("\n"))
    else:
        yield from _lines(cell["source"], SAME)
    yield Row(SAME, "")


def _blocks(blocks: tuple[LineBlock, ...], lines: list[str]) -> Iterator[Row]:
    at = 0
    for block in blocks:
        if isinstance(block, ChangedLines):
            for text in block.old:
                at += text.count("\n") + 1
                yield from _lines(text, REMOVED)
            for text in block.new:
                yield from _lines(text, ADDED)
        else:
            for line in lines[at : at + block.count]:
                yield from _lines(line, SAME)
            at += block.count


def _lines(text: str, kind: str) -> Iterator[Row]:
    return (Row(kind, f"  {line}") for line in text.split("\n"))


def _side(rows: list[Row], kind: str) -> list[Row]:
    """One column: what is only in the other one is an empty line here, so that both align."""
    return [row if row.kind in {SAME, kind} else Row(SAME, "") for row in rows]


def _html(rows: list[Row]) -> str:
    items = "".join(
        f'<li class="{row.kind}"><{_TAGS[row.kind]}>{escape(row.text)}</{_TAGS[row.kind]}></li>'
        for row in rows
    )
    return f'<div class="diff"><ul>{items}</ul></div>'
