"""The official schema of notebook format 4.5, compiled."""

import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
import orjson

from nbcommons_ipynb.cells import Document

Validator = Callable[[Any], Any]

SCHEMA_FILE = "v4/nbformat.v4.5.schema.json"


def schema_error(document: Document) -> str | None:
    """What the official schema has against ``document``; ``None`` when it is valid."""
    whole, cells = _validators()
    try:
        whole(document)
        for cell in document["cells"]:
            kind = cell.get("cell_type") if isinstance(cell, dict) else None
            if kind not in cells:
                return f"a cell of the type {kind!r}"
            cells[kind](cell)
    except fastjsonschema.JsonSchemaValueException as error:
        return str(error.message)
    return None


@cache
def _validators() -> tuple[Validator, dict[Any, Validator]]:
    """For a notebook around its cells, and for each type of cell.

    The schema lets a cell be one of three, told apart by ``cell_type``. Tried one after the
    other, as a validator must, this costs three times as much as going to the right one.
    """
    # find_spec finds the folder without importing nbformat, which costs a third of a second.
    spec = importlib.util.find_spec("nbformat")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("nbformat is not installed", name="nbformat")
    schema = orjson.loads((Path(spec.origin).parent / SCHEMA_FILE).read_bytes())
    parts = schema["definitions"]
    types = {choice["$ref"].rsplit("/", 1)[-1] for choice in parts["cell"]["oneOf"]}
    cells = {}
    for name in types:
        (kind,) = parts[name]["properties"]["cell_type"]["enum"]
        cells[kind] = fastjsonschema.compile({**parts[name], "definitions": parts})
    schema["properties"]["cells"]["items"] = {}
    return fastjsonschema.compile(schema), cells
