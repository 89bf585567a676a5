"""What a person does in JupyterLab with the Commons: menu, panel, notebook, and what axe says."""

import os
import re
from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

# Whatever this extension draws; the rest of the page is JupyterLab's.
OURS = [
    ".nbcommons-panel",
    ".nbcommons-compare",
    ".nbcommons-toolbar",
    ".nbcommons-link",
    ".nbcommons-clock",
    ".nbcommons-connect",
    ".nbcommons-cell-kinds",
    ".nbcommons-cell-marks",
]


class AtLab:
    """Somebody in front of the page ``lab``."""

    lab: Page

    @property
    def panel(self) -> Locator:
        return self.lab.locator(".nbcommons-panel")

    @property
    def notebook(self) -> Locator:
        return self.lab.locator(".jp-NotebookPanel:visible")

    @property
    def standing(self) -> Locator:
        return self.notebook.locator(".nbcommons-standing")

    @property
    def comparison(self) -> Locator:
        return self.lab.locator(".nbcommons-compare")

    def wait_for_notebook(self, name: str) -> None:
        # What was open the last time comes back first, and stands there for a moment.
        tab = self.lab.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current")
        expect(tab.filter(has_text=name)).to_be_visible()
        expect(self.notebook.locator(".jp-Cell").first).to_be_visible()
        expect(self.standing).to_be_visible()

    def menu(self, item: str, *, of: str = "Commons") -> None:
        self.lab.get_by_role("menuitem", name=of, exact=True).click()
        self.choose(item)

    def choose(self, item: str) -> None:
        """Press an item of the menu that is open."""
        label = self.lab.locator(".lm-Menu-itemLabel").filter(
            has_text=re.compile(f"^{re.escape(item)}$")
        )
        label.click()

    def press(self, name: str) -> None:
        self.panel.get_by_role("button", name=name, exact=True).click()

    def type_at_end_of(self, cell: int, text: str) -> None:
        self.notebook.locator(".jp-CodeCell .cm-content").nth(cell).click()
        self.lab.keyboard.press("Control+End")
        self.lab.keyboard.type(text)

    def sources(self) -> str:
        return self.notebook.locator(".jp-Notebook").inner_text()

    def judged(self, name: str) -> list[str]:
        """What axe finds against what is ours, by day and by night.

        Leaves pictures called ``name`` in the folder ``NBCOMMONS_PICTURES``, if it is given.
        """
        return [fault for scheme in ("dark", "light") for fault in self._judged(name, scheme)]

    def _judged(self, name: str, scheme: str) -> Iterator[str]:
        self.lab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        is_light = "true" if scheme == "light" else "false"
        expect(self.lab.locator("body")).to_have_attribute("data-jp-theme-light", is_light)
        if folder := os.environ.get("NBCOMMONS_PICTURES"):
            self.lab.wait_for_timeout(300)
            self.lab.screenshot(path=f"{folder}/{name}-{scheme}.png")
        there = [
            [part] for part in OURS if self.lab.locator(part).locator("visible=true").count()
        ]
        for found in Axe().run(self.lab, {"include": there}).response["violations"]:
            yield f"{scheme}: {found['id']}: {found['nodes'][0]['html'][:120]}"
