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
# The rules of axe that a scheme can break or keep; all others go by what stands on the page.
_COLOURS = ("color-contrast", "link-in-text-block")
_ALL = {"resultTypes": ["violations"]}
_ABOUT_COLOURS = {**_ALL, "runOnly": {"type": "rule", "values": list(_COLOURS)}}
_LOOKS = (
    (DESK, "light", _ALL),
    (DESK, "dark", _ABOUT_COLOURS),
    (PHONE, "light", _ALL),
    (PHONE, "dark", _ABOUT_COLOURS),
)


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
    for width, scheme, options in _LOOKS:
        _look(page, width, scheme)
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            found.append(f"{width} {scheme}: too wide")
        told = _told(Axe().run(page, options=options).response)
        found += [f"{width} {scheme}: {fault}" for fault in told]
        if folder := os.environ.get("NBCOMMONS_PICTURES"):
            picture = Path(folder) / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=picture, full_page=True)
    _look(page, DESK, "light")
    return found


def _look(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    # Without motion nothing is caught between two colours.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def _told(response: dict[str, Any]) -> list[str]:
    violations = response["violations"]
    return [f"{found['id']}: {found['nodes'][0]['html'][:120]}" for found in violations]
