"""What browser tests do in a browser: sign in without a form, look for what hinders people."""

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from nbcommons.people.models import Person


def sign_in_as(page: Page, person: Person, url: str) -> None:
    """Make ``page`` a browser of ``person`` on the site at ``url``."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


def judge(page: Page) -> list[str]:
    """What axe finds against the page: the rule and the beginning of the first place."""
    violations = Axe().run(page).response["violations"]
    return [f"{found['id']}: {found['nodes'][0]['html'][:120]}" for found in violations]
