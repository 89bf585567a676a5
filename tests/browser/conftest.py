"""The browser of all browser tests: the system's Chromium, so that none is downloaded."""

import shutil
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

# A busy machine is slow; what never comes is told a little later.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    return {
        **browser_type_launch_args,
        **({"executable_path": chromium} if chromium else {}),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the console of ``page`` warns of, and errors of scripts, from now on."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # Django's static files in tests lack the header that WhiteNoise sends with fonts.
        is_font = "katex/fonts" in f"{message.location} {message.text}"
        if message.type in {"error", "warning"} and not is_font:
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard
