"""The whole loop with every real part: two people in turn, one notebook that works, one that stops.

Everything is started by the one command: database, site, worker, door, hub, Jupyters, kernels.
"""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.launch.conftest import Running, commons_up

SLOW_S = 90
FRESH_S = 2.0

GOOD_CODE = ("numbers = [3, 1, 2]", "total = sum(numbers)", "print(total)")
# Its third code cell fails, so nobody gets past it. It takes a moment: an error drops the cells
# that wait in the kernel, and on a busy machine the later ones may not have arrived there yet.
BAD_CODE = ("a = 1", "b = 2", "import time; time.sleep(1); 1 / 0", "c = 3", "d = 4", "e = 5")


@pytest.fixture(scope="module")
def commons() -> Iterator[Running]:
    with commons_up() as running:
        yield running


@pytest.fixture
def person(context: BrowserContext) -> Page:
    context.set_default_timeout(SLOW_S * 1000)
    expect.set_options(timeout=SLOW_S * 1000)
    context.set_default_navigation_timeout(SLOW_S * 1000)
    return context.new_page()


def notebook_file(folder: Path, name: str, title: str, codes: tuple[str, ...]) -> Path:
    """A file as people have them: run before, with results in it."""
    text = {"cell_type": "markdown", "metadata": {}, "source": f"# {title}\n\nFor a test."}
    code = [
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": number,
            "source": source,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "an old result\n"}],
        }
        for number, source in enumerate(codes, start=1)
    ]
    path = folder / f"{name}.ipynb"
    path.write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [text, *code]})
    )
    return path


def join(page: Page, link: str, username: str) -> None:
    page.goto(link)
    for field, words in {
        "username": username,
        "full_name": username.title(),
        "email": f"{username}@example.org",
        "password": f"a long password of {username}",
    }.items():
        page.locator(f"[name={field}]").fill(words)
    page.locator("main button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="What do you need to find out?")).to_be_visible()


def sign_out(page: Page, commons: Running) -> None:
    page.goto(commons.site)
    page.locator(".masthead__me").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/signed-out/|/sign-in/"))


def share(page: Page, commons: Running, file: Path) -> str:
    """Bring ``file`` in and share it with everyone; returns the address of its page."""
    page.goto(f"{commons.site}/add/")
    page.set_input_files("input[type=file]", file)
    expect(page.get_by_text("Removed before anyone saw it")).to_be_visible()
    expect(page.get_by_text("Results below cells")).to_be_visible()
    page.get_by_label("I wrote this or may share it").check()
    page.get_by_role("button", name="Share with everyone").click()
    page.wait_for_url("**/notebooks/*/")
    return page.url


def run_in_jupyter(page: Page) -> Page:
    """Press the button; returns the tab with JupyterLab once the kernel is there."""
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Run in Jupyter").first.click()
    lab = opened.value
    lab.wait_for_url("**/lab/**")
    # What was open before is shown first, for a moment.
    name = unquote(urlsplit(lab.url).path).rpartition("/")[2]
    expect(lab.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current")).to_have_text(name)
    expect(lab.locator(".jp-NotebookPanel:visible .jp-Cell").first).to_be_visible()
    kernel = lab.locator(".jp-NotebookPanel:visible .jp-KernelName")
    expect(kernel).to_have_text(re.compile("Python 3"))
    idle = lab.locator(".jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator")
    expect(idle).to_have_attribute("data-status", "idle")
    return lab


def run_all(lab: Page) -> None:
    lab.get_by_role("menuitem", name="Run", exact=True).click()
    lab.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def health_within(page: Page, address: str, words: str) -> float:
    """Seconds until the health part of the page says ``words``."""
    began = time.monotonic()
    while time.monotonic() < began + SLOW_S:
        if words in page.request.get(f"{address}?part=health").text():
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(page.request.get(f"{address}?part=health").text())


class TestTheWholeLoop:
    def test_from_a_file_to_health_for_two_people_in_one_browser(
        self, commons: Running, person: Page, tmp_path: Path
    ):
        # Amara makes the first account, brings two notebooks in and finds one by its code.
        join(person, commons.first_link, "amara")
        good = share(person, commons, notebook_file(tmp_path, "good", "Add numbers", GOOD_CODE))
        bad = share(person, commons, notebook_file(tmp_path, "bad", "Divide by zero", BAD_CODE))
        found = person.get_by_role("link", name="Add numbers").first
        deadline = time.monotonic() + 10
        person.goto(f"{commons.site}/notebooks/?q=sum+numbers")
        while not found.is_visible():
            assert time.monotonic() < deadline, "not found within 10 s"
            person.reload()
        found.click()
        expect(person.get_by_text("Nobody has run this yet")).to_be_visible()

        # She runs the good one, and its page says so within two seconds.
        lab = run_in_jupyter(person)
        assert "/user/amara/" in lab.url
        run_all(lab)
        expect(lab.locator(".jp-OutputArea-output").last).to_contain_text("6")
        assert health_within(person, good, "Healthy") < FRESH_S
        expect(person.locator("#health, .vital").first).to_contain_text("Healthy")

        # The one that stops at its third cell is unhealthy, and its page says where.
        person.goto(bad)
        stopped = run_in_jupyter(person)
        run_all(stopped)
        expect(stopped.locator(".jp-OutputArea-output").last).to_contain_text("ZeroDivision")
        assert health_within(person, bad, "Unhealthy") < FRESH_S
        person.goto(bad)
        expect(person.locator("main")).to_contain_text("cell 3")
        person.goto(f"{commons.site}/notebooks/?q=divide")
        listed = person.locator(".entry").filter(has_text="Divide by zero")
        expect(listed).to_contain_text("Unhealthy")

        # What she changed is still there when she opens the same notebook again.
        lab.locator(".jp-Cell .cm-content").nth(1).click()
        lab.keyboard.press("End")
        lab.keyboard.type("  # my own words")
        lab.keyboard.press("Control+s")
        tab = lab.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current")
        expect(tab).not_to_have_class(re.compile("jp-mod-dirty"))
        person.goto(good)
        again = run_in_jupyter(person)
        expect(again.locator(".jp-NotebookPanel:visible")).to_contain_text("my own words")

        # She leaves; nothing of hers opens any more in this browser.
        sign_out(person, commons)
        person.goto(lab.url)
        expect(person).not_to_have_url(re.compile("/user/amara/lab"))

        # Bob takes over the browser. He lands in his own Jupyter, never in hers.
        said = commons.command("person", "invite").stdout
        join(person, re.search(r"http\S+", said)[0], "bob")
        person.goto(bad)
        expect(person.locator("main")).to_contain_text("cell 3")
        his = run_in_jupyter(person)
        assert "/user/bob/" in his.url
        run_all(his)
        expect(his.locator(".jp-OutputArea-output").last).to_contain_text("ZeroDivision")
        health_within(person, bad, "2 people")
        refused = person.goto(f"{commons.jupyter}user/amara/lab")
        assert refused.status in {403, 404}

    def test_keeps_site_and_jupyter_apart(self, commons: Running):
        site, jupyter = commons.site, commons.jupyter.removesuffix("/jupyter/")

        assert httpx.get(f"{site}/jupyter/hub/login").status_code == 404
        assert httpx.get(f"{site}/jupyter/user/amara/lab").status_code == 404
        assert httpx.get(f"{jupyter}/sign-in/").status_code == 404
        assert httpx.get(f"{jupyter}/api/v1/notebooks/").status_code == 404
        assert httpx.get(f"{site}/internal/hub/spawns").status_code == 404
        assert httpx.get(f"{jupyter}/internal/hub/spawns").status_code == 404
