"""Stars and suggested changes in a real browser: a click, narrow and by night, axe."""

import os

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories.browsing import judge, judge_in_every_look, sign_in_as
from tests.factories.collaboration import suggest
from tests.factories.intake import GROUP, LOAD, SELECT, bring_draft, share
from tests.factories.people import make_person

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "Show the ten that are latest\n\nThe whole list is long, and ten are enough to call."


@pytest.fixture
def ann():
    return make_person("ann", full_name="Ann Berg")


@pytest.fixture
def bob():
    return make_person("bob", full_name="Bob Costa")


@pytest.fixture
def notebook(ann):
    return share(ann, title="Rank late payers")


def test_a_star_is_given_by_a_click(page: Page, live_server, complaints, notebook, bob):
    sign_in_as(page, bob, live_server.url)
    page.goto(f"{live_server.url}/notebooks/{notebook.uuid}/")

    page.get_by_role("button", name="Star it").click()

    expect(page.get_by_role("button", name="take the star back")).to_be_focused()
    assert judge(page) == []
    assert complaints == []


def test_a_suggested_change_is_read_and_declined(
    page: Page, live_server, complaints, notebook, bob
):
    change = suggest(notebook, bob, LOAD, SELECT, f"{GROUP}.tail(10)", message=WHY, based_on=1)
    url = reverse("collaboration:change", args=[change.uuid])
    sign_in_as(page, notebook.owner, live_server.url)
    page.goto(live_server.url + url)

    assert judge_in_every_look(page) == []
    page.get_by_label("Why not").fill("Twenty, please.")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("Twenty, please.")).to_be_visible()
    assert complaints == []


def test_a_draft_is_suggested(page: Page, live_server, complaints, notebook, bob):
    draft = bring_draft(bob, LOAD, SELECT, f"{GROUP}.tail(10)", 'password = "Xk29!fjQ-77pz"')
    url = reverse("collaboration:suggest", args=[draft.uuid, notebook.uuid])
    sign_in_as(page, bob, live_server.url)
    page.goto(live_server.url + url)

    assert judge(page) == []
    page.get_by_label("What it is good for").fill(WHY)
    page.get_by_role("button", name="It is not a secret").click()
    page.get_by_role("button", name="Suggest this change").click()
    expect(page.get_by_role("heading", name="Show the ten that are latest")).to_be_visible()
    assert judge(page) == []
    assert complaints == []
