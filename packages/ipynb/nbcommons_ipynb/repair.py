"""Putting right what is wrong but harmless, and saying so."""

import hashlib
import re
from collections import Counter, defaultdict
from typing import Any

from nbcommons_ipynb.allowed import whole_number
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.limits import Limits
from nbcommons_ipynb.sniffing import SAVE_AGAIN

CURRENT_MINOR = 5
CELL_TYPES = frozenset({"code", "markdown", "raw"})
LOWEST_HEADING = 6
NAMED_CELLS = 5
"""How many cells a sentence names before it only counts them."""

CELL_ID = r"[a-zA-Z0-9_-]{1,64}"
ID_LENGTH = 12
"""How much of a hash is a new id, in hex digits."""

_CELL_ID = re.compile(CELL_ID)

_SENTENCES = {
    "id_missing": "{cells}: no identifier; given one.",
    "id_invalid": "{cells}: an identifier that the format does not allow; given a new one.",
    "id_repeated": "{cells}: the same identifier as an earlier cell; given a new one.",
    "metadata": "{cells}: unreadable metadata; left out.",
    "type_missing": "{cells}: no type; guessed from what is inside.",
    "type_unknown": "{cells}: an unknown type; taken as plain text.",
    "heading": "{cells}: an old heading cell; made a text cell.",
    "html": "{cells}: an old HTML cell; made a text cell.",
    "source_missing": "{cells}: no text; taken as empty.",
    "nul": "{cells}: invisible NUL characters; removed.",
}


class _Notes:
    """Which cells needed which repair, for one notebook."""

    def __init__(self) -> None:
        self.whole: list[str] = []
        self.cells: defaultdict[str, list[int]] = defaultdict(list)

    def sentences(self) -> tuple[str, ...]:
        told = [_SENTENCES[kind].format(cells=_cells(at)) for kind, at in self.cells.items()]
        return (*self.whole, *told)


def _cells(positions: list[int]) -> str:
    numbers = [str(position + 1) for position in positions]
    if len(numbers) == 1:
        return f"Cell {numbers[0]} from the top"
    if len(numbers) <= NAMED_CELLS:
        return f"Cells {', '.join(numbers[:-1])} and {numbers[-1]} from the top"
    return f"{len(numbers)} cells"


def repair(
    value: Document, *, is_old: bool, limits: Limits
) -> tuple[Document, tuple[str, ...]]:
    """A notebook of format 4.5 from ``value``, which claims to be format 4, and the repairs.

    Sources are joined, ids are valid and unique. Outputs stay as they are: they are
    removed next. is_old: it was just brought from an older format, which had no ids.
    Raises ``NotANotebook`` where guessing would change what the author wrote.
    """
    cells = value.get("cells")
    if not isinstance(cells, list):
        raise NotANotebook(
            f"The notebook's cells cannot be read. {SAVE_AGAIN}", kind="cells_unreadable"
        )
    if len(cells) > limits.cells:
        raise NotANotebook(
            f"The notebook has more than {limits.cells:,} cells. Split it into several, each of "
            "which answers one question.",
            kind="too_many_cells",
        )
    notes = _Notes()
    had_ids = not is_old and _note_format(value, notes)
    metadata = _notebook_metadata(value, notes)
    mended = [_cell(cell, position, notes) for position, cell in enumerate(cells)]
    _give_ids(mended, notes)
    if not had_ids:
        notes.cells.pop("id_missing", None)
    document = {
        "cells": mended,
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": CURRENT_MINOR,
    }
    return document, notes.sentences()


def _note_format(value: Document, notes: _Notes) -> bool:
    """Whether the format that the notebook is in asks for ids of cells."""
    minor = whole_number(value.get("nbformat_minor"))
    if minor is None or minor < 0 or value.get("nbformat") is None:
        notes.whole.append("The notebook did not say which format it is in; taken as 4.5.")
        return True
    if minor > CURRENT_MINOR:
        notes.whole.append(f"The notebook is in the newer format 4.{minor}; taken as 4.5.")
    elif minor < CURRENT_MINOR:
        notes.whole.append(
            f"The notebook was in format 4.{minor}, before cells had identifiers; it was brought "
            "to 4.5."
        )
    return minor >= CURRENT_MINOR


def _notebook_metadata(value: Document, notes: _Notes) -> dict[str, Any]:
    metadata = value.get("metadata")
    if not isinstance(metadata, dict):
        notes.whole.append("The notebook had no readable metadata; it starts with none.")
        return {}
    metadata = dict(metadata)
    kernel = metadata.get("kernelspec")
    if kernel is not None and not _names_a_kernel(kernel):
        metadata["kernelspec"] = _mended_kernel(kernel)
        if metadata["kernelspec"] is None:
            del metadata["kernelspec"]
        notes.whole.append("The name of the kernel was incomplete; put right as far as known.")
    language = metadata.get("language_info")
    if language is not None and not _has_text(language, "name"):
        del metadata["language_info"]
        notes.whole.append("The programming language had no name; left out.")
    return metadata


def _has_text(value: Any, key: str) -> bool:
    return isinstance(value, dict) and isinstance(value.get(key), str) and value[key] != ""


def _names_a_kernel(kernel: Any) -> bool:
    return _has_text(kernel, "name") and _has_text(kernel, "display_name")


def _mended_kernel(kernel: Any) -> dict[str, Any] | None:
    for key in ("name", "display_name", "language"):
        if _has_text(kernel, key):
            named = {"name": kernel[key], "display_name": kernel[key]}
            return {**kernel, **named, **{k: kernel[k] for k in named if _has_text(kernel, k)}}
    return None


def _cell(cell: Any, position: int, notes: _Notes) -> dict[str, Any]:
    if not isinstance(cell, dict):
        raise NotANotebook(
            f"Part {position + 1} of the notebook is not a cell. {SAVE_AGAIN}",
            kind="cells_unreadable",
        )
    mended = dict(cell)
    mended["source"] = _source(cell, position, notes)
    _settle_type(mended, position, notes)
    if not isinstance(cell.get("metadata"), dict):
        mended["metadata"] = {}
        notes.cells["metadata"].append(position)
    return mended


def _source(cell: dict[str, Any], position: int, notes: _Notes) -> str:
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if source is None:
        notes.cells["source_missing"].append(position)
        return ""
    if not isinstance(source, str):
        raise NotANotebook(
            f"The text of cell {position + 1} from the top is not text. {SAVE_AGAIN}",
            kind="source_unreadable",
        )
    if "\0" in source:
        notes.cells["nul"].append(position)
        source = source.replace("\0", "")
    return source


def _settle_type(cell: dict[str, Any], position: int, notes: _Notes) -> None:
    kind = cell.get("cell_type")
    if isinstance(kind, str) and kind in CELL_TYPES:
        return
    if kind == "heading":
        level = whole_number(cell.get("level"))
        level = level if level is not None and 1 <= level <= LOWEST_HEADING else 1
        cell["source"] = f"{'#' * level} {' '.join(cell['source'].split())}"
        cell["cell_type"] = "markdown"
        notes.cells["heading"].append(position)
    elif kind == "html":
        cell["cell_type"] = "markdown"
        notes.cells["html"].append(position)
    elif kind is None:
        is_code = "outputs" in cell or "execution_count" in cell
        cell["cell_type"] = "code" if is_code else "raw"
        notes.cells["type_missing"].append(position)
    else:
        cell["cell_type"] = "raw"
        notes.cells["type_unknown"].append(position)


def _give_ids(cells: list[dict[str, Any]], notes: _Notes) -> None:
    """Unique ids; a new one follows from the cell's content, so that it is the same next time.

    The position is left out on purpose: a cell put in above must not rename those below.
    """
    taken: set[str] = set()
    wanting: list[dict[str, Any]] = []
    for position, cell in enumerate(cells):
        fault = _id_fault(cell.get("id"), taken)
        if fault is None:
            taken.add(cell["id"])
        else:
            notes.cells[fault].append(position)
            wanting.append(cell)
    seen: Counter[bytes] = Counter()
    for cell in wanting:
        content = f"{cell['cell_type']}\0{cell['source']}".encode(errors="replace")
        # Equal cells are numbered; the loop then hardly ever turns twice.
        while (cell_id := _content_id(content, seen[content])) in taken:
            seen[content] += 1
        taken.add(cell_id)
        seen[content] += 1
        cell["id"] = cell_id


def _id_fault(cell_id: Any, taken: set[str]) -> str | None:
    if cell_id is None:
        return "id_missing"
    if not isinstance(cell_id, str) or not _CELL_ID.fullmatch(cell_id):
        return "id_invalid"
    return "id_repeated" if cell_id in taken else None


def _content_id(content: bytes, occurrence: int) -> str:
    return hashlib.sha256(b"%d\0%s" % (occurrence, content)).hexdigest()[:ID_LENGTH]
