"""The extension in Notebook 7."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.lab import AtLab
from tests.jupyter.conftest import connected_environment
from tests.jupyter.servers import (
    JUPYTER_TOKEN,
    notebook_text,
    running_jupyter,
    running_site,
)

SLOW_S = 60
MINE, THEIRS = "late = 30", "late = 14"


class AtNotebook(AtLab):
    """Somebody in front of Notebook 7, where one notebook fills the page."""

    def __init__(self, page: Page) -> None:
        self.lab = page


def test_menu_panel_state_and_comparison_work(page: Page, tmp_path: Path):
    page.set_default_timeout(SLOW_S * 1000)
    expect.set_options(timeout=SLOW_S * 1000)
    (tmp_path / "site").mkdir()
    (tmp_path / "home").mkdir()
    with running_site(tmp_path / "site") as site:
        uuid = site.add_notebook("Payers", notebook_text(MINE), notebook_text(THEIRS))
        site.behave(me={"username": "ben", "name": "Ben", "scopes": None, "teams": []})
        home = tmp_path / "home"
        environment = connected_environment(home, site)
        with running_jupyter(home, environment, with_lab=True, with_notebook=True) as jupyter:
            jupyter.open(uuid, revision=1)
            page.goto(f"{jupyter.url}/notebooks/Payers.ipynb?token={JUPYTER_TOKEN}")
            reader = AtNotebook(page)
            expect(reader.standing).to_have_text("A newer version exists")
            expect(page.locator(".nbcommons-clock")).to_contain_text("Closes in")

            reader.standing.click()
            expect(reader.panel).to_contain_text("Version 2 is there")
            reader.menu("See the newer version")
            taking = reader.comparison.get_by_role("button", name="Take all of it")
            expect(taking).to_be_in_viewport()
            taking.click()

            expect(reader.standing).to_have_text("From ann, version 2")
            assert THEIRS in reader.sources()
