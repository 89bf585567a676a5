"""Words planted wherever a notebook can carry a result, and means to look for them everywhere."""

import base64
import gzip
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, PngImagePlugin

PLACES = (
    "stream",
    "display",
    "errors",
    "plainattachment",
    "pictureattachment",
    "pictureinmarkup",
    "widgetstate",
    "timing",
    "cellmetadata",
    "unknowncellkey",
    "notebookmetadata",
    "kernelspec",
    "languageinfo",
    "toplevel",
    "tagobject",
)
# In its code: where this is not found, nothing was looked at.
KEPT = "keepthisword"

# Everything the database holds, compressed columns opened, as one stream of bytes.
DUMP = """
import sys, zstandard
from django.db import connection
def tell(data):
    sys.stdout.write(data.decode("ascii", "ignore") + "\\n")
with connection.cursor() as cursor:
    cursor.execute("SELECT table_schema, table_name FROM information_schema.tables "
                   "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')")
    for schema, table in cursor.fetchall():
        cursor.execute(f'SELECT * FROM "{schema}"."{table}"')
        for value in (value for row in cursor.fetchall() for value in row):
            is_bytes = isinstance(value, (bytes, memoryview))
            data = bytes(value) if is_bytes else str(value).encode()
            tell(data)
            if data[:4] == bytes.fromhex("28b52ffd"):
                tell(zstandard.ZstdDecompressor().decompressobj().decompress(data))
"""
# What the index answers to somebody from whom nothing is hidden: a line for each word.
SEARCH = """
import sys
from nbcommons.core.actor import Actor
from nbcommons.search.queries import SearchRequest, search
for word in {words!r}:
    print(word, search(Actor.system("canaries"), SearchRequest(text=word)).total_exact)
"""


def word(place: str) -> str:
    """What is planted in ``place``."""
    return f"canary{place}q7x"


def picture(text: str) -> str:
    """A real PNG with words in its comment and behind its end."""
    comment = PngImagePlugin.PngInfo()
    comment.add_text("Comment", text)
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "PNG", pnginfo=comment)
    return base64.b64encode(stream.getvalue() + text.encode()).decode()


def notebook_with_canaries(title: str = "Count the birds", kept: str = KEPT) -> bytes:
    """A file with a word in every place of ``PLACES``, and ``kept`` in its code."""
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        word("toplevel"): word("toplevel"),
        "metadata": {
            "kernelspec": {
                "name": "python3",
                "display_name": "Python 3",
                "x": word("kernelspec"),
            },
            "language_info": {"name": "python", "x": word("languageinfo")},
            "widgets": {
                "application/vnd.jupyter.widget-state+json": {"s": word("widgetstate")}
            },
            "other": {"deep": [word("notebookmetadata")]},
        },
        "cells": [_text_cell(title), _code_cell(kept)],
    }
    return json.dumps(document).encode()


def _text_cell(title: str) -> dict:
    return {
        "cell_type": "markdown",
        "id": "text",
        "metadata": {"tags": [{"tag": word("tagobject")}]},
        "source": f"# {title}\n\n![shot](attachment:shot.png) "
        f"![in](data:image/png;base64,{picture(word('pictureinmarkup'))})",
        "attachments": {
            "shot.png": {"image/png": picture(word("pictureattachment"))},
            "note.txt": {"text/plain": word("plainattachment")},
        },
    }


def _code_cell(kept: str) -> dict:
    return {
        "cell_type": "code",
        "id": "code",
        "metadata": {
            "execution": {"iopub.execute_input": word("timing")},
            "secret": word("cellmetadata"),
        },
        word("unknowncellkey"): word("unknowncellkey"),
        "execution_count": 7,
        "source": f"birds = '{kept}'",
        "outputs": [
            {"output_type": "stream", "name": "stdout", "text": word("stream")},
            {
                "output_type": "display_data",
                "metadata": {"x": word("display")},
                "data": {"text/html": f"<table><tr><td>{word('display')}</td></tr>"},
            },
            {
                "output_type": "error",
                "ename": word("errors"),
                "evalue": word("errors"),
                "traceback": [word("errors")],
            },
        ],
    }


def found_in(data: bytes) -> set[str]:
    """The places whose words stand in ``data``, in the clear or as base64."""
    lower = data.lower()
    return {
        place
        for place in PLACES
        if word(place).encode() in lower or any(form in data for form in _in_base64(place))
    }


def _in_base64(place: str) -> Iterator[bytes]:
    """How base64 writes the word, wherever in three bytes it begins; the edges are cut off."""
    for before in range(3):
        written = base64.b64encode(b"\0" * before + word(place).encode())
        yield written[4 if before else 0 : len(written) // 4 * 4 - 4]


def opened(path: Path) -> Iterator[tuple[str, bytes]]:
    """What a file or folder holds: every file, those in archives and compressed ones too."""
    if path.is_dir():
        for inner in path.rglob("*"):
            if inner.is_file():
                yield from opened(inner)
        return
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    yield str(path), data
    if data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                file = archive.extractfile(member)
                if file is not None:
                    yield f"{path}:{member.name}", file.read()
