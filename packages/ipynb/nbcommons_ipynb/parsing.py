"""From bytes to a notebook, or to a sentence that says why not."""

import json
from dataclasses import dataclass
from typing import Any

import orjson

from nbcommons_ipynb.allowed import whole_number
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.limits import DEFAULT_LIMITS, MEGABYTE, Limits
from nbcommons_ipynb.repair import repair
from nbcommons_ipynb.sniffing import (
    CLEAR_AND_SAVE,
    SAVE_AGAIN,
    Skeleton,
    as_utf8,
    refuse_other_text,
    skeleton_of,
    why_not_json,
)
from nbcommons_ipynb.upgrading import CURRENT_MAJOR, OLDEST_MAJOR, upgrade


@dataclass(frozen=True, slots=True)
class Parsed:
    """A notebook file that was understood.

    document: in format 4.5 with joined sources; still with its outputs and metadata.
    repairs: sentences about what had to be put right.
    found_format: major and minor number that the file claimed.
    """

    document: Document
    repairs: tuple[str, ...]
    raw_bytes: int
    found_format: tuple[int, int]


def parse(raw: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """The notebook in ``raw``. Raises ``NotANotebook`` and nothing else, whatever the bytes."""
    if len(raw) > limits.raw_bytes:
        raise NotANotebook(
            f"The file is larger than {limits.raw_bytes / MEGABYTE:g} MB. {CLEAR_AND_SAVE}",
            kind="too_big",
        )
    text, recoded = as_utf8(raw)
    refuse_other_text(text)
    value = _load(text, limits)
    found = format_of(value)
    repairs = [] if recoded is None else [recoded]
    is_old = found[0] < CURRENT_MAJOR
    if is_old:
        value = upgrade(value, found[0])
        repairs.append(f"The notebook was in the old format {found[0]}; it was brought to 4.5.")
    document, mended = repair(value, is_old=is_old, limits=limits)
    return Parsed(document, (*repairs, *mended), len(raw), found)


def _load(text: bytes, limits: Limits) -> Document:
    skeleton = skeleton_of(text)
    if skeleton.containers > limits.containers:
        raise NotANotebook(f"The file has too many parts. {CLEAR_AND_SAVE}", kind="too_big")
    # Before any reader sees it: readers recurse, and some of them crash.
    if skeleton.depth() > limits.depth:
        raise NotANotebook(
            f"Something in the file is nested more than {limits.depth} levels deep. "
            f"{CLEAR_AND_SAVE}",
            kind="too_deep",
        )
    if skeleton.huge_integer():
        raise NotANotebook(
            "The file holds a whole number with too many digits, outside the code. "
            f"{CLEAR_AND_SAVE}",
            kind="huge_number",
        )
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise why_not_json(text, skeleton, error.lineno) from error
    if not isinstance(value, dict):
        raise NotANotebook(
            "The file is JSON, but not a notebook. Choose a file that Jupyter saved.",
            kind="not_a_notebook",
        )
    _refuse_repeated_keys(value, skeleton, text)
    return value


def _refuse_repeated_keys(value: Document, skeleton: Skeleton, text: bytes) -> None:
    """Two values under one name: each reader picks another, so nobody may.

    Counting tells: outside strings each ``:`` is one name given a value, and readers
    keep one value per name.
    """
    members = 0
    open_values: list[Any] = [value]
    while open_values:
        current = open_values.pop()
        if type(current) is dict:
            members += len(current)
            current = current.values()
        open_values += [v for v in current if type(v) is dict or type(v) is list]
    if members != skeleton.members:
        name = _repeated_key(text)
        raise NotANotebook(
            f"The file gives two values for the same name{name}, so it is not clear which one "
            f"counts. {SAVE_AGAIN}",
            kind="repeated_key",
        )


def _repeated_key(text: bytes) -> str:
    repeated: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for key, _value in pairs:
            if key in seen:
                repeated.append(key)
            seen.add(key)

    # Depth and numbers were checked, so the slow reader is safe here.
    json.loads(text, object_pairs_hook=look)
    return f" (“{repeated[0][:40]}”)" if repeated else ""


def format_of(value: Document) -> tuple[int, int]:
    """Major and minor number of the format; what is missing is guessed from the shape."""
    if "cells" not in value and "worksheets" not in value:
        raise NotANotebook(
            "The file is JSON, but has no cells, so it is not a notebook. "
            "Choose a file that Jupyter saved.",
            kind="not_a_notebook",
        )
    if "nbformat" not in value:
        guess = CURRENT_MAJOR if "cells" in value and "worksheets" not in value else 3
        return guess, 0
    major = whole_number(value["nbformat"])
    if major is None:
        raise NotANotebook(
            f"The file does not say which notebook format it is in. {SAVE_AGAIN}", kind="format"
        )
    if not OLDEST_MAJOR <= major <= CURRENT_MAJOR:
        raise NotANotebook(
            f"The file says it is in notebook format {major}, which we do not know. "
            "Save it in format 4, which every Jupyter of today can, and choose it again.",
            kind="format",
        )
    return major, whole_number(value.get("nbformat_minor")) or 0
