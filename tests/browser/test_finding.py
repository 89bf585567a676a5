"""Finding in a real browser: the suggestions under the field, panels, the form without script."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from tests.factories.browsing import judge_in_every_look
from tests.factories.executions import make_person
from tests.factories.gallery import SYSTEM, bring_in

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = [
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def shelf() -> Iterator[None]:
    with _place.using(MemoryStore()):
        author = make_person("author")
        for title in ("Rank late payers", "Rank early payers", "Draw a map of wards"):
            bring_in(author, title)
        assert rebuild_index(SYSTEM) == 3
        yield


@pytest.fixture
def cookies(live_server) -> list[dict[str, str]]:
    client = Client()
    client.force_login(make_person("reader"))
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]


@pytest.fixture
def visitor(page: Page, cookies) -> Page:
    page.context.add_cookies(cookies)
    return page


def typed(page: Page, words: str) -> None:
    field = page.get_by_role("combobox", name="Search notebooks")
    field.fill("")
    field.press_sequentially(words, delay=20)
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()


class TestSuggestions:
    def test_are_reached_and_followed_by_keys(self, visitor, live_server):
        visitor.goto(f"{live_server.url}/mine/")
        typed(visitor, "rank")
        field = visitor.get_by_role("combobox", name="Search notebooks")
        lines = visitor.get_by_role("option")
        expect(field).to_have_attribute("aria-expanded", "true")

        visitor.keyboard.press("ArrowDown")

        expect(lines.first).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute("aria-activedescendant", "option-1")
        expect(field).to_be_focused()
        visitor.keyboard.press("ArrowUp")
        expect(field).not_to_have_attribute("aria-activedescendant", "option-1")
        while "payers" not in (
            visitor.locator("[aria-selected=true]").text_content()
            if visitor.locator("[aria-selected=true]").count()
            else ""
        ):
            visitor.keyboard.press("ArrowDown")
        visitor.keyboard.press("Enter")
        expect(visitor.get_by_role("heading", level=1)).to_contain_text("payers")

    def test_leave_the_field_to_search_for_what_was_typed(self, visitor, live_server):
        visitor.goto(f"{live_server.url}/mine/")
        typed(visitor, "late")

        visitor.keyboard.press("Enter")

        expect(visitor).to_have_url(f"{live_server.url}/notebooks/?q=late")

    def test_go_away_by_escape_and_by_leaving(self, visitor, live_server):
        visitor.goto(f"{live_server.url}/mine/")
        typed(visitor, "rank")

        visitor.keyboard.press("Escape")

        expect(visitor.get_by_role("listbox")).to_have_count(0)
        expect(visitor.get_by_role("combobox", name="Search notebooks")).to_be_focused()
        visitor.keyboard.type(" ea")
        expect(visitor.get_by_role("listbox")).to_be_visible()
        visitor.keyboard.press("Tab")
        expect(visitor.get_by_role("listbox")).to_have_count(0)

    def test_are_clicked(self, visitor, live_server):
        visitor.goto(f"{live_server.url}/mine/")
        typed(visitor, "wards")

        visitor.get_by_role("option").filter(has_text="Draw a map").click()

        expect(visitor.get_by_role("heading", level=1)).to_have_text("Draw a map of wards")


class TestWithoutScript:
    def test_the_form_writes_the_search(self, browser, live_server, cookies):
        context = browser.new_context(java_script_enabled=False)
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(f"{live_server.url}/notebooks/")

        page.get_by_text("Build a search").click()
        page.get_by_label("In the title").fill("late payers")
        page.locator(".builder").get_by_role("button", name="Search").click()

        expect(page).to_have_url(f"{live_server.url}/notebooks/?q=title%3A%22late+payers%22")
        expect(page.get_by_role("link", name="Rank late payers")).to_be_visible()
        page.get_by_role("link", name="Title: late payers , remove").click()
        expect(page).to_have_url(f"{live_server.url}/notebooks/")
        context.close()


def test_pages_pass_axe_and_fit_their_width(visitor, live_server):
    found = {}
    for path in (
        "/tags/",
        "/people/",
        "/wanted/",
        "/packages/pandas/",
        "/notebooks/?q=late+x:y",
    ):
        visitor.goto(live_server.url + path)
        found[path] = judged(visitor)
    for place in range(4):
        visitor.locator(".tools summary").nth(place).click()
        found[f"tool {place}"] = judged(visitor, f"tool-{place}")
    typed(visitor, "pay")
    visitor.keyboard.press("ArrowDown")
    found["suggestions"] = judged(visitor, "suggestions")

    assert {path: problems for path, problems in found.items() if problems} == {}


def judged(page: Page, name: str = "") -> list[str]:
    page.wait_for_load_state("networkidle")
    return judge_in_every_look(page, name)
