"""Passkeys in a real browser, with an authenticator that Chromium plays."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import CDPSession, Page, expect

from tests.factories.browsing import judge
from tests.factories.people import PASSWORD, make_person

# Playwright runs an event loop in this thread; Django would take it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _site(settings, live_server):
    cache.clear()
    settings.NBCOMMONS_SITE_URL = live_server.url


@pytest.fixture
def finger(page: Page) -> Iterator[tuple[CDPSession, str]]:
    """A phone or laptop that holds passkeys and has seen its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield session, made["authenticatorId"]
    session.send("WebAuthn.disable")


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in/")
    page.get_by_label("User name or e-mail").fill("amara.osei")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/settings/passkeys/add/")
    if "/confirm/" in page.url:
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make the passkey").click()


@pytest.fixture
def owner(page: Page, live_server, finger):
    """Somebody with one passkey, who is signed out."""
    assert finger
    person = make_person("amara.osei", email="amara@example.org")
    sign_in(page, live_server.url)
    add_passkey(page, live_server.url, "My laptop")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.context.clear_cookies()
    return person


class TestPasskey:
    @pytest.mark.usefixtures("owner")
    def test_signs_in_without_a_password(self, page, live_server, complaints):
        page.goto(f"{live_server.url}/sign-in/?next=/settings/")
        assert judge(page) == []

        page.get_by_role("button", name="Sign in with a passkey").click()

        expect(page.get_by_role("heading", name="You", level=1)).to_be_visible()
        assert complaints == []

    @pytest.mark.usefixtures("owner")
    def test_is_the_second_step_after_a_password(self, page, live_server, complaints):
        sign_in(page, live_server.url)
        expect(page.get_by_role("heading", name="Second step")).to_be_visible()
        assert judge(page) == []

        page.get_by_role("button", name="Use a passkey").click()

        page.wait_for_url(f"{live_server.url}/")
        assert complaints == []

    @pytest.mark.usefixtures("owner")
    def test_of_nobody_here_is_refused_in_words(self, page, live_server):
        Authenticator.objects.filter(type="webauthn").delete()
        page.goto(f"{live_server.url}/sign-in/?next=/settings/")

        page.get_by_role("button", name="Sign in with a passkey").click()

        expect(page.get_by_text("That passkey was not accepted.")).to_be_visible()
        assert page.url.endswith("/sign-in/?next=%2Fsettings%2F")

    def test_that_a_page_elsewhere_asked_for_is_refused(
        self, page, live_server, owner, settings
    ):
        settings.NBCOMMONS_SITE_URL = "http://localhost:1"
        page.goto(f"{live_server.url}/sign-in/")

        page.get_by_role("button", name="Sign in with a passkey").click()

        expect(page.get_by_text("That passkey was not accepted.")).to_be_visible()
        assert owner.pk

    @pytest.mark.usefixtures("owner")
    def test_without_the_owner_s_finger_says_so_and_stays(self, page, live_server, finger):
        session, authenticator = finger
        session.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": authenticator, "isUserVerified": False},
        )
        page.goto(f"{live_server.url}/sign-in/")

        page.get_by_role("button", name="Sign in with a passkey").click()

        expect(page.get_by_text("That did not work, or it was stopped.")).to_be_visible()

    @pytest.mark.usefixtures("owner")
    def test_is_renamed_and_removed(self, page, live_server, complaints):
        page.goto(f"{live_server.url}/sign-in/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(f"{live_server.url}/")
        page.goto(f"{live_server.url}/settings/second-step/")
        expect(page.locator("b", has_text="My laptop")).to_be_visible()
        assert judge(page) == []

        page.get_by_role("link", name="Rename My laptop").click()
        if "/confirm/" in page.url:
            page.get_by_role("link", name="Use a passkey").click()
            page.get_by_role("button", name="Use a passkey").click()
        page.get_by_label("Name").fill("Grey laptop")
        page.get_by_role("button", name="Save the name").click()
        expect(page.locator("b", has_text="Grey laptop")).to_be_visible()
        page.get_by_role("link", name="Remove Grey laptop").click()
        assert judge(page) == []
        page.get_by_role("button", name="Remove it").click()

        expect(page.get_by_text("The passkey is removed.")).to_be_visible()
        assert not Authenticator.objects.exists()
        assert complaints == []

    def test_that_is_the_last_way_in_stays(self, page, live_server, owner):
        owner.set_unusable_password()
        owner.save()
        page.goto(f"{live_server.url}/sign-in/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        passkey = Authenticator.objects.get(type="webauthn")
        page.goto(f"{live_server.url}/settings/passkeys/{passkey.pk}/remove/")
        page.get_by_role("link", name="Use a passkey").click()
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("button", name="Remove it").click()

        expect(page.get_by_text("It is your only way in.")).to_be_visible()
        assert Authenticator.objects.filter(pk=passkey.pk).exists()

    def test_is_offered_nowhere_without_script(self, browser, live_server):
        page = browser.new_context(java_script_enabled=False).new_page()

        page.goto(f"{live_server.url}/sign-in/")

        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
