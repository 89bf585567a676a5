"""Notebooks in the formats 1 to 3, from before 2015, brought to format 4."""

import logging
from pathlib import PurePath
from typing import Any

import orjson

from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.errors import NotANotebook

CURRENT_MAJOR = 4
OLDEST_MAJOR = 1


def upgrade(value: Document, major: int) -> Document:
    """``value``, in format ``major`` < 4, in format 4 without cell ids.

    Raises ``NotANotebook`` when it is not what its format promises.
    """
    # Imported here: old notebooks are rare, and the import takes a third of a second.
    import nbformat  # noqa: PLC0415

    for name in ("traitlets", "nbformat"):
        logging.getLogger(name).addFilter(_is_not_from_nbformat)  # added once, however often
    try:
        # Through its reader, which joins lines first; the steps between formats rely on that.
        text = orjson.dumps({**value, "nbformat": major}).decode()
        node = nbformat.reader.reads(text)  # type: ignore[no-untyped-call]
        node = nbformat.convert(node, CURRENT_MAJOR)  # type: ignore[no-untyped-call]
    # The upgrader trusts its input: a broken notebook raises whatever comes first.
    except Exception as error:
        raise NotANotebook(
            f"The notebook is in the old format {major} and damaged, so it could not be brought "
            "to today's format. Open it in Jupyter, save it and choose it again.",
            kind="old_format",
        ) from error
    document: Document = _plain(node)
    document.get("metadata", {}).pop("orig_nbformat", None)
    for cell in document.get("cells", []):
        # The upgrader's ids are random; the repair gives ids that follow from the content.
        cell.pop("id", None)
    return document


def _is_not_from_nbformat(record: logging.LogRecord) -> bool:
    """What nbformat finds wrong it logs with the part in question: results, in our logs."""
    return "nbformat" not in PurePath(record.pathname).parts


def _plain(value: Any) -> Any:
    """``value`` without nbformat's own dict class."""
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value
