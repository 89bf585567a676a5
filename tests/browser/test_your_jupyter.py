"""Your Jupyter and the page of codes in a browser: axe, width, light and dark."""

import os

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from nbcommons.people import devices
from nbcommons.runtime import operations, reports
from tests.factories.browsing import judge_in_every_look
from tests.factories.people import PASSWORD, SYSTEM, actor_of, make_person
from tests.runtime.conftest import FakeHub

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("/your-jupyter/", "/your-jupyter/stop/", "/your-jupyter/stop/?fresh", "/device/")


@pytest.fixture
def running(page: Page, live_server, settings, tmp_path):
    """Somebody whose Jupyter runs, with a change in it, signed in lately."""
    profiles = tmp_path / "profiles.json"
    profiles.write_text(
        '[{"slug": "small", "title": "Everyday", "description": "For most notebooks."},'
        ' {"slug": "large", "title": "Large", "memory_mb": 16384, "lifetime_s": 14400}]'
    )
    hub = FakeHub()
    settings.NBCOMMONS_HUB_API_URL, settings.NBCOMMONS_HUB_TOKEN = hub.url, hub.token
    settings.NBCOMMONS_PROFILES = str(profiles)
    person, now = make_person("amara"), timezone.now()
    started = now.isoformat().replace("+00:00", "Z")
    server = {"ready": True, "started": started, "last_activity": started}
    hub.users["amara"] = {"servers": {"": server}}
    operations.begin_spawn(
        SYSTEM, username="amara", spawn_id="s1", lifetime_s=7200, profile="large", at=now
    )
    report = reports.Report(("Late payers.ipynb", "Starred/Supplier names.ipynb"), 1, 2)
    reports.keep_report(actor_of(person), report, at=now)
    asked = devices.ask(machine="my laptop", asked_from="192.0.2.7", at=now)
    devices.decide(actor_of(person), asked.user_code, is_allowed=True, at=now)
    devices.collect(asked.device_code, at=now)
    client = Client()
    client.force_login(person)
    client.post("/confirm/", {"password": PASSWORD, "next": "/device/"})
    name = _cookie()
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    yield page
    hub.stop()


def test_pages_pass_axe_and_fit_their_width(running, live_server, complaints):
    found = {}
    for path in PAGES:
        running.goto(live_server.url + path)
        found[path] = judge_in_every_look(running)

    assert {path: faults for path, faults in found.items() if faults} == {}
    assert complaints == []


def _cookie() -> str:
    return settings.SESSION_COOKIE_NAME
