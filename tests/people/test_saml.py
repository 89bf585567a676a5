"""Signing in by SAML: signed answers, sent by the browser as a form from elsewhere."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from nbcommons.people.claims import ClaimMapping
from nbcommons.people.models import Organisation, Person
from nbcommons.people.providers import Provider

pytest.importorskip("onelogin", reason="SAML is an extra: pip install nbcommons[saml]")

from tests.people import saml_provider

pytestmark = pytest.mark.django_db

START = "/sign-in/with/corp/"
ACS = "/sign-in/with/corp/saml/"
ELSEWHERE = {"Origin": "https://idp.example.org", "Sec-Fetch-Site": "cross-site"}
CLAIMS = ClaimMapping(
    username="uid",
    name="urn:oid:2.16.840.1.113730.3.1.241",
    email="mail",
    is_every_email_verified=True,
    organisation="department",
)


@pytest.fixture
def client():
    """A browser: it says which host it asks, and that goes into what the provider is asked."""
    return Client(headers={"Host": "testserver"})


@pytest.fixture(scope="module")
def idp():
    return saml_provider.new_provider(
        f"http://testserver{ACS}metadata/",
        **{
            "uid": ["aosei"],
            "urn:oid:2.16.840.1.113730.3.1.241": ["Amara Osei"],
            "mail": ["amara@example.org"],
            "department": ["Trade/Customs"],
        },
    )


@pytest.fixture(autouse=True)
def provider(settings, idp):
    made = Provider(
        kind="saml",
        id="corp",
        name="Example Corporation",
        issuer=saml_provider.ISSUER,
        client_id="corp",
        claims=CLAIMS,
        saml={"sso_url": saml_provider.SSO_URL, "certificate": idp.certificate},
    )
    settings.NBCOMMONS_SIGN_IN_PROVIDERS = (made,)
    return made


def come(client, idp, *, start=START, **change):
    """There and back: the provider's page sends the browser here with a signed form."""
    gone = client.get(start)
    assert gone.url.startswith(saml_provider.SSO_URL)
    answer = client.post(
        ACS, {"SAMLResponse": idp.answer(gone.url, **change)}, headers=ELSEWHERE
    )
    assert answer.status_code == 302, answer.text
    return client.get(urlsplit(answer.url).path)


class TestSigningIn:
    def test_makes_an_account_from_attributes(self, client, idp):
        response = come(client, idp, start=f"{START}?next=/settings/")

        assert (response.status_code, response.url) == (302, "/settings/")
        person = Person.objects.get()
        assert (person.username, person.full_name) == ("aosei", "Amara Osei")
        assert (person.email, str(person.organisation)) == ("amara@example.org", "Customs")
        assert Organisation.objects.count() == 2
        assert client.get("/settings/").status_code == 200
        assert SocialAccount.objects.get().extra_data == {}

    def test_finds_the_same_person_again(self, client, idp):
        come(client, idp)
        client.logout()

        come(client, idp)

        assert Person.objects.count() == 1
        assert client.get("/settings/").status_code == 200

    def test_takes_another_name_id_for_another_person(self, client, idp):
        come(client, idp)
        client.logout()

        response = come(client, replace(idp, attributes={"uid": ["aosei"]}), name_id="b2")

        assert response.url == "/"
        assert sorted(Person.objects.values_list("username", flat=True)) == [
            "aosei",
            "aosei-2",
        ]

    def test_can_tell_people_by_an_attribute(self, client, idp, provider, settings):
        by_uid = replace(provider, saml={**provider.saml, "uid": "uid"})
        settings.NBCOMMONS_SIGN_IN_PROVIDERS = (by_uid,)

        come(client, idp, name_id="changes")
        client.logout()
        come(client, idp, name_id="each time")

        assert SocialAccount.objects.get().uid == "aosei"


class TestRefusals:
    def refused(self, client, idp, **change):
        response = come(client, idp, **change)

        assert response.status_code == 401
        assert "did not tell us who you are" in response.text
        assert not Person.objects.exists()
        assert client.get("/settings/").status_code == 302

    def test_of_an_answer_that_another_key_has_signed(self, client, idp):
        stranger = saml_provider.new_provider(idp.audience)

        self.refused(client, replace(stranger, attributes=idp.attributes))

    def test_of_an_answer_for_another_site(self, client, idp):
        self.refused(client, replace(idp, audience="https://other.example"))

    def test_of_an_answer_that_is_too_old(self, client, idp):
        self.refused(client, idp, until="2020-01-01T00:00:00Z")

    def test_of_an_answer_from_another_issuer(self, client, idp):
        self.refused(client, idp, issuer="https://other.example/saml")

    def test_of_an_answer_to_another_question(self, client, idp):
        gone = client.get(START)
        answer = idp.answer(gone.url, asked="_never_asked")
        client.post(ACS, {"SAMLResponse": answer}, headers=ELSEWHERE)

        response = client.get(f"{ACS}finish/")

        assert response.status_code in {401, 403}
        assert not Person.objects.exists()

    def test_of_an_answer_that_nobody_asked_for(self, client, idp):
        gone = client.get(START)
        answer = idp.answer(gone.url)
        stranger = Client(headers={"Host": "testserver"})
        stranger.post(ACS, {"SAMLResponse": answer}, headers=ELSEWHERE)

        response = stranger.get(f"{ACS}finish/")

        assert response.status_code in {401, 403}
        assert not Person.objects.exists()

    def test_of_an_answer_that_was_altered(self, client, idp):
        import base64  # noqa: PLC0415

        gone = client.get(START)
        told = base64.b64decode(idp.answer(gone.url)).replace(b"aosei", b"boss0")
        sent = {"SAMLResponse": base64.b64encode(told).decode()}
        client.post(ACS, sent, headers=ELSEWHERE)

        assert client.get(f"{ACS}finish/").status_code == 401
        assert not Person.objects.exists()


class TestMetadata:
    def test_tells_the_provider_what_it_must_know(self, client):
        page = client.get(f"{ACS}metadata/")

        assert page.headers["Content-Type"] == "text/xml"
        assert f"http://testserver{ACS}" in page.text
        assert "nameid-format:persistent" in page.text


class TestOtherSites:
    def test_are_welcome_nowhere_else(self, client):
        assert client.post("/sign-in/", {}, headers=ELSEWHERE).status_code == 403
        assert client.post(f"{ACS}finish/", {}, headers=ELSEWHERE).status_code == 403
