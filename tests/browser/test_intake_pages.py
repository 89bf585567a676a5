"""Bringing a notebook in, in a real browser: drafts keep themselves, count down, ask, compare."""

import base64
import io
import json
import os
import re

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from nbcommons.intake.models import Draft
from nbcommons.intake.operations import drafts, publishing
from nbcommons.notebooks.models import Notebook, StoredPicture
from tests.factories.browsing import judge, sign_in_as
from tests.factories.executions import actor_for, make_person

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = pytest.mark.django_db(transaction=True)
CELLS = [
    ("markdown", "# Rank customers by how late they pay\n\nWho pays us late, and by how much?"),
    ("code", "import pandas as pd\ninvoices = pd.read_csv('invoices.csv', sep=';')"),
    (
        "code",
        "late = invoices[invoices['paid'] > invoices['due']]\nlate.groupby('who').size()",
    ),
]
# Whether what has the focus is not wholly hidden by what is in front of it.
UNCOVERED = """() => {
  const { left, right, top, bottom } = document.activeElement.getBoundingClientRect();
  const front = document.elementFromPoint((left + right) / 2, Math.min(bottom, innerHeight) - 2);
  return document.activeElement.contains(front) || front?.contains(document.activeElement);
}"""
SECRET = ("code", "engine = connect(user='ann', password='Winter-2026')")


def raw(*cells, metadata=None):
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
            | (metadata or {}),
            "cells": [
                {"cell_type": kind, "id": f"c{place}", "metadata": {}, "source": source}
                | ({"outputs": [], "execution_count": None} if kind == "code" else {})
                for place, (kind, source) in enumerate(cells)
            ],
        }
    ).encode()


def bring(person, *cells, name="late payers.ipynb", **more):
    return drafts.bring_in(
        actor_for(person), file_name=name, raw=raw(*cells, **more), at=timezone.now()
    )


def published(person, *cells, title="Rank customers by how late they pay"):
    draft = bring(person, *cells)
    details = drafts.Details(title, "", "operational", "everyone", ())
    return publishing.publish_draft(
        actor_for(person), draft, details=details, at=timezone.now()
    )


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def visitor(page: Page, live_server, ann, complaints) -> Page:
    sign_in_as(page, ann, live_server.url)
    assert complaints == []  # it listens before any page is opened
    return page


class TestDraftPage:
    def test_keeps_what_is_typed_by_itself(self, visitor, live_server, ann, complaints):
        draft = bring(ann, *CELLS)
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")

        visitor.get_by_label("Purpose").fill("Says who pays late.")

        expect(visitor.locator("#kept")).to_contain_text("Kept at")
        draft.refresh_from_db()
        assert draft.purpose == "Says who pays late."
        assert complaints == []

    def test_tells_what_another_page_changed_and_writes_nothing_over(
        self, visitor, live_server, ann, complaints
    ):
        draft = bring(ann, *CELLS)
        address = f"{live_server.url}/add/{draft.uuid}/"
        visitor.goto(address)
        visitor.get_by_label("Purpose").fill("A")
        expect(visitor.locator("#kept")).to_contain_text("Kept at")
        other = visitor.context.new_page()
        other.goto(address)
        other.get_by_label("Purpose").fill("TAB TWO")
        other.get_by_role("button", name="Keep as draft").last.click()
        expect(other.get_by_text("Kept as a draft")).to_be_visible()
        told = visitor.locator("#meanwhile")
        expect(told).to_be_hidden()

        visitor.get_by_label("Title").fill("Mine")

        expect(told).to_contain_text("Changed there alone, and kept: “Purpose”")
        draft.refresh_from_db()
        assert (draft.title, draft.purpose) == ("Mine", "TAB TWO")
        assert judge(visitor) == []

        visitor.get_by_label("Purpose").fill("A and B")

        expect(told).to_contain_text("You changed the same elsewhere meanwhile")
        # It stands where one types.
        expect(told.get_by_role("heading")).to_be_in_viewport()
        visitor.set_viewport_size({"width": 390, "height": 700})
        title = visitor.get_by_label("Title")
        title.evaluate("field => scrollBy(0, field.getBoundingClientRect().top - 60)")
        visitor.keyboard.press("Shift+Tab")
        expect(title).to_be_focused()
        visitor.wait_for_function(UNCOVERED)
        visitor.set_viewport_size({"width": 1280, "height": 720})
        visitor.get_by_role("button", name="Keep as draft").last.click()
        expect(told.get_by_text("TAB TWO")).to_be_visible()
        expect(visitor.get_by_label("Purpose")).to_have_value("A and B")
        visitor.get_by_label("Purpose").fill("A, B and TAB TWO")
        with visitor.expect_response(lambda answer: answer.request.method == "POST"):
            pass
        expect(told.get_by_text("TAB TWO")).to_be_visible()
        assert judge(visitor) == []
        visitor.get_by_role("button", name="Keep as draft").last.click()
        expect(visitor.get_by_text("Kept as a draft")).to_be_visible()
        draft.refresh_from_db()
        assert draft.purpose == "A, B and TAB TWO"
        assert [words for words in complaints if "409" not in words] == []

    def test_waits_for_what_is_being_kept_before_it_sends_the_rest(
        self, visitor, live_server, ann
    ):
        draft = bring(ann, *CELLS)
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")
        held = []

        def hold(route):
            if held:
                route.continue_()
            else:
                held.append(route)

        visitor.route("**/add/*/", hold)
        visitor.get_by_label("Purpose").fill("A")
        with visitor.expect_request(lambda request: request.method == "POST"):
            pass
        visitor.get_by_label("Purpose").fill("A and B")
        visitor.get_by_role("button", name="Keep as draft").last.click(no_wait_after=True)
        held[0].continue_()

        expect(visitor.get_by_text("Kept as a draft")).to_be_visible()
        draft.refresh_from_db()
        assert draft.purpose == "A and B"

    def test_shows_a_picture_that_was_kept_on_the_page_of_the_notebook(
        self, visitor, live_server, ann, complaints
    ):
        out = io.BytesIO()
        Image.new("RGB", (120, 60), "teal").save(out, "PNG")
        address = f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
        draft = bring(ann, ("markdown", f"# Plan\n\n![A plan]({address})"), *CELLS[1:])
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")

        visitor.get_by_label("Keep picture").check()
        visitor.get_by_label("I wrote this").check()
        visitor.locator("[data-share]").click()

        shown = visitor.frame_locator("iframe.leafframe").get_by_alt_text("A plan")
        # Pictures load once they are near.
        visitor.locator("iframe.leafframe").scroll_into_view_if_needed()
        expect(shown).to_be_visible()
        assert shown.evaluate("image => image.naturalWidth") == 120
        assert StoredPicture.objects.count() == 1
        assert complaints == []

    def test_on_a_phone_asks_before_it_shows_the_whole_notebook(
        self, visitor, live_server, ann
    ):
        draft = bring(ann, *CELLS)
        visitor.set_viewport_size({"width": 390, "height": 844})
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")

        tops = [
            visitor.locator(part).bounding_box()["y"]
            for part in ("#d-becomes", "#d-end", "#rem", "#prev")
        ]

        assert tops == sorted(tops)

    def test_becomes_a_version_of_the_notebook_whose_menu_was_used(
        self, visitor, live_server, ann
    ):
        notebook = published(ann, *CELLS)
        visitor.goto(f"{live_server.url}/notebooks/{notebook.uuid}/")

        visitor.get_by_text("Look after it").click()
        visitor.get_by_role("link", name="Add a new version").click()
        more = raw(*CELLS, ("code", "late.to_csv('late.csv', index=False)"))
        visitor.locator("input[type=file]").set_input_files(
            {"name": "again.ipynb", "mimeType": "application/json", "buffer": more}
        )

        expect(visitor.locator("#target")).to_contain_text("1 cell added")
        expect(visitor.get_by_role("radio", name="A new version")).to_be_checked()

    def test_counts_down(self, visitor, live_server, ann):
        draft = bring(ann, *CELLS)
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")

        expect(visitor.locator("#kept time")).to_have_text(
            re.compile(r"thrown away in 5 h 59 min")
        )

    def test_tells_at_once_when_a_title_is_taken(self, visitor, live_server, ann):
        published(
            make_person("bob"), ("code", "x = something(1, 2, 3)"), title="Count the ships"
        )
        draft = bring(ann, *CELLS)
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")
        expect(visitor.locator("#similar")).to_contain_text("Nothing that you can see")

        visitor.get_by_label("Title").fill("count the ships")

        expect(visitor.locator("#similar")).to_contain_text("is called the same")

    def test_shows_what_a_new_version_changes_when_it_is_chosen(
        self, visitor, live_server, ann
    ):
        notebook = published(ann, *CELLS)
        draft = bring(ann, *CELLS, ("code", "late.to_csv('late.csv', index=False)"))
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")

        visitor.get_by_role("radio", name="A new version").check()
        visitor.get_by_label("Which notebook").select_option(str(notebook.uuid))

        expect(visitor.locator("#target")).to_contain_text("1 cell added, 3 the same")
        expect(visitor.get_by_label("Title")).to_be_hidden()
        expect(visitor.get_by_role("button", name="Publish the new version")).to_be_visible()

    def test_asks_about_a_secret_and_blanks_it_out(self, visitor, live_server, ann):
        draft = bring(ann, *CELLS, SECRET)
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")
        expect(visitor.locator("#secrets")).to_contain_text("A password or key in cell 3")

        visitor.get_by_label("Purpose").fill("Words that stay")
        visitor.get_by_role("button", name="Blank it out").click()

        expect(visitor.locator("#secrets")).to_have_count(0)
        expect(visitor.get_by_label("Purpose")).to_have_value("Words that stay")
        frame = visitor.frame_locator(".preview__frame")
        expect(frame.get_by_text("password='REMOVED'")).to_be_visible()

    def test_shares(self, visitor, live_server, ann):
        draft = bring(ann, *CELLS)
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")

        visitor.get_by_role("checkbox", name=re.compile("I wrote this")).check()
        visitor.get_by_role("button", name="Share with everyone").click()

        visitor.wait_for_url(re.compile("/notebooks/"))
        assert Notebook.objects.get().title == "Rank customers by how late they pay"
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_has_no_violation_in_any_state(self, visitor, live_server, ann, scheme):
        published(make_person("bob"), *CELLS)
        draft = bring(ann, *CELLS, SECRET)
        visitor.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")
        assert judge(visitor) == []

        visitor.get_by_role("button", name="Keep as draft").last.click()
        visitor.get_by_role("radio", name="A fork").check()
        visitor.get_by_role("radio", name="People and teams").check()
        expect(visitor.get_by_label("Which notebook")).to_be_visible()
        assert judge(visitor) == []

    def test_fits_a_phone(self, visitor, live_server, ann):
        published(make_person("bob"), *CELLS)
        draft = bring(ann, *CELLS, SECRET)
        visitor.set_viewport_size({"width": 390, "height": 844})
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")

        assert visitor.evaluate("document.documentElement.scrollWidth") <= 390
        assert judge(visitor) == []

    def test_works_without_script(self, browser: Browser, live_server, ann):
        notebook = published(ann, *CELLS)
        draft = bring(ann, *CELLS, ("code", "late.to_csv('late.csv', index=False)"), SECRET)
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        sign_in_as(page, ann, live_server.url)
        page.goto(f"{live_server.url}/add/{draft.uuid}/")
        expect(page.locator("#kept")).to_contain_text("kept until")

        page.get_by_role("button", name="It is not a secret").click()
        page.get_by_role("button", name="Make this its next version").click()
        expect(page.locator("#target")).to_contain_text("2 cells added, 3 the same")
        page.get_by_label("What is new").fill("Writes a file")
        page.get_by_role("checkbox", name=re.compile("I wrote this")).check()
        page.get_by_role("button", name="Publish the new version").click()

        notebook.refresh_from_db()
        assert notebook.current_revision.number == 2
        assert notebook.current_revision.message == "Writes a file"
        context.close()


class TestAddPage:
    def test_lists_what_waits_and_what_is_missing(self, visitor, live_server, ann):
        bring(ann, *CELLS, SECRET)
        visitor.goto(f"{live_server.url}/add/")

        expect(visitor.get_by_text("Still missing: 1 thing to decide")).to_be_visible()
        assert judge(visitor) == []

    def test_gives_back_what_was_thrown_away(self, visitor, live_server, ann):
        draft = bring(ann, *CELLS)
        visitor.goto(f"{live_server.url}/add/{draft.uuid}/")
        visitor.get_by_role("button", name="Throw away").click()
        expect(visitor.get_by_text("was thrown away")).to_be_visible()

        visitor.get_by_role("button", name="Take it back").click()

        expect(visitor).to_have_url(f"{live_server.url}/add/{draft.uuid}/")


def test_trying_again_sends_only_what_did_not_arrive(ann, page: Page, live_server):
    sign_in_as(page, ann, live_server.url)
    page.goto(f"{live_server.url}/add/")
    is_cut = iter([False, True])

    def answer(route):
        is_sent = route.request.method == "POST"
        route.abort() if is_sent and next(is_cut, False) else route.continue_()

    page.route("**/add/", answer)
    files = [
        {"name": f"{name}.ipynb", "mimeType": "application/json", "buffer": raw(*CELLS)}
        for name in ("one", "two", "three")
    ]
    page.set_input_files("input[type=file]", files)
    expect(page.locator(".dropzone__state")).to_contain_text("did not arrive")

    page.locator("drop-zone form").evaluate("form => form.requestSubmit()")

    expect(page.get_by_text("three.ipynb").first).to_be_visible()
    assert sorted(Draft.objects.values_list("file_name", flat=True)) == [
        "one.ipynb",
        "three.ipynb",
        "two.ipynb",
    ]
