"""A difference as JSON values, for programs.

``from`` is the old side and ``to`` the new one, everywhere. ``cells`` holds, in reading order of
the new notebook, runs of same cells (``kind`` same, ``count``) and single cells that were changed,
moved, added or removed, with their places from 0. A changed cell has ``lines``: blocks that are
either ``{"same": n}`` or lists of lines ``from`` and ``to``, with ``pairs`` of lines that became
one another and spans of what changed in them, in code points. ``metadata`` lists values by their
path; a side that is not there had none. Added and removed cells are there whole.
"""

from typing import Any

from nbcommons_ipynb.diff.model import (
    ABSENT,
    Absent,
    CellStep,
    ChangedLines,
    Counts,
    FieldChange,
    Kind,
    LineBlock,
    LinePair,
    NotebookDiff,
    SameCells,
    SameLines,
    Step,
    counts_of,
)

FORM = 1
"""Number of the form below; a reader refuses others."""


def to_json(difference: NotebookDiff) -> dict[str, Any]:
    """``difference`` as JSON values; texts and cells are shared with it, not copied."""
    return {
        "form": FORM,
        "counts": counts_json(counts_of(difference)),
        "is_coarse": difference.is_coarse,
        "metadata": [_field_json(change) for change in difference.fields],
        "cells": [_step_json(step) for step in difference.steps],
    }


def from_json(value: dict[str, Any]) -> NotebookDiff:
    """The difference that ``to_json`` gave; raises ``ValueError`` for another form."""
    if value.get("form") != FORM:
        raise ValueError(f"this form of a difference is not known: {value.get('form')!r}")
    return NotebookDiff(
        steps=tuple(_step(step) for step in value["cells"]),
        fields=tuple(_field(change) for change in value["metadata"]),
        is_coarse=value["is_coarse"],
    )


def counts_json(counts: Counts) -> dict[str, int]:
    """``counts`` as an object of numbers."""
    return {
        "changed": counts.changed,
        "moved": counts.moved,
        "added": counts.added,
        "removed": counts.removed,
        "same": counts.same,
    }


def _step_json(step: Step) -> dict[str, Any]:
    if isinstance(step, SameCells):
        return {"kind": "same", "from": step.old, "to": step.new, "count": step.count}
    made: dict[str, Any] = {"kind": step.kind.value}
    if step.old is not None:
        made["from"] = step.old
    if step.new is not None:
        made["to"] = step.new
    if step.cell is not None:
        made["cell"] = step.cell
    if step.lines:
        made["lines"] = [_block_json(block) for block in step.lines]
    if step.fields:
        made["metadata"] = [_field_json(change) for change in step.fields]
    return made


def _step(value: dict[str, Any]) -> Step:
    if value["kind"] == "same":
        return SameCells(value["from"], value["to"], value["count"])
    return CellStep(
        old=value.get("from"),
        new=value.get("to"),
        is_moved=value["kind"] == Kind.MOVED,
        cell=value.get("cell"),
        lines=tuple(_block(block) for block in value.get("lines", ())),
        fields=tuple(_field(change) for change in value.get("metadata", ())),
    )


def _block_json(block: LineBlock) -> dict[str, Any]:
    if isinstance(block, SameLines):
        return {"same": block.count}
    made: dict[str, Any] = {"from": list(block.old), "to": list(block.new)}
    if block.pairs:
        made["pairs"] = [
            {
                "from": pair.old,
                "to": pair.new,
                "from_spans": [list(span) for span in pair.old_spans],
                "to_spans": [list(span) for span in pair.new_spans],
            }
            for pair in block.pairs
        ]
    return made


def _block(value: dict[str, Any]) -> LineBlock:
    if "same" in value:
        return SameLines(value["same"])
    return ChangedLines(
        tuple(value["from"]),
        tuple(value["to"]),
        tuple(
            LinePair(
                pair["from"],
                pair["to"],
                tuple((start, end) for start, end in pair["from_spans"]),
                tuple((start, end) for start, end in pair["to_spans"]),
            )
            for pair in value.get("pairs", ())
        ),
    )


def _field_json(change: FieldChange) -> dict[str, Any]:
    made: dict[str, Any] = {"path": list(change.path)}
    if not isinstance(change.old, Absent):
        made["from"] = change.old
    if not isinstance(change.new, Absent):
        made["to"] = change.new
    return made


def _field(value: dict[str, Any]) -> FieldChange:
    return FieldChange(tuple(value["path"]), value.get("from", ABSENT), value.get("to", ABSENT))
