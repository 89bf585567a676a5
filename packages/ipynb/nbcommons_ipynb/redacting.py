"""Taking more out of a stripped notebook; by its form nothing can be put in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nbcommons_ipynb.cells import Document

PLACEHOLDER = "REMOVED"
"""What stands where text of a cell was taken out."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing to take out.

    position: of the cell, from 0; None for the notebook itself. Then either metadata, the outermost
    name of an entry, or a span of the cell's text: from start to before end, in characters.
    """

    position: int | None = None
    metadata: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Redacted:
    """What is left, and how many things were taken out."""

    document: Document
    count: int


def redact(document: Document, removals: Iterable[Removal]) -> Redacted:
    """``document`` without what ``removals`` name; what is not there is passed over.

    ``document`` itself stays as it is.
    """
    cells = list(document["cells"])
    metadata = dict(document["metadata"])
    spans: dict[int, list[tuple[int, int]]] = {}
    count = 0
    for removal in dict.fromkeys(removals):
        if removal.position is None:
            count += metadata.pop(removal.metadata, None) is not None
        elif not 0 <= removal.position < len(cells):
            continue
        elif removal.metadata:
            cell = cells[removal.position]
            kept = {k: v for k, v in cell["metadata"].items() if k != removal.metadata}
            count += len(kept) < len(cell["metadata"])
            cells[removal.position] = {**cell, "metadata": kept}
        else:
            spans.setdefault(removal.position, []).append((removal.start, removal.end))
    for position, found in spans.items():
        cells[position], taken = _without(cells[position], found)
        count += taken
    return Redacted({**document, "cells": cells, "metadata": metadata}, count)


def _without(
    cell: dict[str, Any], spans: Iterable[tuple[int, int]]
) -> tuple[dict[str, Any], int]:
    """The cell without these spans; those that overlap are one."""
    source: str = cell["source"]
    pieces: list[str] = []
    at = taken = 0
    for start, end in sorted((max(start, 0), min(end, len(source))) for start, end in spans):
        if end <= start or end <= at:
            continue
        if start > at or not taken:
            pieces += (source[at:start], PLACEHOLDER)
            taken += 1
        at = end
    return {**cell, "source": "".join((*pieces, source[at:]))}, taken
