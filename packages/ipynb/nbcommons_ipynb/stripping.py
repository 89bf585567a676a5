"""A notebook without results: what is on the list stays, all else goes and is counted."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import orjson

from nbcommons_ipynb.allowed import ExtraKeys, cell_metadata, notebook_metadata
from nbcommons_ipynb.canonical import canonical_bytes, content_address
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.embedded import FoundPicture, empty_text, shown_name, take_attachments
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.limits import DEFAULT_LIMITS, MEGABYTE, Limits
from nbcommons_ipynb.removal import (
    CellRemoved,
    Removed,
    count_metadata,
    count_outputs,
    describe_output,
)
from nbcommons_ipynb.schema import schema_error

NO_EXTRA_KEYS = ExtraKeys()
KNOWN_CELL_KEYS = frozenset(
    {"cell_type", "id", "source", "metadata", "outputs", "execution_count", "attachments"}
)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A notebook as it may be shared.

    canonical: its canonical bytes; sha256: their content address in hex.
    cells: those from which something was removed, in order.
    pictures: what was taken out of text cells, for ``images.offer``; not to be stored.
    solutions: positions of cells that keep the answer of an exercise; the author sees which.
    """

    document: Document
    canonical: bytes
    sha256: str
    removed: Removed
    cells: tuple[CellRemoved, ...]
    pictures: tuple[FoundPicture, ...]
    solutions: tuple[int, ...]


def strip(
    document: Document,
    *,
    bytes_before: int | None = None,
    extra_keys: ExtraKeys = NO_EXTRA_KEYS,
    limits: Limits = DEFAULT_LIMITS,
) -> Stripped:
    """``document``, as ``parse`` gave it, without anything that is not allowed.

    bytes_before: size of the file it came from; by default that of ``document``.
    Stripping twice changes nothing more. Raises ``NotANotebook`` when what is left
    is too large.
    """
    size = bytes_before if bytes_before is not None else len(orjson.dumps(document))
    stripped = [
        _strip_cell(cell, position, extra_keys, limits)
        for position, cell in enumerate(document["cells"])
    ]
    kept = notebook_metadata(document["metadata"], extra=extra_keys, limits=limits)
    bare: Document = {
        "cells": [cell.cell for cell in stripped],
        "metadata": kept.metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    canonical = checked_bytes(bare, limits=limits)
    total = count_metadata(kept.gone)
    for cell in stripped:
        total += cell.counts
    return Stripped(
        document=bare,
        canonical=canonical,
        sha256=content_address(canonical),
        removed=Removed(bytes_before=size, bytes_after=len(canonical), **total),
        cells=tuple(
            _told(cell, position) for position, cell in enumerate(stripped) if cell.counts
        ),
        pictures=tuple(picture for cell in stripped for picture in cell.pictures),
        solutions=tuple(
            position
            for position, cell in enumerate(bare["cells"])
            if "ordo_solution" in cell["metadata"]
        ),
    )


def checked_bytes(document: Document, *, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The canonical bytes of a stripped ``document``, with or without kept pictures.

    Raises ``NotANotebook`` when they are too many or against the official schema.
    """
    canonical = canonical_bytes(document)
    if len(canonical) > limits.stripped_bytes:
        raise NotANotebook(
            f"Without results the notebook is still larger than "
            f"{limits.stripped_bytes / MEGABYTE:g} MB. Move data that is written into the code "
            "to a file of its own, keep fewer pictures, or split the notebook.",
            kind="too_big",
        )
    fault = schema_error(document)
    if fault is not None:
        raise NotANotebook(
            f"The notebook is damaged in a way that we cannot put right ({fault[:200]}). "
            "Open it in Jupyter, save it and choose it again.",
            kind="schema",
        )
    return canonical


@dataclass(frozen=True, slots=True)
class _StrippedCell:
    """counts: by the names of ``Removed``, without those that are zero."""

    cell: dict[str, Any]
    counts: Counter[str]
    notes: tuple[str, ...]
    pictures: tuple[FoundPicture, ...]


def _strip_cell(
    cell: dict[str, Any], position: int, extra: ExtraKeys, limits: Limits
) -> _StrippedCell:
    kind = cell["cell_type"]
    kept = cell_metadata(cell["metadata"], kind, extra=extra, limits=limits)
    bare = {
        "cell_type": kind,
        "id": cell["id"],
        "metadata": kept.metadata,
        "source": cell["source"],
    }
    pictures = take_attachments(cell, position)
    if kind == "code":
        bare |= {"outputs": [], "execution_count": None}
    if kind in {"markdown", "raw"}:
        text = empty_text(cell, position)
        bare["source"] = text.source
        pictures += text.pictures
    outputs = [describe_output(output) for output in _outputs(cell)]
    strange = [(key, value) for key, value in cell.items() if key not in KNOWN_CELL_KEYS]
    counts = count_metadata((*kept.gone, *strange))
    if outputs:
        counts += count_outputs(outputs)
    if cell.get("execution_count") is not None:
        counts["execution_counts"] = 1
    if pictures:
        counts["attachments"] = len(pictures)
    notes = [output.note for output in outputs]
    notes += [f"Picture removed: {shown_name(picture.name)}" for picture in pictures]
    return _StrippedCell(bare, counts, tuple(notes), pictures if kind == "markdown" else ())


def _outputs(cell: dict[str, Any]) -> list[Any]:
    outputs = cell.get("outputs")
    if isinstance(outputs, list):
        return outputs
    return [] if outputs is None else [outputs]


def _told(cell: _StrippedCell, position: int) -> CellRemoved:
    return CellRemoved(position, cell.cell["id"], Removed(**cell.counts), cell.notes)
