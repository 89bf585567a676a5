"""Every page of sign-in wears our look; what nobody needs has no address."""

import re

import pytest
from allauth.account import urls as all_of_account
from django.urls import NoReverseMatch, get_resolver, reverse

from nbcommons.people import urls
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db

# Parts of pages, not pages.
PARTS = {"/suggest/people/"}
WITHOUT_ADDRESS = {"account_confirm_login_code", "account_request_login_code"}
VALUES = {
    "secret": "x",
    "uidb36": "1",
    "key": "k-1",
    "token_id": 1,
    "pk": 1,
    "provider_id": "nobody",
    "organization_slug": "nobody",
    "account_id": 1,
    "public_id": "00000000-0000-4000-8000-000000000000",
    "username": "amara.osei",
}
# Scripts come from files; data for them may stand in the page, as it is never run.
INLINE = re.compile(r'<script(?![^>]*\b(?:src=|type="application/json"))|\son\w+=|\sstyle=')


def addresses() -> list[str]:
    found = []
    for pattern in urls.urlpatterns:
        for leaf in getattr(pattern, "url_patterns", [pattern]):
            if (name := getattr(leaf, "name", None)) is not None:
                space = f"{pattern.namespace}:" if hasattr(pattern, "namespace") else ""
                wanted = leaf.pattern.converters.keys()
                found.append(reverse(f"{space}{name}", kwargs={k: VALUES[k] for k in wanted}))
    return found


class TestPages:
    def test_are_all_looked_at(self):
        assert len(addresses()) > 25

    @pytest.mark.parametrize("address", addresses())
    @pytest.mark.parametrize("is_signed_in", [False, True])
    def test_wear_our_look(self, client, address, is_signed_in):
        person = make_person()
        if is_signed_in:
            client.force_login(person)

        response = client.get(address)

        assert response.status_code in {200, 302, 403, 404, 405, 410}
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and address not in PARTS and response.status_code in {200, 410}:
            assert "core/css/tokens.css" in response.text
            assert re.search(r"<title>[^<]+ · Notebook Commons</title>", response.text)
            assert response.text.count("<h1") == 1
            assert "default-src 'none'" in response.headers["Content-Security-Policy"]
            assert not INLINE.search(response.text)

    def test_of_allauth_that_nobody_needs_have_no_address(self):
        theirs = {pattern.name for pattern in all_of_account.urlpatterns}
        ours = {name for name in get_resolver().reverse_dict if isinstance(name, str)}

        assert theirs - ours == {"account_confirm_login_code"}
        for name in WITHOUT_ADDRESS:
            with pytest.raises(NoReverseMatch):
                reverse(name)
