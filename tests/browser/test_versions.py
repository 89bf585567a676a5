"""The history of a notebook in a real browser: keys, views, folding, paper, axe."""

import os
import re

import pytest
from playwright.sync_api import Page, expect

from nbcommons.versions import operations
from tests.factories.browsing import judge_in_every_look, sign_in_as
from tests.factories.executions import make_person
from tests.factories.gallery import SYSTEM
from tests.factories.versions import LOAD, WHY, make_document, with_versions

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = [f"step_{number} = prepare(late, {number})" for number in range(30)]
PREPARE = ("prepare", "code", "\n".join(STEPS))
DRAW = ("draw", "code", "ranked.plot.barh(x='name', y='days')")
OLD = make_document(
    WHY,
    LOAD,
    PREPARE,
    ("rank", "code", "ranked = late.sort_values('days')\nranked.head(20)"),
    DRAW,
    ("end", "markdown", "That is all."),
    kernelspec={"name": "python3", "display_name": "Python 3"},
)
NEW = make_document(
    ("why", "markdown", "# Rank late payers\n\nAsk who pays late, how much, and since when."),
    LOAD,
    DRAW,
    (
        "prepare",
        "code",
        "\n".join([*STEPS[:15], "step_15 = prepare(late, 16)", "log(step_15)", *STEPS[16:]]),
    ),
    ("rank", "code", "ranked = late.sort_values('amount')\nranked.head(20)"),
    ("came", "code", "ranked.to_csv('ranked.csv')"),
    kernelspec={"name": "python3", "display_name": "Python 3.12"},
)


@pytest.fixture
def author():
    return make_person("author")


@pytest.fixture
def notebook(author):
    shared = with_versions(OLD, NEW, owner=author)
    operations.measure_missing(SYSTEM, limit=10)
    operations.label_version(SYSTEM, shared, 1, label="used for the 2026 report")
    return shared


@pytest.fixture
def visitor(page: Page, live_server, complaints, author) -> Page:
    """A browser in which the author is signed in; what the console complains of is kept."""
    sign_in_as(page, author, live_server.url)
    assert complaints == []  # it listens before any page is opened
    return page


@pytest.fixture
def compared(visitor: Page, live_server, notebook) -> Page:
    visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/compare/?from=1&to=2")
    expect(visitor.get_by_role("button", name="Next change")).to_be_visible()
    return visitor


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-labelledby') ?? ''")


class TestCompare:
    def test_keys_go_from_change_to_change_and_round(self, compared):
        places = []
        for _ in range(7):
            compared.keyboard.press("n")
            places.append(focused(compared))
        compared.keyboard.press("p")

        assert places[:3] == ["metadata-h", "new-0-h", "new-2-h"]
        assert places[6] == "old-5-h" or len(set(places)) >= 6
        assert focused(compared) == places[5]
        expect(compared.locator(":focus")).to_be_in_viewport()

    def test_keys_can_be_switched_off_for_good(self, compared):
        compared.get_by_label("Keys n and p").uncheck()
        compared.keyboard.press("n")
        assert focused(compared) == ""

        compared.reload()
        expect(compared.get_by_label("Keys n and p")).not_to_be_checked()
        compared.get_by_role("button", name="Next change").click()
        assert focused(compared) == "metadata-h"

    def test_keys_leave_typing_alone(self, compared):
        compared.get_by_label("Search notebooks").fill("")
        compared.get_by_label("Search notebooks").press_sequentially("np")

        assert compared.get_by_label("Search notebooks").input_value() == "np"

    def test_shows_line_by_line_when_asked(self, compared):
        cell = compared.locator("#new-4")
        expect(cell.locator(".diff__side")).to_be_visible()

        compared.get_by_text("Line by line", exact=True).click()

        expect(cell.locator(".diff__inline")).to_be_visible()
        expect(cell.locator(".diff__side")).not_to_be_visible()

    def test_shows_line_by_line_on_narrow_screens(self, compared):
        compared.set_viewport_size({"width": 390, "height": 800})

        cell = compared.locator("#new-4")
        expect(cell.locator(".diff__inline")).to_be_visible()
        expect(cell.locator(".diff__side")).not_to_be_visible()

    def test_unfolds_by_keyboard(self, compared):
        fold = compared.locator(".diff__fold").first
        assert not fold.locator("table").first.is_visible()

        fold.locator("summary").focus()
        compared.keyboard.press("Enter")

        expect(fold.locator(".diff__side")).to_be_visible()

    def test_leads_from_where_a_cell_was_to_where_it_is(self, compared):
        compared.get_by_role("link", name="moved: it is now").click()

        expect(compared.locator("#new-2")).to_be_in_viewport()

    def test_prints_signs_without_its_tools(self, compared):
        compared.emulate_media(media="print")

        assert not compared.get_by_role("button", name="Next change").is_visible()
        assert not compared.locator(".compareform").is_visible()
        assert compared.locator("#new-4 .diff__side .diff__sign.add").first.is_visible()

    def test_works_without_script(self, browser, visitor, live_server, notebook):
        context = browser.new_context(java_script_enabled=False)
        context.add_cookies(visitor.context.cookies())
        page = context.new_page()
        page.goto(f"{live_server.url}/notebooks/{notebook.uuid}/versions/")

        page.get_by_role("button", name="Compare the two chosen").click()

        expect(page.get_by_role("heading", level=1)).to_contain_text("What changed from")
        page.get_by_text("Line by line", exact=True).click()
        expect(page.locator("#new-4 .diff__inline")).to_be_visible()
        assert not page.get_by_role("button", name="Next change").is_visible()
        context.close()


class TestHistory:
    def test_leads_to_an_old_version_and_back_to_the_newest(
        self, visitor, live_server, notebook
    ):
        visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/versions/")

        visitor.get_by_role("link", name="Version 1", exact=True).click()

        expect(visitor.get_by_text("You are reading version 1 of 2")).to_be_visible()
        frame = visitor.frame_locator("iframe.leafframe")
        expect(frame.get_by_text("That is all.")).to_be_visible()
        # The frame has told how tall it is.
        expect(visitor.locator("iframe.leafframe")).to_have_attribute(
            "style", re.compile(r"block-size: \d+px")
        )
        inside = frame.locator("#leaf").evaluate("leaf => leaf.getBoundingClientRect().height")
        outside = visitor.locator("iframe.leafframe").evaluate("frame => frame.clientHeight")
        assert abs(inside - outside) <= 3
        visitor.get_by_role("link", name="see what changed since").click()
        expect(visitor.get_by_role("heading", level=1)).to_contain_text("to version 2")

    def test_restores_after_asking(self, visitor, live_server, notebook):
        visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/versions/")

        visitor.get_by_role("link", name="Restore version 1").click()
        visitor.get_by_role("button", name="Restore version 1").click()

        expect(visitor.get_by_text("Version 1 is back, as version 3.")).to_be_visible()


def test_pages_pass_axe_and_fit_their_width(visitor, live_server, notebook, complaints):
    found = {}
    for path in (
        "versions/",
        "versions/1/",
        "versions/2/",
        "versions/1/restore/",
        "versions/1/label/",
        "compare/?from=1&to=2",
        "compare/?from=2&to=1",
        "compare/?from=1&to=1",
    ):
        visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/{path}")
        visitor.wait_for_load_state("networkidle")
        visitor.evaluate(
            "for (const d of document.querySelectorAll('main details')) d.open = true"
        )
        found[path] = judge_in_every_look(visitor)

    assert {path: problems for path, problems in found.items() if problems} == {}
    assert complaints == []
