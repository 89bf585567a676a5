"""From the click in the site to cells that can be seen, beside a JupyterLab with nothing of ours.

    python bench/opening.py [--rounds 15] [--only warm|cold]

Ours is a whole commons, started by the one command, and the button of a notebook's page; what is
compared with is of the same environment and machine, in the same rounds, in a new order in each.
Every opening is a click that opens a tab, of a notebook that was not opened before; between two
of them kernels end and the remembered layout goes, on all sides.

Warm: the person's Jupyter runs. Beside it a JupyterLab that somebody started themselves
(``jupyter_server`` with a token: no hub, no proxy, no sign-in) shows the same file.

Cold: no Jupyter runs. Beside it ``jupyterhub-singleuser`` is started by hand with what a hub
would give to it, and the file is opened as soon as its port is open. So neither the hub's part of
a start (its database, its looking whether the server is up, the proxy's route) nor its sign-in is
in that figure, and all of it is in ours: a hub of JupyterHub's own making would be slower to
compare with. It asks a real hub who its caller is, which starts and forwards nothing.

"lean": without the server extensions that our hub leaves out too, and without the question
whether JupyterLab should be built anew; the part of the ratio that is not owed to leaving out.
"""

import argparse
import contextlib
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parents[1]))

import _bare
from _ratio import compared, shuffled
from _report import report
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.test_whole_loop import join
from tests.jupyter.servers import free_port
from tests.launch.conftest import Running, commons_up

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PATIENCE_MS = 120_000
STOP_S = 60
SETTLE_S = 1.0
CELLS = ".jp-NotebookPanel:visible .jp-Cell"
OURS, BARE, LEAN = "the site's button", "bare", "bare, lean"
# Runs inside the site's own process: notebooks for everyone.
FILL = """
import json
from datetime import UTC, datetime
from nbcommons.core.actor import Actor
from nbcommons.intake.operations.bulk import import_notebook
from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Person
from nbcommons.rendering.operations import render_missing
system = Actor.system("bench")
author = Person.objects.create(username="author", full_name="An Author")
uuids = []
for number in range(COUNT):
    import_notebook(system, owner_id=author.pk, raw=TEXT.replace("NUMBER", str(number)).encode(),
        file_name=f"Figures {number}.ipynb", origin=f"bench/{number}", visibility="everyone",
        at=datetime.now(UTC))
render_missing(system, limit=COUNT)
print("FILLED " + json.dumps([str(Notebook.objects.get(title=f"Figures {number}").uuid)
    for number in range(COUNT)]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", choices=("warm", "cold"))
    options = parser.parse_args()
    expect.set_options(timeout=PATIENCE_MS)
    with commons_up() as commons, sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        bench = Bench(commons, browser, count=2 * (options.rounds + 1))
        rows: list[dict[str, object]] = []
        for kind in ("warm", "cold"):
            if options.only in (None, kind):
                times = getattr(bench, kind)(options.rounds)
                rows += [
                    {"Jupyter": kind, **compared(name, seconds, times[base], to=base)}
                    for name, base in ((BARE, BARE), (LEAN, LEAN), (OURS, BARE), (OURS, LEAN))
                    for seconds in [times[name]]
                ]
        browser.close()
    report("opening", rows)


class Bench:
    """A commons with notebooks, a person in it, and the same files beside it."""

    def __init__(self, commons: Running, browser: Browser, *, count: int) -> None:
        self.commons = commons
        self.homes = [Path(tempfile.mkdtemp()) for _ in (BARE, LEAN)]
        text = notebook_text()
        self.uuids = fill(commons, count, text)
        for home in self.homes:
            for number in range(count):
                file = home / f"Figures {number}.ipynb"
                file.write_text(text.replace("NUMBER", str(number)))
        self.left = list(range(count))
        # One for each: cookies of the same host must not meet.
        self.context = browser.new_context()
        self.bare_contexts = [browser.new_context() for _ in self.homes]
        self.person = self.context.new_page()
        self.person.set_default_timeout(PATIENCE_MS)
        said = commons.command("person", "invite").stdout
        found = re.search(r"http\S+", said)
        assert found is not None, said
        join(self.person, found[0], _bare.USER)

    def warm(self, rounds: int) -> dict[str, list[float]]:
        """Seconds to visible cells in a Jupyter that runs, by kind. A first round is not told."""
        with (
            _bare.plain(self.homes[0], is_lean=False) as bare,
            _bare.plain(self.homes[1], is_lean=True) as lean,
        ):
            self.by_button(self.uuids[0])
            return self.rounds(
                rounds,
                {
                    OURS: lambda number: self.by_button(self.uuids[number]),
                    BARE: lambda number: self.by_link(0, bare, number),
                    LEAN: lambda number: self.by_link(1, lean, number),
                },
            )

    def cold(self, rounds: int) -> dict[str, list[float]]:
        """Seconds to visible cells when nothing runs, by kind. A first round is not told."""
        ports = [free_port(), free_port()]
        # Those of a Jupyter that ran on another port would be sent along.
        for context in self.bare_contexts:
            context.clear_cookies()
        with _bare.hub() as hub:

            def start_and_open(place: int, number: int) -> float:
                began = time.monotonic()
                with _bare.singleuser(
                    self.homes[place], hub, ports[place], is_lean=bool(place)
                ) as running:
                    started = time.monotonic() - began
                    return started + self.by_link(place, running, number)

            def stop_and_press(number: int) -> float:
                self.stop()
                return self.by_button(self.uuids[number])

            return self.rounds(
                rounds,
                {
                    OURS: stop_and_press,
                    BARE: lambda number: start_and_open(0, number),
                    LEAN: lambda number: start_and_open(1, number),
                },
            )

    def rounds(
        self, rounds: int, kinds: dict[str, Callable[[int], float]]
    ) -> dict[str, list[float]]:
        times: dict[str, list[float]] = {kind: [] for kind in kinds}
        for round_number in range(rounds + 1):
            number = self.left.pop()
            for kind in shuffled(list(kinds), round_number):
                seconds = kinds[kind](number)
                if round_number:
                    times[kind].append(seconds)
                # What was measured is not lost when a later round fails.
                print(round_number, kind, round(seconds, 2), file=sys.stderr, flush=True)
        return times

    def by_button(self, uuid: str) -> float:
        """Press the button on a notebook's page."""
        self.person.goto(f"{self.commons.site}/notebooks/{uuid}/")
        button = self.person.get_by_role("button", name="Run in Jupyter").first
        seconds = seconds_to_cells(self.person, button.click)
        tidy(self.context, f"{self.commons.jupyter}user/{_bare.USER}/")
        return seconds

    def by_link(self, place: int, running: _bare.Bare, number: int) -> float:
        """Press a link to a file in a bare JupyterLab."""
        context = self.bare_contexts[place]
        page = context.new_page()
        address = running.address(quote(f"Figures {number}.ipynb"))
        page.set_content(f'<a target="_blank" href="{address}">Open</a>')
        seconds = seconds_to_cells(page, page.get_by_role("link").click)
        page.close()
        tidy(context, running.base)
        return seconds

    def stop(self) -> None:
        """The person stops their Jupyter, and waits until nothing of it is left."""
        page, site = self.person, self.commons.site
        page.goto(f"{site}/your-jupyter/stop/")
        stop = page.get_by_role("button", name="Stop it")
        if stop.is_visible():
            stop.click()
            page.wait_for_url("**/your-jupyter/")
        began = time.monotonic()
        while "not running" not in page.request.get(f"{site}/your-jupyter/").text():
            if time.monotonic() - began > STOP_S:
                raise SystemExit("the Jupyter did not stop")
            time.sleep(0.2)
        time.sleep(SETTLE_S)


def seconds_to_cells(page: Page, press: Callable[[], None]) -> float:
    """From a press that opens a tab to cells in it. The tab is closed when its kernel is there."""
    began = time.monotonic()
    with page.context.expect_page() as opened:
        press()
    tab = opened.value
    tab.set_default_timeout(PATIENCE_MS)
    tab.locator(CELLS).first.wait_for()
    seconds = time.monotonic() - began
    idle = tab.locator(".jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator")
    expect(idle).to_have_attribute("data-status", "idle")
    tab.close()
    return seconds


def tidy(context: BrowserContext, base: str) -> None:
    """End the kernels of a Jupyter and forget which files were open in it."""
    found = {cookie["name"]: cookie["value"] for cookie in context.cookies(f"{base}lab")}
    headers = {"X-XSRFToken": found.get("_xsrf", "")}
    for session in context.request.get(f"{base}api/sessions").json():
        context.request.delete(f"{base}api/sessions/{session['id']}", headers=headers)
    answer = context.request.delete(f"{base}lab/api/workspaces/default", headers=headers)
    if answer.status not in {204, 404}:
        raise SystemExit(f"the layout is not forgotten: {answer.status} {answer.text()[:500]}")
    time.sleep(SETTLE_S)


def notebook_text() -> str:
    """Twenty cells, in the words of the format; NUMBER is for the caller."""
    code: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
    }
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Figures NUMBER"}
    ]
    cells += [{**code, "source": f"x = {number}\nx ** 2"} for number in range(20)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}
    )


def fill(commons: Running, count: int, text: str) -> list[str]:
    """Notebooks for everyone in the commons; their names, by number."""
    code = FILL.replace("COUNT", str(count)).replace("TEXT", repr(text))
    done = commons.command("shell", "-c", code)
    found = re.search(r"FILLED (.*)", done.stdout)
    if found is None:
        raise SystemExit(f"nothing was filled in: {done.stdout}\n{done.stderr}")
    return list(json.loads(found[1]))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
