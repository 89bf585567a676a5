"""Notebooks for tests, valid unless a test says otherwise."""

import base64
import io
import json
from typing import Any

from PIL import Image

from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.parsing import Parsed, parse
from nbcommons_ipynb.rendering import Rendered, render
from nbcommons_ipynb.stripping import Stripped, strip

PYTHON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "version": "3.11.4"},
}


def code(source: Any = "x = 1", **more: Any) -> dict[str, Any]:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    return {**cell, "source": source, **more}


def text(source: Any = "Some words.", **more: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source, **more}


def notebook(*cells: Any, metadata: Any = None, **more: Any) -> Document:
    """A notebook of format 4.5; cells without an id are given one by their place."""
    named = [
        {"id": f"cell-{place}", **cell} if isinstance(cell, dict) else cell
        for place, cell in enumerate(cells)
    ]
    metadata = dict(PYTHON) if metadata is None else metadata
    return {"cells": named, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5, **more}


def raw(document: Any) -> bytes:
    return json.dumps(document).encode()


def parsed(*cells: Any, metadata: Any = None, **more: Any) -> Parsed:
    return parse(raw(notebook(*cells, metadata=metadata, **more)))


def stripped(*cells: Any, metadata: Any = None, **options: Any) -> Stripped:
    return strip(parsed(*cells, metadata=metadata).document, **options)


def rendered(*cells: Any, metadata: Any = None, **options: Any) -> Rendered:
    return render(stripped(*cells, metadata=metadata).document, **options)


def html_of(source: str) -> str:
    """A text cell as it is shown."""
    return rendered(text(source)).cells[0].html


def picture(
    kind: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **options: Any
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode == "P" else None).save(out, kind, **options)
    return out.getvalue()


def coded(content: bytes) -> str:
    return base64.b64encode(content).decode()
