"""What browser tests do in a browser: sign in without a form, look for what hinders people.

With ``NBCOMMONS_PICTURES`` set to a folder, pictures of what is judged are left there.
"""

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from nbcommons.people.models import Person

DESK, PHONE = 1360, 390
SCHEMES = ("light", "dark")
# The rules of axe that a scheme can break or keep; all others go by what stands on the page.
ABOUT_COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


def sign_in_as(page: Page, person: Person, url: str) -> None:
    """Make ``page`` a browser of ``person`` on the site at ``url``."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


def judge(page: Page) -> list[str]:
    """What axe finds against the page: the rule and the beginning of the first place."""
    return _told(Axe().run(page).response)


def judge_in_every_look(page: Page, name: str = "") -> list[str]:
    """What axe finds at a desk and on a phone, light and dark, and where it is too wide.

    Pictures get ``name``, or else the path of the page. The page is left at a desk, light.
    """
    name = name or re.sub(r"\W+", "-", page.url.split("/", 3)[3]).strip("-") or "home"
    found = []
    for width in (DESK, PHONE):
        for scheme in SCHEMES:
            _look(page, width, scheme)
            ran = (
                Axe().run(page) if scheme == "light" else Axe().run(page, options=ABOUT_COLOURS)
            )
            found += [f"{width} {scheme}: {told}" for told in _told(ran.response)]
            if folder := os.environ.get("NBCOMMONS_PICTURES"):
                page.screenshot(
                    path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True
                )
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            found.append(f"{width}: too wide")
    _look(page, DESK, "light")
    return found


def _look(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    # Without motion nothing is caught between two colours.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def _told(response: dict[str, Any]) -> list[str]:
    violations = response["violations"]
    return [f"{found['id']}: {found['nodes'][0]['html'][:120]}" for found in violations]
