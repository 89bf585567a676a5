"""Making an account by the page behind an invitation link."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from nbcommons.people.models import Invitation, Person
from nbcommons.people.operations import joining
from tests.factories.people import SYSTEM, make_person, secret_of

pytestmark = pytest.mark.django_db

FILLED_IN = {
    "full_name": "Ben Adams",
    "username": "Ben",
    "email": "ben@example.org",
    "password": "a long enough secret",
}


@pytest.fixture
def address():
    return f"/join/{secret_of(joining.invite(SYSTEM, at=timezone.now()))}/"


class TestJoining:
    def test_makes_an_account_and_signs_in(self, client, address):
        assert "Make my account" in client.get(address).text

        response = client.post(address, FILLED_IN)

        assert (response.status_code, response.url) == (302, "/")
        person = Person.objects.get()
        assert (person.username, person.full_name) == ("ben", "Ben Adams")
        assert "Ben Adams" in client.get("/settings/").text

    def test_refuses_a_link_that_was_used(self, client, address):
        client.post(address, FILLED_IN)
        client.logout()

        response = client.get(address)

        assert response.status_code == 410
        assert "This link has been used" in response.text
        again = client.post(address, FILLED_IN | {"username": "eve", "email": ""})
        assert again.status_code == 410
        assert Person.objects.count() == 1

    def test_refuses_a_link_that_is_too_old(self, client, address):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        response = client.get(address)

        assert response.status_code == 410
        assert "too old" in response.text

    def test_refuses_a_link_that_nobody_made(self, client):
        assert client.get("/join/guessed/").status_code == 410

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"username": "Ben Adams"}, "Use small letters"),
            ({"username": ".."}, "Use small letters"),
            ({"username": "amara.osei"}, "Somebody has this user name already"),
            ({"email": "AMARA@example.org"}, "belongs to an account already"),
            ({"email": "no address"}, "Enter a valid email address"),
            ({"password": "short"}, "too short"),
            ({"password": "password123456"}, "too common"),
            ({"password": "ben adams"}, "too similar"),
            ({"full_name": ""}, "This field is required"),
        ],
    )
    def test_says_what_to_put_right_and_keeps_the_link(self, client, address, change, words):
        make_person("amara.osei", email="amara@example.org")

        response = client.post(address, FILLED_IN | change)

        assert response.status_code == 422
        assert words in response.text
        assert 'role="alert"' in response.text
        assert FILLED_IN["password"] not in response.text
        assert Invitation.objects.get().used_at is None
        assert Person.objects.count() == 1

    def test_proposes_the_address_that_was_invited(self, client):
        link = joining.invite(SYSTEM, email="ben@example.org", at=timezone.now())

        assert 'value="ben@example.org"' in client.get(f"/join/{secret_of(link)}/").text

    def test_makes_the_first_administrator(self, client):
        link = joining.invite_first_administrator(SYSTEM, at=timezone.now())

        client.post(f"/join/{secret_of(link)}/", FILLED_IN)

        assert Person.objects.get().is_administrator

    def test_ignores_powers_that_are_only_claimed(self, client, address):
        client.post(address, FILLED_IN | {"is_administrator": "1", "makes_administrator": "1"})

        assert not Person.objects.get().is_administrator

    def test_asks_somebody_signed_in_whether_they_want_that(self, client, address):
        client.force_login(make_person())

        response = client.get(address)

        assert "You are signed in already" in response.text
        assert Invitation.objects.get().used_at is None

    def test_is_limited(self, client, address):
        answers = [client.post(address, {}).status_code for _ in range(21)]

        assert answers == [422] * 20 + [429]


class TestJoiningWithoutAnInvitation:
    def test_is_refused_unless_sign_up_is_open(self, client):
        response = client.get("/join/")

        assert response.status_code == 403
        assert "invitation" in response.text
        assert client.post("/join/", FILLED_IN).status_code == 403

    def test_is_refused_where_sign_up_is_closed(self, client, address, settings):
        settings.NBCOMMONS_SIGNUP = "closed"

        assert client.get("/join/").status_code == 403
        assert client.post(address, FILLED_IN).status_code == 403
        assert not Person.objects.exists()

    def test_works_where_sign_up_is_open(self, client, settings):
        settings.NBCOMMONS_SIGNUP = "open"

        assert client.get("/join/").status_code == 200
        assert client.post("/join/", FILLED_IN).url == "/"
        assert Person.objects.get().username == "ben"


class TestConfirmingTheAddress:
    @pytest.fixture(autouse=True)
    def _mandatory(self, settings):
        settings.NBCOMMONS_SIGNUP = "open"
        settings.NBCOMMONS_EMAIL_VERIFICATION = "mandatory"
        settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"

    def test_comes_before_the_first_sign_in_where_the_operator_wants_it(self, client):
        response = client.post("/join/", FILLED_IN)

        assert response.url == "/confirm-email/"
        assert client.get("/settings/").status_code == 302
        link = next(w for w in mail.outbox[0].body.split() if "/confirm-email/" in w)
        assert link.startswith("http://localhost:8000/")
        page = client.get(link.removeprefix("http://localhost:8000"))
        assert "Yes, confirm it" in page.text
        client.post(link.removeprefix("http://localhost:8000"))
        client.post("/sign-in/", {"login": "ben", "password": FILLED_IN["password"]})
        assert client.get("/settings/").status_code == 200

    def test_needs_an_address(self, client):
        assert client.post("/join/", FILLED_IN | {"email": ""}).status_code == 422
