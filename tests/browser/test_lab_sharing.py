"""Sharing from inside JupyterLab, with every real part: two people, one notebook, and mishaps."""

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.lab import AtLab
from tests.browser.test_whole_loop import SLOW_S, join
from tests.jupyter.servers import wait_until
from tests.launch.conftest import Running, commons_up

CANARY = "canary-of-a-result"
IS_THERE = re.compile(r"Version \d+ is in the commons\.")
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}},
    "cells": [
        {
            "cell_type": "markdown",
            "id": "title",
            "metadata": {},
            "source": "# Rank the late payers\n\nShows who pays late.",
        },
        *(
            {
                "cell_type": "code",
                "id": f"code-{number}",
                "metadata": {},
                "execution_count": number,
                "source": source,
                "outputs": [{"output_type": "stream", "name": "stdout", "text": CANARY}],
            }
            for number, source in enumerate(
                ["days_late = [3, 41, 17]", "late = [d for d in days_late if d > 30]"], 1
            )
        ),
    ],
}
PUT_FILE = """
async ([base, name, content]) => {
  const mark = /_xsrf=([^;]+)/.exec(document.cookie);
  const answer = await fetch(`${base}/api/contents/${name}`, {
    method: 'PUT',
    headers: { 'X-XSRFToken': mark ? mark[1] : '' },
    body: JSON.stringify({ type: 'notebook', format: 'json', content })
  });
  return answer.status;
}
"""


@dataclass
class Person(AtLab):
    """Somebody with the site and their JupyterLab in one browser."""

    name: str
    site: Page
    lab: Page
    commons: Running

    def open_lab(self, path: str) -> None:
        address = quote(f"/jupyter/hub/user-redirect/{path}", safe="")
        self.lab.goto(f"{self.commons.jupyter}hub/oauth_login?next={address}")
        self.lab.wait_for_url(f"**/user/{self.name}/lab**")

    def open_notebook(self, uuid: str) -> None:
        self.open_lab(f"nbcommons/open?uuid={uuid}")
        self.wait_for_notebook(unquote(self.lab.url.partition("?")[0].rpartition("/")[2]))


@pytest.fixture(scope="module")
def commons() -> Iterator[Running]:
    with commons_up() as running:
        yield running


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    made = [browser.new_context(), browser.new_context()]
    for context in made:
        context.set_default_timeout(SLOW_S * 1000)
        context.set_default_navigation_timeout(SLOW_S * 1000)
    yield made
    for context in made:
        context.close()


@pytest.fixture(scope="module")
def people(commons: Running, contexts: list[BrowserContext]) -> tuple[Person, Person]:
    expect.set_options(timeout=SLOW_S * 1000)
    invited = commons.first_link
    made = []
    for name, context in zip(("amara", "ben"), contexts, strict=True):
        person = Person(name, context.new_page(), context.new_page(), commons)
        join(person.site, invited, name)
        made.append(person)
        invited = re.search(r"http\S+", commons.command("person", "invite").stdout)[0]
    return made[0], made[1]


def share_from_lab(person: Person, name: str) -> str:
    """Share a notebook as its author would, from inside JupyterLab; its id."""
    sent: list[str] = []
    person.lab.on(
        "request",
        lambda r: sent.append(r.post_data or "") if "/nbcommons/drafts" in r.url else None,
    )
    person.open_lab("lab")
    expect(person.lab.locator("#jp-main-dock-panel")).to_be_visible()
    base = person.lab.url.partition("/lab")[0]
    assert person.lab.evaluate(PUT_FILE, [base, name, NOTEBOOK]) == 201
    person.open_lab(f"lab/tree/{name}")
    person.wait_for_notebook(name)
    expect(person.standing).to_have_text("Not shared")

    person.menu("Share…")
    expect(person.panel.get_by_label("Title")).to_have_value("Rank the late payers")
    person.panel.get_by_label("Everyone").check()
    person.press("Share")
    page = person.panel.get_by_role("link", name=re.compile(r"Rank the late payers\W*$"))
    expect(page).to_be_visible()
    uuid = re.search(r"[0-9a-f-]{36}", page.get_attribute("href"))[0]
    person.press("Done")
    expect(person.standing).to_have_text("Yours, up to date")
    assert sent
    assert CANARY not in "".join(sent)
    return uuid


@pytest.fixture(scope="module")
def shared(people: tuple[Person, Person]) -> str:
    """The id of a notebook of Amara's, for tests that leave it as it is or begin from version 1."""
    amara, _ = people
    return share_from_lab(amara, "payers.ipynb")


class TestSharingFromJupyter:
    def test_shows_on_its_page_what_was_shared(
        self, commons: Running, people: tuple[Person, Person], shared: str
    ):
        amara, _ = people
        amara.site.goto(f"{commons.site}/notebooks/{shared}/")

        expect(amara.site.get_by_role("heading", name="Rank the late payers")).to_be_visible()
        content = amara.site.request.get(f"{commons.site}/notebooks/{shared}/").text()
        assert CANARY not in content

    def test_a_newer_version_reaches_a_colleague_who_keeps_their_own_lines(
        self, commons: Running, people: tuple[Person, Person], shared: str
    ):
        amara, ben = people
        amara.open_notebook(shared)
        ben.open_notebook(shared)
        expect(ben.standing).to_have_text(re.compile("From amara, version"))
        ben.type_at_end_of(0, "\nown_line = 1")
        expect(ben.standing).to_have_text("From amara, changed here")

        amara.type_at_end_of(1, "\nprint(len(late))")
        expect(amara.standing).to_have_text("Yours, changed here")
        amara.menu("Save to the commons…")
        amara.panel.get_by_label("What did you change?").fill("Count them")
        amara.press("Save to the commons")
        expect(amara.panel).to_contain_text(IS_THERE)
        amara.press("Done")
        expect(amara.standing).to_have_text("Yours, up to date")

        ben.menu("Check for a newer version")
        expect(ben.standing).to_have_text("A newer version exists")
        ben.press("See the newer version")
        tab = ben.lab.locator(".nbcommons-compare")
        expect(tab).to_contain_text("changed in the commons")
        expect(tab).to_contain_text("changed by you")
        tab.get_by_role("button", name="Take what is ticked").click()
        expect(ben.standing).to_have_text("From amara, changed here")
        assert "own_line = 1" in ben.sources()
        assert "print(len(late))" in ben.sources()
        expect(ben.lab.get_by_text("(before version").first).to_be_visible()

        # What he added goes back to her as a suggestion.
        ben.menu("Suggest a change…")
        ben.panel.get_by_label("What is the change good for?").fill("A line of my own")
        ben.press("Suggest it")
        expect(ben.panel).to_contain_text("Your suggestion is with those who look after")
        ben.press("Done")
        changes = f"{commons.site}/api/v1/notebooks/{shared}/changes"
        (suggested,) = amara.site.request.get(changes).json()["changes"]
        assert (suggested["author"], suggested["message"]) == ("ben", "A line of my own")
        assert suggested["based_on"] == suggested["version"]

    def test_loses_nothing_when_the_site_goes_in_the_middle_of_it(
        self, commons: Running, people: tuple[Person, Person]
    ):
        amara, _ = people
        share_from_lab(amara, "away.ipynb")
        amara.type_at_end_of(0, "  # while it was away")
        amara.menu("Save to the commons…")
        message = amara.panel.get_by_label("What did you change?")
        message.fill("Typed before it went")
        expect(amara.panel.get_by_text("what was taken out")).to_be_visible()
        os.kill(commons.pids()["web"], signal.SIGKILL)

        amara.press("Save to the commons")

        expect(amara.panel).to_contain_text("Nothing is lost")
        expect(message).to_have_value("Typed before it went")
        assert "while it was away" in amara.sources()
        amara.press("Cancel")
        expect(amara.panel).to_contain_text("What you typed before is kept.")
        wait_until(
            lambda: amara.site.request.get(commons.site).ok, timeout_s=60, what="its return"
        )
        amara.press("Go on with it")
        expect(message).to_have_value("Typed before it went")
        amara.press("Save to the commons")
        expect(amara.panel).to_contain_text(IS_THERE)
        amara.press("Done")

    def test_keeps_two_people_apart(self, people: tuple[Person, Person], shared: str):
        """Ben's Jupyter knows nothing of what is hers alone, and no browser keeps her words."""
        amara, ben = people
        for person in people:
            person.open_notebook(shared)
        amara.menu("Make my own copy…")
        title = amara.panel.get_by_label("Title")
        expect(title).to_have_value("Rank the late payers (my copy)")
        title.fill("Hers alone")
        amara.panel.get_by_label("Only me").check()
        amara.press("Make my copy")
        page = amara.panel.get_by_role("link", name="Hers alone")
        expect(page).to_be_visible()
        uuid = re.search(r"[0-9a-f-]{36}", page.get_attribute("href"))[0]
        base = ben.lab.url.partition("/lab")[0]

        answer = ben.lab.request.get(f"{base}/nbcommons/notebooks/{uuid}")
        found = ben.lab.request.get(f"{base}/nbcommons/search?q=alone").text()
        kept = amara.lab.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")

        assert answer.status == 404
        assert "Hers alone" not in found
        assert "Hers alone" not in kept
        hers = amara.lab.url.partition("/lab")[0]
        assert ben.lab.request.get(f"{hers}/nbcommons/me").status in {403, 404}
