"""Results never come in: words planted in a notebook are nowhere afterwards.

Searched: every table of the database (what is compressed there is opened), the index, and every
file of the data folder, logs included.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_whole_loop import join, share
from tests.factories.canaries import (
    DUMP,
    KEPT,
    PLACES,
    SEARCH,
    found_in,
    notebook_with_canaries,
    word,
)
from tests.launch.conftest import Running, commons_up


@pytest.fixture(scope="module")
def commons() -> Iterator[Running]:
    with commons_up() as running:
        yield running


def database(commons: Running) -> bytes:
    return commons.command("shell", "--no-imports", "-c", DUMP).stdout.encode()


def test_no_planted_word_is_left_in_database_index_folder_or_logs(
    commons: Running, page: Page, tmp_path: Path
):
    file = tmp_path / "birds.ipynb"
    file.write_bytes(notebook_with_canaries())
    assert found_in(file.read_bytes()) == set(PLACES)
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
    page.goto(f"{commons.site}/notebooks/?q={KEPT}")
    expect(page.get_by_text("Count the birds").first).to_be_visible()
    shared = database(commons)
    asked = commons.command(
        "shell",
        "--no-imports",
        "-c",
        SEARCH.format(words=[KEPT, *map(word, PLACES)]),
    ).stdout
    commons.stop()

    assert KEPT.encode() in draft
    assert KEPT.encode() in shared
    assert found_in(draft) == set()
    assert found_in(shared) == set()
    hits = dict(line.split() for line in asked.splitlines() if line)
    assert hits.pop(KEPT) == "1"
    assert set(hits.values()) == {"0"}, hits
    for path in commons.root.rglob("*"):
        if path.is_file():
            assert found_in(path.read_bytes()) == set(), path
