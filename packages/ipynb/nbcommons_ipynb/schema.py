"""The official schema of notebook format 4.5, compiled."""

import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
import orjson

from nbcommons_ipynb.cells import Document

SCHEMA_FILE = "v4/nbformat.v4.5.schema.json"


def schema_error(document: Document) -> str | None:
    """What the official schema has against ``document``; ``None`` when it is valid."""
    try:
        _validator()(document)
    except fastjsonschema.JsonSchemaValueException as error:
        return str(error.message)
    return None


@cache
def _validator() -> Callable[[Document], Any]:
    # find_spec finds the folder without importing nbformat, which costs a third of a second.
    spec = importlib.util.find_spec("nbformat")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("nbformat is not installed", name="nbformat")
    schema = orjson.loads((Path(spec.origin).parent / SCHEMA_FILE).read_bytes())
    validator: Callable[[Document], Any] = fastjsonschema.compile(schema)
    return validator
