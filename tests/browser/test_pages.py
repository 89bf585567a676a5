"""The pages in a real browser: the frame, fresh health, filters, colours, keys, axe."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from nbcommons.health.operations import rebuild_health
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from tests.factories.browsing import judge_in_every_look, sign_in_as
from tests.factories.executions import actor_for, event, make_person, record_executions
from tests.factories.gallery import SYSTEM, bring_in, fingerprints_of

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("index"),
]

CELLS = (
    ("markdown", "## Before you start\n\nYou need a list. $a^2 + b^2 = c^2$"),
    ("code", "import pandas as pd"),
    ("markdown", "## Long part\n\n" + "Some words of explanation. " * 300),
    ("code", "\n".join(f"line_{number} = {number}" for number in range(30))),
    ("markdown", "## The end\n\n<script>document.title = 'taken over'</script>Good bye."),
    ("code", "print('done')"),
)


@pytest.fixture
def index() -> Iterator[MemoryStore]:
    with _place.using(MemoryStore()) as store:
        yield store


@pytest.fixture
def notebook(index):
    shared = bring_in(make_person("author"), "Screen a supplier list", cells=CELLS)
    assert rebuild_index(SYSTEM) == 1
    assert index is _place.store()
    return shared


@pytest.fixture
def visitor(page: Page, live_server, complaints) -> Page:
    """A browser in which somebody is signed in; what the console complains of is kept."""
    sign_in_as(page, make_person("reader"), live_server.url)
    assert complaints == []  # it listens before any page is opened
    return page


@pytest.fixture
def opened(visitor: Page, live_server, notebook) -> Page:
    visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/")
    # The frame has told how tall it is.
    expect(visitor.locator("iframe.leafframe")).to_have_attribute(
        "style", re.compile(r"block-size: \d+px")
    )
    return visitor


class TestNotebookPage:
    def test_the_frame_is_as_tall_as_its_content(self, opened):
        frame = opened.frame_locator("iframe.leafframe")

        inside = frame.locator("#leaf").evaluate("leaf => leaf.getBoundingClientRect().height")

        outside = opened.locator("iframe.leafframe").evaluate("frame => frame.clientHeight")
        assert abs(inside - outside) <= 3

    def test_unfolding_code_makes_it_taller(self, opened):
        frame = opened.locator("iframe.leafframe")
        before = frame.evaluate("frame => frame.clientHeight")

        opened.frame_locator("iframe.leafframe").get_by_text("Show 18 more lines").click()

        opened.wait_for_function(
            "before => document.querySelector('iframe').clientHeight > before + 100", arg=before
        )

    def test_an_outline_link_scrolls_the_page_to_its_heading(self, opened):
        opened.get_by_role("link", name="The end").click()

        expect(opened.locator(".toc a[aria-current]")).to_have_text("The end")
        heading = opened.frame_locator("iframe.leafframe").get_by_role(
            "heading", name="The end"
        )
        expect(heading).to_be_in_viewport()

    def test_formulas_are_drawn_and_foreign_script_does_not_run(self, opened, complaints):
        frame = opened.frame_locator("iframe.leafframe")

        expect(frame.locator(".katex")).to_have_count(1)
        assert opened.title() == "Screen a supplier list · Notebook Commons"
        assert complaints == []

    def test_fresh_health_arrives_in_the_band_and_beside_the_cells(self, opened, notebook):
        expect(opened.get_by_text("Nobody has run this yet.")).to_be_visible()
        from django.utils import timezone  # noqa: PLC0415 - the clock of this test

        now = timezone.now()
        for name in ("ann", "ben", "cid"):
            record_executions(
                actor_for(make_person(name)),
                [
                    event(notebook, fingerprint=fingerprint, at=now)
                    for fingerprint in fingerprints_of(notebook)
                ],
                at=now,
            )
        rebuild_health(SYSTEM, at=now)

        opened.evaluate("document.dispatchEvent(new CustomEvent('commons:run'))")

        expect(opened.locator("#health")).to_contain_text("Healthy", timeout=10_000)
        expect(
            opened.get_by_text("Run by 3 people in the last 30 days, 3 times.")
        ).to_be_visible()
        mark = opened.frame_locator("iframe.leafframe").locator(".cell__mark").first
        expect(mark).to_contain_text("3 of 3")
        expect(mark).to_be_visible()

    def test_works_without_script(self, browser, visitor, live_server, notebook):
        context = browser.new_context(java_script_enabled=False)
        context.add_cookies(visitor.context.cookies())
        page = context.new_page()

        page.goto(f"{live_server.url}/notebooks/{notebook.uuid}/")
        page.get_by_role("link", name="The end").click()

        page.locator("iframe.leafframe").scroll_into_view_if_needed()
        frame = page.frame_locator("iframe.leafframe")
        expect(frame.get_by_role("heading", name="The end")).to_be_in_viewport()
        context.close()


@pytest.mark.usefixtures("notebook")
class TestBrowse:
    def test_a_tick_narrows_the_list_and_pushes_a_clean_address(self, visitor, live_server):
        visitor.goto(f"{live_server.url}/notebooks/")

        visitor.get_by_label("Python").check()

        expect(visitor).to_have_url(f"{live_server.url}/notebooks/?language=python&sort=people")
        expect(visitor.get_by_text("Language: Python")).to_be_visible()
        expect(visitor.get_by_label("Python")).to_be_checked()

    def test_going_back_takes_the_tick_off(self, visitor, live_server):
        visitor.goto(f"{live_server.url}/notebooks/")
        visitor.get_by_label("Python").check()
        expect(visitor.get_by_text("Language: Python")).to_be_visible()

        visitor.go_back()

        expect(visitor.get_by_text("Language: Python")).to_have_count(0)

    def test_a_part_that_fails_says_so_in_its_place(self, visitor, live_server):
        visitor.goto(f"{live_server.url}/notebooks/")
        visitor.route("**/*part=results*", lambda route: route.fulfill(status=500, body="no"))

        visitor.get_by_label("Python").check()
        expect(visitor.get_by_text("This part did not load")).to_be_visible()
        visitor.unroute("**/*part=results*")
        visitor.get_by_role("button", name="Try again").click()

        expect(visitor.get_by_text("Language: Python")).to_be_visible()


class TestShell:
    def test_a_slash_goes_to_the_search(self, visitor, live_server):
        visitor.goto(f"{live_server.url}/mine/")

        visitor.keyboard.press("/")

        expect(visitor.get_by_label("Search notebooks")).to_be_focused()

    def test_escape_closes_the_menu_and_gives_the_focus_back(self, visitor, live_server):
        visitor.goto(f"{live_server.url}/mine/")
        menu = visitor.locator("details.menu").first
        visitor.locator(".masthead__me").click()

        visitor.keyboard.press("Escape")

        expect(menu).not_to_have_attribute("open", "")
        expect(visitor.locator(".masthead__me")).to_be_focused()

    def test_colours_change_at_once_in_the_frame_too_and_are_kept(self, opened):
        opened.locator(".masthead__me").click()
        with opened.expect_response("**/settings/theme/"):
            opened.get_by_role("button", name="Dark").click()

        expect(opened.locator("html")).to_have_attribute("data-theme", "dark")
        frame = opened.frame_locator("iframe.leafframe")
        expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
        opened.reload()
        expect(opened.locator("html")).to_have_attribute("data-theme", "dark")


def test_pages_pass_axe_and_fit_their_width(visitor, live_server, notebook, complaints):
    found = {}
    for path in (
        "/",
        "/notebooks/",
        "/notebooks/?q=nothing+like+it&language=r",
        f"/notebooks/{notebook.uuid}/",
        f"/notebooks/{notebook.uuid}/run/",
        "/mine/",
        "/people/author/",
    ):
        visitor.goto(live_server.url + path)
        visitor.wait_for_load_state("networkidle")
        found[path] = judge_in_every_look(visitor)

    assert {path: problems for path, problems in found.items() if problems} == {}
    assert complaints == []
