"""Pictures of the main pages of a running site, wide and narrow, by day and by night.

    python scripts/screenshots.py --site http://localhost:8000 --person NAME --out FOLDER

The password is read from NBCOMMONS_SCREENSHOT_PASSWORD. With --axe each page is also judged by
axe-core, and what it finds is told.
"""

import argparse
import itertools
import os
import sys
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDTHS = {"wide": 1360, "narrow": 390}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIGN_IN = "/sign-in/"
MOST_PX = 9_000
PAGES = {
    "home": "/",
    "browse": "/notebooks/",
    "browse-words": "/notebooks/?q=chart+data",
    "browse-empty": "/notebooks/?q=glacier+retreat+premiums&health=healthy&language=r",
    "notebook": "first notebook",
    "mine": "/mine/",
    "add": "/add/",
    "settings": "/settings/",
    "not-there": "/nothing/here/",
}


def main() -> int:
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    wanted = {
        name: path for name, path in PAGES.items() if not asked.pages or name in asked.pages
    }
    wanted.update({page.strip("/").replace("/", "-"): page for page in asked.also})
    complaints = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        cookies = _sign_in(browser, asked.site, asked.person)
        for (size, width), theme in itertools.product(WIDTHS.items(), THEMES):
            if asked.only and f"{size}-{theme}" not in asked.only:
                continue
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=theme
            )
            context.add_cookies(cookies)
            for name, path in wanted.items():
                page = _open(context, asked.site, path)
                _grow(page, width)
                page.screenshot(path=asked.out / f"{name}-{size}-{theme}.png")
                if asked.axe:
                    complaints += _judge(page, f"{name} {size} {theme}")
                page.close()
            context.close()
        browser.close()
    return 1 if complaints else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="http://localhost:8000")
    parser.add_argument("--person", required=True, help="user name to sign in with")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--pages", nargs="*", choices=[*PAGES], help="only these pages")
    parser.add_argument(
        "--also", nargs="*", default=[], help="further addresses, from the root"
    )
    parser.add_argument("--only", nargs="*", help="only these looks, such as wide-light")
    parser.add_argument("--axe", action="store_true", help="judge each page by axe-core too")
    return parser.parse_args()


def _sign_in(browser: Browser, site: str, person: str) -> list:  # type: ignore[type-arg]
    context = browser.new_context()
    page = context.new_page()
    page.goto(site + SIGN_IN)
    page.fill("[name=login]", person)
    page.fill("[name=password]", os.environ["NBCOMMONS_SCREENSHOT_PASSWORD"])
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: SIGN_IN not in url)
    cookies = context.cookies()
    context.close()
    return cookies


def _open(context: BrowserContext, site: str, path: str) -> Page:
    page = context.new_page()
    page.on(
        "console", lambda said: print(f"{path}: {said.text}") if said.type == "error" else None
    )
    page.on("pageerror", lambda error: print(f"{path}: {error}"))
    if path == "first notebook":
        page.goto(f"{site}/notebooks/")
        link = page.locator(".entry__title a").first
        path = link.get_attribute("href") or "/"
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    return page


def _grow(page: Page, width: int) -> None:
    """Make the window as tall as the page: frames paint only what could be seen."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(height, 900), MOST_PX)})
    page.wait_for_timeout(300)


def _judge(page: Page, name: str) -> int:
    violations = Axe().run(page).response["violations"]
    for violation in violations:
        print(f"{name}: {violation['id']}: {violation['help']}")
        for node in violation["nodes"][:4]:
            print(f"    {node['html'][:160]}")
    return len(violations)


if __name__ == "__main__":
    sys.exit(main())
