"""The JupyterLab extension in a real browser, with a real Jupyter and real kernels."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from nbcommons_ipynb.cells import fingerprint
from tests.jupyter.conftest import connected_environment
from tests.jupyter.servers import (
    JUPYTER_TOKEN,
    RunningJupyter,
    StandInSite,
    jupyter_environment,
    notebook_text,
    running_jupyter,
    running_site,
    wait_until,
)

SLOW_S = 60


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandInSite]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def jupyter(
    tmp_path_factory: pytest.TempPathFactory, site: StandInSite
) -> Iterator[RunningJupyter]:
    home = tmp_path_factory.mktemp("home")
    environment = connected_environment(home, site)
    with running_jupyter(home, environment, with_lab=True) as jupyter:
        yield jupyter


@pytest.fixture
def lab(page: Page) -> Page:
    page.set_default_timeout(SLOW_S * 1000)
    expect.set_options(timeout=SLOW_S * 1000)
    return page


def open_notebook(lab: Page, jupyter: RunningJupyter, uuid: str, revision: int = 1) -> None:
    """Follow the link of the site, and wait for the kernel."""
    lab.goto(
        f"{jupyter.url}/nbcommons/open?uuid={uuid}&revision={revision}&token={JUPYTER_TOKEN}"
    )
    wait_for_notebook(lab)


def wait_for_notebook(lab: Page) -> None:
    """Wait for the file in the address: what was open before is shown first."""
    name = unquote(urlsplit(lab.url).path).rpartition("/")[2]
    current = lab.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current")
    expect(current).to_have_text(name)
    expect(lab.locator(".jp-NotebookPanel:visible .jp-Cell").first).to_be_visible()
    wait_for_kernel(lab)


def wait_for_kernel(lab: Page) -> None:
    name = lab.locator(".jp-NotebookPanel:visible .jp-KernelName")
    expect(name).to_have_text(re.compile("Python 3"))
    idle = lab.locator(".jp-NotebookPanel:visible .jp-Notebook-ExecutionIndicator")
    expect(idle).to_have_attribute("data-status", "idle")


def refuse_writing(lab: Page, name: str) -> None:
    """From now on this Jupyter does not take the file called ``name``."""

    def refuse(route: Route) -> None:
        if route.request.method == "PUT":
            route.abort()
        else:
            route.fallback()

    lab.route(re.compile(f"/api/contents/{re.escape(name)}"), refuse)


def choose(lab: Page, menu: str, item: str) -> None:
    lab.get_by_role("menuitem", name=menu, exact=True).click()
    lab.get_by_role("menuitem", name=re.compile(f"^{item}")).first.click()


def run_all(lab: Page) -> None:
    choose(lab, "Run", "Run All Cells")


def events_of(site: StandInSite, uuid: str) -> list[dict[str, Any]]:
    return [event for event in site.events() if event["notebook"] == uuid]


def notebook_of(*cells: tuple[str, str, str]) -> str:
    """A notebook of (kind, id, source)."""
    document = json.loads(notebook_text())
    document["cells"] = [
        {"cell_type": kind, "id": name, "metadata": {}, "source": source}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for kind, name, source in cells
    ]
    return json.dumps(document)


class TestReporter:
    def test_reports_each_run_exactly(
        self, lab: Page, jupyter: RunningJupyter, site: StandInSite
    ):
        """Runs all of a notebook whose third code cell fails: two good, one bad, no more."""
        sources = {
            "slow": "import time\ntime.sleep(0.4)",
            "odd": "print('größe 🐧 e\u0301\u2028')\r\nx = 1",
            "bad": "raise ValueError('canary-of-the-error')",
            "never": "print('never reached')",
        }
        text = notebook_of(
            ("markdown", "title", "# Fails at its third cell"),
            ("code", "slow", sources["slow"]),
            ("code", "blank", " \n"),
            ("code", "odd", sources["odd"]),
            ("raw", "raw", "canary-of-raw"),
            ("code", "bad", sources["bad"]),
            ("code", "never", sources["never"]),
        )
        uuid = site.add_notebook("Fails at its third cell", text)
        asked: list[str] = []
        lab.on("request", lambda request: asked.append(request.url))
        reported: list[str] = []
        lab.on(
            "request",
            lambda r: reported.append(r.post_data or "") if "executions" in r.url else None,
        )

        open_notebook(lab, jupyter, uuid)
        run_all(lab)
        wait_until(lambda: len(events_of(site, uuid)) >= 3, what="three reports")
        lab.wait_for_timeout(1500)  # for one too many

        slow, odd, bad = events_of(site, uuid)
        assert [event["cell"] for event in (slow, odd, bad)] == [
            {"fingerprint": fingerprint(sources[name]), "id": name, "index": index}
            for index, name in enumerate(["slow", "odd", "bad"])
        ]
        assert [event["success"] for event in (slow, odd, bad)] == [True, True, False]
        assert 400 <= slow["runtime_ms"] < 3000
        # Its time in the queue, behind the slow one, does not count.
        assert odd["runtime_ms"] < 400
        for event in (slow, odd, bad):
            assert set(event) == {
                "id", "notebook", "revision", "cell", "success", "runtime_ms", "at", "via",
            }  # fmt: skip
            assert (event["revision"], event["via"]) == (1, "lab")
        assert len({event["id"] for event in (slow, odd, bad)}) == 3
        assert "canary" not in "".join(reported)
        assert all(
            url.startswith((jupyter.url.removesuffix("/user/ada"), "data:", "blob:"))
            for url in asked
        )

    def test_reports_an_edited_cell_by_what_ran(
        self, lab: Page, jupyter: RunningJupyter, site: StandInSite
    ):
        uuid = site.add_notebook("Edit me", notebook_of(("code", "one", "x = 1")))
        open_notebook(lab, jupyter, uuid)

        lab.locator(".jp-NotebookPanel:visible .cm-content").first.click()
        lab.keyboard.press("Control+End")
        lab.keyboard.type(" + 41")
        lab.keyboard.press("Shift+Enter")
        lab.wait_for_timeout(300)

        wait_until(lambda: events_of(site, uuid), what="a report")
        (event,) = events_of(site, uuid)
        assert event["cell"] == {
            "fingerprint": fingerprint("x = 1 + 41"),
            "id": "one",
            "index": 0,
        }

    def test_says_nothing_of_a_stopped_cell_nor_of_a_restart(
        self, lab: Page, jupyter: RunningJupyter, site: StandInSite
    ):
        text = notebook_of(("code", "long", "import time\ntime.sleep(60)"), ("code", "b", "1"))
        uuid = site.add_notebook("Takes long", text)
        open_notebook(lab, jupyter, uuid)

        run_all(lab)
        lab.wait_for_timeout(1500)
        choose(lab, "Kernel", "Interrupt Kernel")
        expect(lab.get_by_text("KeyboardInterrupt").first).to_be_visible()
        run_all(lab)
        lab.wait_for_timeout(1000)
        choose(lab, "Kernel", "Restart Kernel…")
        lab.get_by_role("button", name="Confirm Kernel Restart").click()
        lab.wait_for_timeout(3000)
        wait_for_kernel(lab)

        assert events_of(site, uuid) == []
        lab.locator(".jp-NotebookPanel:visible .jp-CodeCell .cm-content").nth(1).click()
        lab.keyboard.press("Shift+Enter")
        wait_until(lambda: events_of(site, uuid), what="a report after the restart")
        assert [event["cell"]["index"] for event in events_of(site, uuid)] == [1]

    def test_reports_the_cell_that_kills_its_kernel(
        self, lab: Page, jupyter: RunningJupyter, site: StandInSite
    ):
        text = notebook_of(
            ("code", "deadly", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
            ("code", "after", "1"),
        )
        uuid = site.add_notebook("Uses all memory", text)
        open_notebook(lab, jupyter, uuid)

        run_all(lab)
        wait_until(lambda: events_of(site, uuid), timeout_s=90, what="a report")
        lab.wait_for_timeout(1000)

        (event,) = events_of(site, uuid)
        assert (event["cell"]["id"], event["success"]) == ("deadly", False)

    def test_survives_a_restart_of_the_site(
        self, lab: Page, jupyter: RunningJupyter, site: StandInSite
    ):
        uuid = site.add_notebook("While the site is away", notebook_text("1", "2"))
        open_notebook(lab, jupyter, uuid)
        site.kill()

        run_all(lab)
        wait_until(lambda: jupyter.status()["queued"] >= 2, what="waiting reports")
        site.start()

        wait_until(lambda: len(events_of(site, uuid)) == 2, timeout_s=40, what="delivery")

    def test_says_nothing_of_other_notebooks(
        self, lab: Page, jupyter: RunningJupyter, site: StandInSite
    ):
        """Neither of one without an origin, nor of one from another Commons."""
        uuid = "12345678-1234-5678-1234-567812345678"
        foreign = {"v": 1, "uuid": uuid, "revision": 1, "site": "https://other.example.org"}
        for name, metadata in {"own": {}, "foreign": {"nbcommons": foreign}}.items():
            (jupyter.home / f"{name}.ipynb").write_text(notebook_text("1 + 1", **metadata))
        before = len(site.events())

        for name in ("own", "foreign"):
            lab.goto(f"{jupyter.url}/lab/tree/{name}.ipynb?token={JUPYTER_TOKEN}&reset")
            wait_for_notebook(lab)
            run_all(lab)
            expect(lab.locator(".jp-NotebookPanel:visible .jp-OutputArea-output")).to_have_text(
                "2"
            )
            expect(lab.get_by_text("Open in the Commons")).to_have_count(1)
            expect(lab.get_by_text("Open in the Commons")).to_be_hidden()
        lab.wait_for_timeout(1000)

        assert len(site.events()) == before


class TestOpen:
    @pytest.mark.parametrize("title", ["Bob's 100% model #2 & co", "دليل 🐧", "+a;b=c%20d"])
    def test_shows_the_notebook_whatever_its_title(
        self, title: str, lab: Page, jupyter: RunningJupyter, site: StandInSite
    ):
        uuid = site.add_notebook(title, notebook_of(("markdown", "m", "# Here it is")))

        for _ in range(2):  # the second time, JupyterLab restores what was open
            open_notebook(lab, jupyter, uuid)
            expect(lab.get_by_role("heading", name="Here it is")).to_be_visible()

    def test_shows_another_one_over_what_was_open(
        self, lab: Page, jupyter: RunningJupyter, site: StandInSite
    ):
        for title in ("First of all", "Second to none", "First of all"):
            text = notebook_of(("markdown", "m", f"# {title}"))
            uuid = site.add_notebook(f"{title} again", text)
            open_notebook(lab, jupyter, uuid)
            expect(lab.get_by_role("heading", name=title)).to_be_visible()

    def test_leads_back_to_the_page(
        self, lab: Page, jupyter: RunningJupyter, site: StandInSite
    ):
        # In a narrow toolbar the state stays and the link goes among the «More commands».
        lab.set_viewport_size({"width": 1600, "height": 800})
        uuid = site.add_notebook("Leads back", notebook_text("1"))
        open_notebook(lab, jupyter, uuid)

        link = lab.locator(".jp-NotebookPanel:visible").get_by_text("Open in the Commons")

        expect(link).to_be_visible()
        expect(link).to_have_attribute("href", f"http://commons.example.org/notebooks/{uuid}/")
        expect(link).to_have_attribute("target", "_blank")

    def test_tells_of_my_copy_and_gets_the_newest_beside_it(
        self, lab: Page, jupyter: RunningJupyter, site: StandInSite
    ):
        uuid = site.add_notebook("Mine", notebook_of(("markdown", "m", "# Old words")))
        open_notebook(lab, jupyter, uuid)
        path = jupyter.home / "Mine.ipynb"
        path.write_text(path.read_text().replace("Old words", "My words"))
        site.add_version(uuid, notebook_of(("markdown", "m", "# New words")))

        open_notebook(lab, jupyter, uuid, revision=2)

        expect(lab.get_by_role("heading", name="My words")).to_be_visible()
        expect(
            lab.get_by_text(
                "You have your own copy, with your edits; version 2 is newer."
            ).first
        ).to_be_visible()
        assert "nbcommons-" not in lab.url
        lab.get_by_role("button", name="Get the newest as a second file").click()
        expect(lab.get_by_role("heading", name="New words")).to_be_visible()
        assert "My words" in path.read_text()
        assert (jupyter.home / "Mine (version 2).ipynb").exists()


class TestClock:
    def test_warns_before_the_end_and_takes_along_what_is_nowhere_else(
        self, lab: Page, site: StandInSite, tmp_path: Path
    ):
        end = datetime.now(UTC) + timedelta(seconds=9 * 60 + 50)
        site.behave(environment={"expires_at": end.isoformat(), "extension_s": 7200})
        environment = connected_environment(tmp_path, site)
        environment["NBCOMMONS_EXPIRES_AT"] = end.isoformat()
        (tmp_path / "Mine <b>.ipynb").write_text(notebook_text("x = 1"))
        with running_jupyter(tmp_path, environment, with_lab=True) as jupyter:
            lab.goto(f"{jupyter.url}/lab/tree/Mine%20%3Cb%3E.ipynb?token={JUPYTER_TOKEN}")

            expect(lab.locator(".nbcommons-clock")).to_have_text(
                re.compile("Closes in [89] min")
            )
            sheet = lab.get_by_role("region", name="The end of your Jupyter")
            expect(sheet.get_by_role("heading")).to_have_text(
                re.compile("Your Jupyter closes in (9|10) minutes")
            )
            expect(sheet.get_by_role("listitem")).to_have_text("Mine <b>.ipynb")
            expect(sheet.get_by_role("button", name="Extend by 2 h")).to_be_visible()
            wait_for_kernel(lab)
            sheet.get_by_role("button", name="Put away").click()
            expect(sheet).to_have_count(0)
            # An edit that is not on the disk yet is taken along too.
            lab.locator(".jp-NotebookPanel:visible .cm-content").first.click()
            lab.keyboard.press("Control+End")
            lab.keyboard.type(" + 41")
            lab.locator(".nbcommons-clock button").click()
            sheet.get_by_role("button", name="Save them all as private drafts").click()

            expect(sheet.get_by_role("heading")).to_have_text("One notebook is safe")
            [draft] = [one for one in site.drafts() if one["file_name"] == "Mine <b>.ipynb"]
            assert draft["rescued"] == "true"
            assert draft["document"]["cells"][0]["source"] == "x = 1 + 41"
            expect(sheet.get_by_role("link", name="Mine <b>.ipynb")).to_have_attribute(
                "href", f"http://commons.example.org/add/{draft['id']}/"
            )
            site.behave(environment=None)

    def test_takes_everything_along_and_says_what_is_in_no_file(
        self, lab: Page, site: StandInSite, tmp_path: Path
    ):
        end = datetime.now(UTC) + timedelta(hours=2)
        site.behave(environment={"expires_at": end.isoformat(), "extension_s": 7200})
        environment = connected_environment(tmp_path, site)
        environment["NBCOMMONS_EXPIRES_AT"] = end.isoformat()
        (tmp_path / "fresh.ipynb").write_text(notebook_text(" "))
        before = len(site.drafts())
        with running_jupyter(tmp_path, environment, with_lab=True) as jupyter:
            lab.goto(f"{jupyter.url}/lab/tree/fresh.ipynb?token={JUPYTER_TOKEN}")
            wait_for_kernel(lab)
            clock = lab.locator(".nbcommons-clock button")
            sheet = lab.get_by_role("region", name="The end of your Jupyter")
            clock.click()
            expect(sheet).to_contain_text("No notebook here has changes")

            lab.locator(".jp-NotebookPanel:visible .cm-content").first.click()
            lab.keyboard.press("Control+End")
            lab.keyboard.type("kept = 41")
            refuse_writing(lab, "fresh.ipynb")
            clock.click()
            lab.get_by_role("dialog").get_by_role("button", name="Close").click()
            expect(sheet.get_by_role("listitem")).to_contain_text(
                "fresh.ipynb: its last edits could not be written to its file."
            )
            expect(sheet).not_to_contain_text("No notebook here has changes")
            with lab.expect_download() as download:
                sheet.get_by_role("button", name="Download it with them").click()
            assert "kept = 41" in download.value.path().read_text()
            assert download.value.suggested_filename == "fresh.ipynb"

            for number in range(104):
                (tmp_path / f"{number}.ipynb").write_text(notebook_text(f"a = {number}"))
            save = sheet.get_by_role("button", name="Save them all as private drafts")
            save.click()
            lab.get_by_role("dialog").get_by_role("button", name="Close").click()
            expect(sheet.get_by_role("heading")).to_have_text("104 of 105 notebooks are safe")
            expect(sheet.get_by_role("listitem").first).to_contain_text("fresh.ipynb: its last")
            lab.unroute_all()
            sheet.get_by_role("button", name="Try the others again").click()
            expect(sheet.get_by_role("heading")).to_have_text("One notebook is safe")
            drafts = site.drafts()[before:]
            assert len(drafts) == 105
            assert "kept = 41" in drafts[-1]["document"]["cells"][0]["source"]
            site.behave(environment=None)

    def test_counts_down_in_the_sheet_as_in_the_corner(
        self, lab: Page, site: StandInSite, tmp_path: Path
    ):
        end = datetime.now(UTC) + timedelta(seconds=90)
        site.behave(environment={"expires_at": end.isoformat(), "extension_s": 7200})
        environment = connected_environment(tmp_path, site)
        environment["NBCOMMONS_EXPIRES_AT"] = end.isoformat()
        with running_jupyter(tmp_path, environment, with_lab=True) as jupyter:
            lab.goto(f"{jupyter.url}/lab?token={JUPYTER_TOKEN}")
            sheet = lab.get_by_role("region", name="The end of your Jupyter")
            heading = sheet.get_by_role("heading")
            expect(heading).to_have_text(
                re.compile("Your Jupyter closes in (1 minute|[34]. s)")
            )
            button = sheet.get_by_role("button", name="Extend by 2 h")
            expect(heading).to_have_text(re.compile("Your Jupyter closes in [345]. s"))
            expect(button).to_be_visible()

            later = datetime.now(UTC) + timedelta(hours=2, minutes=1, seconds=30)
            site.behave(environment={"expires_at": later.isoformat(), "extension_s": 0})
            button.click()

            expect(heading).to_have_text("Closes in 2 h 1 min")
            expect(lab.locator(".nbcommons-clock")).to_have_text(
                "Closes in 2 h 1 min", timeout=2000
            )
            site.behave(environment=None)

    def test_is_not_there_without_a_commons(self, lab: Page, tmp_path: Path):
        problems: list[str] = []
        lab.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        with running_jupyter(tmp_path, jupyter_environment(tmp_path), with_lab=True) as jupyter:
            lab.goto(f"{jupyter.url}/lab?token={JUPYTER_TOKEN}")
            expect(lab.locator("#jp-main-statusbar")).to_be_visible()
            lab.wait_for_timeout(1500)

            expect(lab.locator(".nbcommons-clock")).to_have_count(0)
        assert not [problem for problem in problems if "nbcommons" in problem]
