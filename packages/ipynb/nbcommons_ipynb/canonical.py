"""One spelling for one notebook: the bytes that are hashed, stored and handed out."""

import hashlib
import json
from typing import Any

import orjson

from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.errors import NotANotebook


def canonical_bytes(document: Document) -> bytes:
    """``document`` as canonical JSON, whose SHA-256 is its content address.

    UTF-8 without byte order mark, keys sorted by code point, no spaces or line ends
    between values, only the escapes JSON demands, shortest form of numbers. Raises
    ``NotANotebook`` when a text holds half a character (a lone surrogate).
    """
    try:
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise NotANotebook(
            "The notebook holds a character that cannot be saved, often half of an emoji. "
            "Open it in Jupyter, remove the broken character and save it again.",
            kind="broken_character",
        ) from error


def content_address(canonical: bytes) -> str:
    """The SHA-256 of canonical bytes, in hex."""
    return hashlib.sha256(canonical).hexdigest()


def file_bytes(document: Document) -> bytes:
    """``document`` as Jupyter itself writes it: indented, one line of source per line.

    For downloads: a person's version control then sees the lines that changed.
    """
    cells = [_with_lines(cell) for cell in document["cells"]]
    text = json.dumps(
        {**document, "cells": cells}, ensure_ascii=False, indent=1, sort_keys=True
    )
    return text.encode() + b"\n"


def _with_lines(cell: dict[str, Any]) -> dict[str, Any]:
    return {**cell, "source": cell["source"].splitlines(keepends=True)}
