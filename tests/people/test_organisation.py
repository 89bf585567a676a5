"""Signing in with one's organisation, which a whole second site plays."""

import os
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.utils import timezone

from nbcommons.activity.models import AuditEntry
from nbcommons.people.claims import ClaimMapping
from nbcommons.people.models import Label, LabelHolding, Organisation, Person
from nbcommons.people.operations import joining
from nbcommons.people.operations.accounts import approve_person
from nbcommons.people.providers import Provider
from tests.factories.people import NOW, PASSWORD, SYSTEM, make_person, secret_of
from tests.people.second_site import second_site

pytestmark = pytest.mark.django_db

BACK = "http://testserver/sign-in/with/org/back/"
CLAIMS = ClaimMapping(
    organisation="organisation", labels="labels", administrator="administrator"
)


@pytest.fixture(scope="module")
def organisation(tmp_path_factory):
    with second_site(os.environ["DATABASE_URL"], tmp_path_factory.mktemp("second")) as site:
        site.add_person("amara.osei", name="Amara Osei", email="amara@example.org")
        site.add_person("Ben", name="Ben Adams")
        client_id, secret = site.add_client(BACK)
        provider = Provider(
            kind="oidc",
            id="org",
            name="Example Organisation",
            issuer=site.url,
            client_id=client_id,
            client_secret=secret,
            scopes=("openid", "profile", "email", "organisation"),
            claims=CLAIMS,
        )
        yield site, provider


@pytest.fixture
def configure(settings, organisation):
    """The provider in the settings of the first site, with some of its fields changed."""

    def change(**fields):
        settings.NBCOMMONS_SIGN_IN_PROVIDERS = (replace(organisation[1], **fields),)

    change()
    return change


@pytest.fixture
def come(client, organisation, configure):  # noqa: ARG001 - configures
    """Go through the whole way there and back as ``username``; the first site's last answer."""

    def walk(username="amara.osei", *, by=client, start="/sign-in/with/org/"):
        off = by.get(start)
        assert off.status_code == 302, off.text
        back = organisation[0].sign_in_at(off.url, username).headers["Location"]
        assert back.startswith(BACK)
        return by.get(f"{urlsplit(back).path}?{urlsplit(back).query}")

    return walk


class TestFirstTime:
    def test_makes_an_account_and_signs_in(self, client, come):
        response = come(start="/sign-in/with/org/?next=/settings/")

        assert (response.status_code, response.url) == (302, "/settings/")
        assert client.get("/settings/").status_code == 200
        person = Person.objects.get()
        assert (person.username, person.full_name) == ("amara.osei", "Amara Osei")
        assert person.email == "amara@example.org"
        assert not person.has_usable_password()
        assert EmailAddress.objects.get().verified
        assert AuditEntry.objects.filter(fact="PersonJoined").count() == 1

    def test_asks_for_proof_that_it_was_us_who_asked(self, client, configure):
        configure()
        asked = parse_qs(urlsplit(client.get("/sign-in/with/org/").url).query)

        assert asked["code_challenge_method"] == ["S256"]
        assert len(asked["state"][0]) >= 16
        assert asked["redirect_uri"] == [BACK]

    def test_keeps_no_claims(self, come):
        come()

        assert SocialAccount.objects.get().extra_data == {}

    def test_takes_another_user_name_if_somebody_has_it(self, come):
        other = make_person("amara.osei", email="")

        come()

        [made] = Person.objects.exclude(pk=other.pk)
        assert made.username == "amara.osei-2"
        assert SocialAccount.objects.get().user == made

    def test_leads_to_no_other_site(self, come):
        assert come(start="/sign-in/with/org/?next=https://elsewhere.example/").url == "/"

    def test_is_refused_where_sign_up_is_closed(self, client, come, settings):
        settings.NBCOMMONS_SIGNUP = "closed"

        assert come().status_code == 403
        assert not Person.objects.exists()
        assert client.get("/settings/").status_code == 302

    def test_of_a_person_without_an_address_works_too(self, come):
        come("ben")

        assert Person.objects.get().email == ""


class TestAgain:
    def test_finds_the_same_account(self, client, come):
        come()
        client.logout()
        Person.objects.update(full_name="Amara O.")

        come()

        assert Person.objects.get().full_name == "Amara O."
        assert client.get("/settings/").status_code == 200

    def test_does_not_let_in_who_was_switched_off(self, client, come):
        come()
        client.logout()
        Person.objects.update(is_active=False)

        assert come().url == "/switched-off/"
        assert client.get("/settings/").status_code == 302

    def test_asks_for_the_second_step_that_they_have_here(self, client, come):
        from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415 - needs settings

        come()
        TOTP.activate(Person.objects.get(), "JBSWY3DPEHPK3PXP")
        client.logout()

        assert come().url == "/sign-in/second-step/"


class TestApproval:
    @pytest.fixture(autouse=True)
    def _needs_approval(self, configure):
        configure(accounts="approval")

    def test_waits_for_an_administrator(self, client, come):
        assert come().url == "/sign-in/waiting/"
        person = Person.objects.get()
        assert (person.is_active, person.awaits_approval) == (False, True)
        assert client.get("/settings/").status_code == 302
        assert come().url == "/sign-in/waiting/"

        assert approve_person(SYSTEM, person)
        assert come().url == "/"
        assert client.get("/settings/").status_code == 200

    def test_is_not_needed_with_an_invitation(self, come):
        secret = secret_of(joining.invite(SYSTEM, at=timezone.now()))

        assert come(start=f"/sign-in/with/org/?invitation={secret}").url == "/"


class TestInvitation:
    @pytest.fixture(autouse=True)
    def _by_invitation(self, configure):
        configure(accounts="invited")

    def test_is_needed(self, come):
        response = come()

        assert response.status_code == 403
        assert "accounts here are by invitation" in response.text
        assert not Person.objects.exists()
        assert not SocialAccount.objects.exists()

    def test_opens_the_door_by_its_link_once(self, client, come):
        link = joining.invite(SYSTEM, at=timezone.now())
        page = client.get(f"/join/{secret_of(link)}/").text
        start = f"/sign-in/with/org/?invitation={secret_of(link)}"
        assert start in page

        assert come(start=start).url == "/"
        client.logout()
        assert come("ben", start=start).status_code == 410

    def test_opens_the_door_for_a_confirmed_address(self, come):
        joining.invite(SYSTEM, email="amara@example.org", at=timezone.now())

        assert come().url == "/"

    def test_that_is_too_old_does_not(self, come):
        joining.invite(
            SYSTEM, email="amara@example.org", at=timezone.now() - timedelta(days=30)
        )

        assert come().status_code == 403

    def test_of_an_administrator_does_not_go_by_address(self, come):
        joining.invite(
            SYSTEM, email="amara@example.org", makes_administrator=True, at=timezone.now()
        )

        assert come().status_code == 403


class TestSameAddress:
    @pytest.fixture
    def local(self):
        return make_person("local.amara", email="amara@example.org")

    @pytest.mark.usefixtures("local")
    def test_is_not_enough(self, come):
        response = come()

        assert response.status_code == 403
        assert "connect your organisation under Settings" in response.text
        assert not SocialAccount.objects.exists()

    def test_links_where_the_operator_wants_it(self, client, come, configure, local):
        configure(links_by_email=True)

        come()

        assert SocialAccount.objects.get().user == local
        assert "local.amara" in client.get("/settings/").text
        assert [message.subject for message in mail.outbox] == ["Another way to sign in"]

    @pytest.mark.usefixtures("local")
    def test_never_links_what_is_not_confirmed_here(self, come, configure):
        configure(links_by_email=True)
        EmailAddress.objects.update(verified=False)

        assert come().status_code == 403
        assert not SocialAccount.objects.exists()

    def test_never_links_what_is_not_confirmed_there(self, come, configure, local):
        configure(links_by_email=True, claims=replace(CLAIMS, email_verified="nothing"))

        come()

        [made] = Person.objects.exclude(pk=local.pk)
        assert (made.username, made.email) == ("amara.osei", "")


class TestWhatTheOrganisationSays:
    @pytest.fixture
    def told(self, monkeypatch):
        """Claims that are put beside those that come: what a second sign-in says may differ."""
        from nbcommons.people import organisation as ours  # noqa: PLC0415

        more: dict = {}
        real = ours.claims_in
        monkeypatch.setattr(ours, "claims_in", lambda data: {**real(data), **more})
        return more

    def test_places_labels_and_empowers_and_takes_it_back(self, client, come, told):
        make_person("boss", administrator=True)
        label = Label.objects.create(
            name="Sources", slug="sources", claim_name="grp-sources", created_at=NOW
        )
        told |= {
            "organisation": ["Trade", "Customs"],
            "labels": ["grp-sources", "Sources", "other"],
            "administrator": True,
        }
        come()
        person = Person.objects.get(username="amara.osei")
        assert [str(o) for o in Organisation.objects.order_by("pk")] == ["Trade", "Customs"]
        assert (str(person.organisation), person.is_administrator) == ("Customs", True)
        assert LabelHolding.objects.get().label == label

        client.logout()
        told |= {"organisation": [], "labels": [], "administrator": False}
        come()

        person.refresh_from_db()
        assert (person.organisation, person.is_administrator) == (None, False)
        assert not LabelHolding.objects.exists()

    def test_does_not_take_the_last_administrator(self, client, come, told):
        told["administrator"] = True
        come()
        client.logout()
        told["administrator"] = False

        come()

        assert Person.objects.get().is_administrator


class TestConnecting:
    @pytest.fixture
    def at_home(self, client):
        person = make_person("local.amara", email="")
        client.post("/sign-in/", {"login": person.username, "password": PASSWORD})
        return client

    def confirm(self, client, response):
        path = response.url.partition("next=")[2].replace("%2F", "/")
        return client.post("/confirm/", {"password": PASSWORD, "next": path})

    def connect(self, client, site, username="amara.osei"):
        asked = client.post("/settings/organisation/org/connect/")
        page = self.confirm(client, asked) if asked.status_code == 302 else asked
        url = page.text.partition('content="0; url=')[2].partition('"')[0]
        back = urlsplit(
            site.sign_in_at(url.replace("&amp;", "&"), username).headers["Location"]
        )
        return client.get(f"{back.path}?{back.query}")

    def test_asks_for_the_password_and_then_signs_in(self, at_home, organisation, configure):
        configure()
        assert "Connect<" in at_home.get("/settings/").text

        assert self.connect(at_home, organisation[0]).url == "/settings/"

        assert "Disconnect<" in at_home.get("/settings/").text
        assert SocialAccount.objects.get().user.username == "local.amara"

    def test_of_an_account_that_is_somebody_elses_is_refused(self, at_home, come, organisation):
        come(by=Client())

        self.connect(at_home, organisation[0])

        assert SocialAccount.objects.get().user.username == "amara.osei"
        page = at_home.get("/settings/").text
        assert "belongs to another account" in page

    def test_does_not_happen_by_a_link(self, at_home, configure):
        configure()

        gone = at_home.get("/sign-in/with/org/?process=connect")

        assert gone.url == "/"
        assert at_home.get("/settings/organisation/org/connect/").status_code == 405

    def test_can_be_undone(self, at_home, organisation, configure):
        configure()
        self.connect(at_home, organisation[0])
        address = f"/settings/organisation/{SocialAccount.objects.get().pk}/disconnect/"

        assert at_home.post(address).url == "/settings/"

        assert not SocialAccount.objects.exists()

    def test_that_is_the_last_way_in_cannot_be_undone(self, client, come):
        come()
        address = f"/settings/organisation/{SocialAccount.objects.get().pk}/disconnect/"

        assert client.post(address).status_code == 422

        assert SocialAccount.objects.exists()

    def test_of_others_cannot_be_undone(self, at_home, come):
        come(by=Client())
        account = SocialAccount.objects.get()

        asked = at_home.post(f"/settings/organisation/{account.pk}/disconnect/")

        assert self.confirm(at_home, asked).status_code == 404
        assert SocialAccount.objects.exists()


class TestConfirming:
    """People whom their organisation alone signs in show that it is them by signing in again."""

    def test_is_not_asked_of_who_has_just_signed_in(self, client, come):
        come()

        made = client.post(
            "/settings/tokens/", {"label": "x", "scopes": ["notebooks:read"], "days": "30"}
        )

        assert made.status_code == 200

    def test_leads_to_the_organisation_and_back(self, client, come):
        come()
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] -= 3600
        session.save()

        asked = client.post("/settings/tokens/", {})
        assert asked.url == "/confirm/again/?next=%2Fsettings%2Ftokens%2F"
        page = client.get(asked.url).text
        assert "Sign in again with Example Organisation" in page
        start = "/sign-in/with/org/?again=1&next=%2Fsettings%2Ftokens%2F"
        assert start.replace("&", "&amp;") in page
        assert parse_qs(urlsplit(client.get(start).url).query)["prompt"] == ["login"]


class TestTrouble:
    def test_of_an_unknown_provider_is_not_found(self, client, configure):
        configure()

        assert client.get("/sign-in/with/other/").status_code == 404
        assert client.get("/sign-in/with/other/back/").status_code == 404

    def test_of_a_provider_that_does_not_answer_is_told(self, client, configure):
        configure(issuer="http://localhost:1")

        response = client.get("/sign-in/with/org/")

        assert response.status_code == 503
        assert "Example Organisation does not answer" in response.text

    def test_of_an_answer_that_nobody_asked_for_is_told(self, client, configure):
        configure()

        response = client.get("/sign-in/with/org/back/?code=x&state=y")

        assert response.status_code == 401
        assert "did not tell us who you are" in response.text

    def test_of_a_wrong_secret_is_told(self, come, configure):
        configure(client_secret="wrong")

        assert come().status_code == 401
        assert not Person.objects.exists()

    def test_of_two_people_in_one_answer_is_told(self, come, monkeypatch):
        from allauth.socialaccount.providers.openid_connect.views import (  # noqa: PLC0415
            OpenIDConnectOAuth2Adapter,
        )

        monkeypatch.setattr(
            OpenIDConnectOAuth2Adapter, "_fetch_user_info", lambda *_: {"sub": "another"}
        )

        assert come().status_code == 401
        assert not Person.objects.exists()

    def test_of_somebody_who_stops_there_is_told(self, client, configure):
        configure()
        state = parse_qs(urlsplit(client.get("/sign-in/with/org/").url).query)["state"][0]

        response = client.get(f"/sign-in/with/org/back/?error=access_denied&state={state}")

        assert "You are not signed in" in client.get(response.url).text

    def test_of_many_tries_is_limited(self, client, configure):
        configure()

        # Some become free again while a slow machine makes them.
        codes = [client.get("/sign-in/with/org/").status_code for _ in range(60)]

        assert set(codes[:30]) == {302}
        assert 429 in codes[30:]


class TestOffer:
    def test_comes_first_on_the_page_of_signing_in(self, client, configure):
        configure()

        page = client.get("/sign-in/?next=/settings/").text

        assert "Continue with Example Organisation" in page
        assert "/sign-in/with/org/?next=%2Fsettings%2F" in page

    def test_is_not_there_without_providers(self, client):
        assert "Continue with" not in client.get("/sign-in/").text
