"""From the click on Run in Jupyter to visible cells, and from a run to health, all parts real.

    python bench/loop.py [--rounds 3]

Cold: the person's Jupyter is not running. Warm: it is, and another notebook is opened in it.
"""

import argparse
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from _report import report
from playwright.sync_api import Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.test_whole_loop import (
    GOOD_CODE,
    health_within,
    join,
    notebook_file,
    run_all,
    run_in_jupyter,
    share,
)
from tests.launch.conftest import Running, commons_up

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    times: dict[str, list[float]] = {}
    expect.set_options(timeout=120_000)
    with commons_up() as commons, sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(120_000)
        # Not the administrator, who cannot be switched off for a moment.
        said = commons.command("person", "invite").stdout
        join(page, re.search(r"http\S+", said)[0], "bob")
        folder = Path(tempfile.mkdtemp())
        for number in range(rounds):
            addresses = [
                share(
                    page,
                    commons,
                    notebook_file(folder, f"{name}{number}", f"{name} {number}", GOOD_CODE),
                )
                for name in ("Cold", "Warm")
            ]
            one_round(page, commons, addresses, times)
        browser.close()
    report("loop", [row(name, seconds) for name, seconds in times.items()])


def one_round(
    page: Page, commons: Running, addresses: list[str], times: dict[str, list[float]]
) -> None:
    for kind, address in zip(("cold", "warm"), addresses, strict=True):
        page.goto(address)
        began = time.monotonic()
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="Run in Jupyter").first.click()
        tab = opened.value
        tab.wait_for_url("**/lab/**")
        tab.locator(".jp-NotebookPanel:visible .jp-Cell").first.wait_for()
        times.setdefault(f"{kind}: click to visible cells", []).append(time.monotonic() - began)
        tab.close()
        lab = run_in_jupyter(page)
        run_all(lab)
        lab.locator(".jp-OutputArea-output").last.wait_for()
        fresh = health_within(page, address, "Healthy")
        times.setdefault("result visible to health on the page", []).append(fresh)
        lab.close()
    # The hub stops the server, so that the next round is cold again.
    said = commons.command("person", "deactivate", "bob")
    commons.command("person", "reactivate", "bob")
    if said.returncode:
        raise SystemExit(said.stderr)
    sign_in_again(page, commons)


def sign_in_again(page: Page, commons: Running) -> None:
    page.goto(f"{commons.site}/sign-in/")
    page.locator("[name=login]").fill("bob")
    page.locator("[name=password]").fill("a long password of bob")
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("heading", name="What do you need to find out?").wait_for()
    time.sleep(3)


def row(name: str, seconds: list[float]) -> dict[str, object]:
    return {
        "what": name,
        "n": len(seconds),
        "least s": round(min(seconds), 2),
        "median s": round(statistics.median(seconds), 2),
        "most s": round(max(seconds), 2),
    }


if __name__ == "__main__":
    main()
