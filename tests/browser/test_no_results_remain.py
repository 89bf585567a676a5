"""Results never come in: words planted in a notebook are nowhere afterwards.

Searched: every table of the database (what is compressed there is opened), the index, and every
file of the data folder, logs included.
"""

import base64
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from playwright.sync_api import Page, expect

from tests.browser.test_whole_loop import join, share
from tests.launch.conftest import Running, commons_up

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
# What the index answers to somebody from whom nothing is hidden.
SEARCH = """
import sys
from nbcommons.core.actor import Actor
from nbcommons.search.queries import SearchRequest, search
for word in sys.stdin.read().split():
    print(word, search(Actor.system("canaries"), SearchRequest(text=word)).total_exact)
"""


def word(place: str) -> str:
    return f"canary{place}q7x"


def picture(text: str) -> str:
    """A real PNG with words in its comment and behind its end."""
    comment = PngImagePlugin.PngInfo()
    comment.add_text("Comment", text)
    stream = BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "PNG", pnginfo=comment)
    return base64.b64encode(stream.getvalue() + text.encode()).decode()


def notebook_with_canaries(path: Path) -> Path:
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
        "cells": [
            {
                "cell_type": "markdown",
                "id": "text",
                "metadata": {"tags": [{"tag": word("tagobject")}]},
                "source": "# Count the birds\n\n![shot](attachment:shot.png) "
                f"![in](data:image/png;base64,{picture(word('pictureinmarkup'))})",
                "attachments": {
                    "shot.png": {"image/png": picture(word("pictureattachment"))},
                    "note.txt": {"text/plain": word("plainattachment")},
                },
            },
            {
                "cell_type": "code",
                "id": "code",
                "metadata": {
                    "execution": {"iopub.execute_input": word("timing")},
                    "secret": word("cellmetadata"),
                },
                word("unknowncellkey"): word("unknowncellkey"),
                "execution_count": 7,
                "source": "birds = 'keepthisword'",
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
            },
        ],
    }
    path.write_text(json.dumps(document))
    return path


@pytest.fixture(scope="module")
def commons() -> Iterator[Running]:
    with commons_up() as running:
        yield running


def found_in(data: bytes) -> set[str]:
    return {place for place in PLACES if word(place).encode() in data.lower()}


def database(commons: Running) -> bytes:
    return commons.command("shell", "--no-imports", "-c", DUMP).stdout.encode()


def test_no_planted_word_is_left_in_database_index_folder_or_logs(
    commons: Running, page: Page, tmp_path: Path
):
    file = notebook_with_canaries(tmp_path / "birds.ipynb")
    assert found_in(file.read_bytes()) >= set(PLACES) - {"pictureattachment", "pictureinmarkup"}
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    join(page, commons.first_link, "amara")

    # While it waits as a draft, with its pictures kept …
    page.goto(f"{commons.site}/add/")
    page.set_input_files("input[type=file]", file)
    expect(page.get_by_text("Removed before anyone saw it")).to_be_visible()
    for keep in page.locator("[name=pictures]").all():
        keep.check()
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.get_by_text("Kept as a draft")).to_be_visible()
    draft = database(commons)
    # … and when it has been shared, found and looked at.
    address = share(page, commons, file)
    page.goto(address)
    page.goto(f"{commons.site}/notebooks/?q=keepthisword")
    expect(page.get_by_text("Count the birds").first).to_be_visible()
    shared = database(commons)
    asked = commons.command(
        "shell",
        "--no-imports",
        "-c",
        SEARCH.replace(
            "sys.stdin.read()", repr(" ".join(["keepthisword", *map(word, PLACES)]))
        ),
    ).stdout
    commons.stop()

    assert b"keepthisword" in draft
    assert b"keepthisword" in shared
    assert found_in(draft) == set()
    assert found_in(shared) == set()
    hits = dict(line.split() for line in asked.splitlines() if line)
    assert hits.pop("keepthisword") == "1"
    assert set(hits.values()) == {"0"}, hits
    for path in commons.root.rglob("*"):
        if path.is_file():
            assert found_in(path.read_bytes()) == set(), path
