"""One's own settings and the organisation's sign-in in a real browser: looks, axe, the policy."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from nbcommons.people import tokens
from nbcommons.people.models import Person
from nbcommons.people.operations.joining import NewPerson, join
from nbcommons.people.providers import Provider
from tests.factories.browsing import judge, judge_in_every_look
from tests.factories.gallery import bring_in
from tests.factories.people import PASSWORD, SYSTEM, make_person
from tests.people.second_site import SecondSite, second_site

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = pytest.mark.django_db(transaction=True)

CELLS = (
    ("code", "\n".join(f"line_{number} = {number}" for number in range(1, 21))),
    ("markdown", "Words."),
)
PAGES = ("/settings/", "/settings/preferences/", "/settings/browsers/", "/settings/tokens/")


@pytest.fixture(autouse=True)
def _site(settings, live_server):
    cache.clear()
    settings.NBCOMMONS_SITE_URL = live_server.url


@pytest.fixture
def person() -> Person:
    return make_person("amara.osei", email="amara@example.org", administrator=True)


@pytest.fixture
def at_home(page: Page, live_server, person) -> Page:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(person)
    value = client.cookies[site.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": site.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
    )
    return page


class TestSettings:
    def test_are_sound_for_everybody(self, at_home, live_server, complaints):
        tokens.mint_personal_token(
            SYSTEM,
            Person.objects.get(),
            scopes=("notebooks:read",),
            label="Nightly notes",
            expires_at=None,
            at=timezone.now(),
        )
        found = {}
        for address in PAGES:
            at_home.goto(f"{live_server.url}{address}")
            found[address] = judge_in_every_look(at_home)

        assert {address: problems for address, problems in found.items() if problems} == {}
        assert complaints == []

    def test_of_looks_change_the_page_at_once(self, at_home, live_server):
        at_home.goto(f"{live_server.url}/settings/preferences/")
        before = at_home.locator("h1").evaluate("h => parseFloat(getComputedStyle(h).fontSize)")
        at_home.get_by_text("Larger still").click()
        at_home.get_by_text("Dense: more on a page").click()
        at_home.get_by_text("Dark", exact=True).last.click()
        at_home.get_by_role("button", name="Save").click()

        expect(at_home.get_by_text("Saved.")).to_be_visible()
        after = at_home.locator("h1").evaluate("h => parseFloat(getComputedStyle(h).fontSize)")
        assert after > before * 1.1
        scheme = "getComputedStyle(document.documentElement).colorScheme"
        assert at_home.evaluate(scheme) == "dark"
        assert judge(at_home) == []

    def test_number_the_lines_of_code_without_copying_them(self, at_home, live_server, person):
        notebook = bring_in(person, "Count", cells=CELLS)
        Person.objects.update(shows_line_numbers=True, text_size="large")

        at_home.goto(f"{live_server.url}/notebooks/{notebook.uuid}/")

        frame = at_home.frame_locator("iframe.leafframe")
        lines = frame.locator(".code__line")
        expect(lines).to_have_count(20)
        assert "text=large" in at_home.locator("iframe.leafframe").get_attribute("src")
        text = frame.locator("pre.code").first.inner_text()
        assert text.splitlines()[:2] == ["line_1 = 1", "line_2 = 2"]
        drawn = "line => getComputedStyle(line, '::before').content"
        assert "counter(line)" in lines.first.evaluate(drawn)


class TestAccounts:
    def test_of_people_who_wait_are_sound(self, at_home, live_server, settings, complaints):
        settings.NBCOMMONS_SIGNUP = "approval"
        join(NewPerson("ben", full_name="Ben Adams"), secret=None, at=timezone.now())
        at_home.goto(f"{live_server.url}/settings/admin-mode/")
        at_home.get_by_role("button", name="Switch it on").click()
        at_home.get_by_label("Password", exact=True).fill(PASSWORD)
        at_home.get_by_role("button", name="Go on").click()
        at_home.goto(f"{live_server.url}/settings/people/")
        assert judge(at_home) == []

        at_home.get_by_role("button", name="Let in : Ben Adams", exact=True).click()

        expect(at_home.get_by_text("Done for Ben Adams.")).to_be_visible()
        at_home.goto(f"{live_server.url}/settings/people/ben/switch-off/")
        assert judge(at_home) == []
        assert complaints == []


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Iterator[SecondSite]:
    with second_site(os.environ["DATABASE_URL"], tmp_path_factory.mktemp("second")) as found:
        found.add_person("cleo", name="Cleo Marsh", email="cleo@example.org")
        yield found


class TestOrganisation:
    @pytest.fixture(autouse=True)
    def provider(self, elsewhere, settings, live_server):
        back = f"{live_server.url}/sign-in/with/org/back/"
        client_id, secret = elsewhere.add_client(back)
        found = Provider(
            kind="oidc",
            id="org",
            name="Example Organisation",
            issuer=elsewhere.url,
            client_id=client_id,
            client_secret=secret,
        )
        settings.NBCOMMONS_SIGN_IN_PROVIDERS = (found,)
        return found

    def sign_in_there(self, page: Page) -> None:
        page.get_by_label("User name or e-mail").fill("cleo")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()

    def test_signs_in_across_two_sites(self, page, live_server, elsewhere, complaints):
        page.goto(f"{live_server.url}/sign-in/?next=/settings/")
        assert judge(page) == []

        page.get_by_role("link", name="Continue with Example Organisation").click()
        page.wait_for_url(f"{elsewhere.url}/**")
        self.sign_in_there(page)

        page.wait_for_url(f"{live_server.url}/settings/")
        expect(page.get_by_role("heading", name="You", level=1)).to_be_visible()
        assert Person.objects.get().username == "cleo"
        assert complaints == []

    def test_connects_despite_the_policy_for_forms(
        self, at_home, live_server, elsewhere, complaints
    ):
        at_home.goto(f"{live_server.url}/settings/")

        at_home.get_by_role("button", name="Connect Example Organisation").click()
        at_home.get_by_label("Password", exact=True).fill(PASSWORD)
        at_home.get_by_role("button", name="Go on").click()
        at_home.wait_for_url(f"{elsewhere.url}/**")
        self.sign_in_there(at_home)

        at_home.wait_for_url(f"{live_server.url}/settings/")
        expect(
            at_home.get_by_role("button", name="Disconnect Example Organisation")
        ).to_be_visible()
        assert complaints == []

    def test_tells_when_it_does_not_answer(self, page, live_server, provider, settings):
        settings.NBCOMMONS_SIGN_IN_PROVIDERS = (replace(provider, issuer="http://localhost:1"),)
        page.goto(f"{live_server.url}/sign-in/")

        page.get_by_role("link", name="Continue with Example Organisation").click()

        expect(page.get_by_text("Example Organisation does not answer")).to_be_visible()
        assert judge(page) == []
