"""Connecting a Jupyter elsewhere by a code (RFC 8628)."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from nbcommons.core.errors import Denied
from nbcommons.people import devices, tokens
from nbcommons.people.devices import NoSuchCode, NotYet
from nbcommons.people.models import AccessToken, DeviceRequest
from nbcommons.people.operations import accounts
from tests.factories.people import NOW, PASSWORD, SYSTEM, actor_of, make_person
from tests.factories.racing import at_once

pytestmark = pytest.mark.django_db

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SECOND = timedelta(seconds=1)


@pytest.fixture
def person():
    return make_person("amara")


def ask(machine="my laptop", at=NOW):
    return devices.ask(machine=machine, asked_from="192.0.2.7", at=at)


def refusal(asked, at) -> str:
    with pytest.raises(NotYet) as told:
        devices.collect(asked.device_code, at=at)
    return told.value.refusal.value


class TestCollect:
    def test_gives_a_token_once_its_person_has_agreed(self, person, settings):
        settings.NBCOMMONS_CONNECTED_JUPYTER_DAYS = 30
        asked = ask()
        assert refusal(asked, NOW) == "authorization_pending"
        devices.decide(actor_of(person), asked.user_code, is_allowed=True, at=NOW)

        connected = devices.collect(asked.device_code, at=NOW + 6 * SECOND)

        token = AccessToken.objects.get()
        assert (token.kind, token.label, token.person) == ("jupyter", "my laptop", person)
        assert connected.expires_at == NOW + 6 * SECOND + timedelta(days=30)
        actor = tokens.authenticate_bearer(f"Bearer {connected.secret}", at=NOW)
        assert actor.scopes == {"notebooks:read", "notebooks:write", "executions:write"}
        assert refusal(asked, NOW + 20 * SECOND) == "invalid_grant"

    def test_asks_for_patience_and_for_more_each_time(self):
        asked = ask()
        assert refusal(asked, NOW) == "authorization_pending"
        assert refusal(asked, NOW + 4 * SECOND) == "slow_down"
        assert refusal(asked, NOW + 13 * SECOND) == "slow_down"
        assert refusal(asked, NOW + 29 * SECOND) == "authorization_pending"
        assert DeviceRequest.objects.get().interval_s == 15

    def test_says_that_it_was_refused_or_came_too_late(self, person):
        refused, late = ask(), ask()
        devices.decide(actor_of(person), refused.user_code, is_allowed=False, at=NOW)

        assert refusal(refused, NOW) == "access_denied"
        assert refusal(late, NOW + devices.LIFETIME) == "expired_token"
        assert not AccessToken.objects.exists()

    def test_gives_nothing_to_somebody_switched_off_meanwhile(self, person):
        asked = ask()
        devices.decide(actor_of(person), asked.user_code, is_allowed=True, at=NOW)
        accounts.deactivate_person(SYSTEM, person, at=NOW)

        assert refusal(asked, NOW) == "access_denied"

    def test_stores_neither_its_secret(self):
        asked = ask()
        row = DeviceRequest.objects.values().get()

        assert asked.device_code not in str(row)
        assert asked.device_code not in repr(asked)

    def test_forgets_old_requests(self):
        ask()
        ask(at=NOW + timedelta(days=2))

        assert DeviceRequest.objects.count() == 1


class TestDecide:
    @pytest.mark.parametrize("change", [str.lower, lambda c: c.replace("-", " "), str.strip])
    def test_takes_a_code_as_people_type_it(self, person, change):
        asked = ask()

        assert (
            devices.decide(actor_of(person), change(asked.user_code), is_allowed=True, at=NOW)
            == "my laptop"
        )

    def test_takes_a_code_once_and_for_ten_minutes(self, person):
        asked, late = ask(), ask()
        devices.decide(actor_of(person), asked.user_code, is_allowed=False, at=NOW)

        with pytest.raises(NoSuchCode):
            devices.decide(actor_of(person), asked.user_code, is_allowed=True, at=NOW)
        with pytest.raises(NoSuchCode):
            devices.waiting_for(late.user_code, at=NOW + devices.LIFETIME)
        for odd in ("", "x" * 500, "\0", late.user_code + "B"):
            with pytest.raises(NoSuchCode):
                devices.waiting_for(odd, at=NOW)

    def test_is_not_for_programs(self, person):
        asked = ask()
        program = actor_of(person).limited_to(frozenset({"notebooks:read"}))

        with pytest.raises(Denied):
            devices.decide(program, asked.user_code, is_allowed=True, at=NOW)

    def test_codes_have_eight_signs_that_are_not_mistaken(self):
        code = ask().user_code

        assert len(code) == 9
        assert set(code) - {"-"} <= set(devices.SIGNS)
        assert len(devices.SIGNS) ** devices.CODE_LENGTH == 20**8


@pytest.mark.django_db(transaction=True)
def test_two_questions_at_once_get_one_token(person):
    asked = ask()
    devices.decide(actor_of(person), asked.user_code, is_allowed=True, at=NOW)

    outcomes = at_once(*[lambda: devices.collect(asked.device_code, at=NOW)] * 3)

    assert AccessToken.objects.count() == 1
    assert len([one for one in outcomes if isinstance(one, NotYet)]) == 2


class TestAddresses:
    def test_speak_as_the_rfc_wants(self, client, person):
        form = {"content_type": "application/x-www-form-urlencoded"}
        asked = client.post("/api/v1/device/code", "client_id=x&machine=m", **form)
        told = asked.json()
        assert set(told) == {
            "device_code", "user_code", "verification_uri", "expires_in", "interval",
        }  # fmt: skip
        assert told["verification_uri"].endswith("/device/")
        assert "no-store" in asked.headers["Cache-Control"]
        poll = {"client_id": "x", "grant_type": GRANT, "device_code": told["device_code"]}
        pending = client.post("/api/v1/device/token", urlencode(poll), **form)
        assert (pending.status_code, pending.json()) == (
            400,
            {"error": "authorization_pending"},
        )
        devices.decide(actor_of(person), told["user_code"], is_allowed=True, at=timezone.now())
        DeviceRequest.objects.update(polled_at=None)

        answer = client.post("/api/v1/device/token", poll, content_type="application/json")

        assert answer.json()["access_token"].startswith("nbj_")
        assert answer.json()["token_type"] == "Bearer"

    def test_take_back_a_token_of_theirs_and_no_other(self, client, person):
        asked = ask(at=timezone.now())
        devices.decide(actor_of(person), asked.user_code, is_allowed=True, at=timezone.now())
        secret = devices.collect(asked.device_code, at=timezone.now()).secret
        own = tokens.mint_personal_token(
            SYSTEM, person, scopes=("notebooks:read",), label="", expires_at=None, at=NOW
        ).secret

        for one in (own, secret, "nbj_unknown", ""):
            answer = client.post(
                "/api/v1/device/revoke", headers={"Authorization": f"Bearer {one}"}
            )
            assert answer.status_code == 200

        with pytest.raises(Denied):
            tokens.authenticate_bearer(f"Bearer {secret}")
        assert tokens.authenticate_bearer(f"Bearer {own}").person_id == person.pk

    @pytest.mark.parametrize(
        ("body", "word"),
        [
            ({}, "invalid_request"),
            ({"client_id": "x"}, "invalid_request"),
            ({"client_id": "x", "device_code": "y"}, "unsupported_grant_type"),
            ({"client_id": "x", "device_code": "y", "grant_type": GRANT}, "invalid_grant"),
            ({"client_id": "x", "device_code": 1, "grant_type": GRANT}, "invalid_request"),
            ({"client_id": "x", "device_code": "\0", "grant_type": GRANT}, "invalid_request"),
            ({"client_id": "x", "device_code": "y" * 500}, "invalid_request"),
            ([], "invalid_request"),
        ],
    )
    def test_refuse_in_its_words(self, client, body, word):
        answer = client.post("/api/v1/device/token", body, content_type="application/json")

        assert (answer.status_code, answer.json()) == (400, {"error": word})

    def test_can_be_asked_so_often_and_no_more(self, client):
        answers = [
            client.post("/api/v1/device/code", "", content_type="text/plain").status_code
            for _ in range(12)
        ]

        assert answers.count(429) >= 1


class TestPage:
    @pytest.fixture
    def confirmed(self, person, client):
        client.force_login(person)
        client.post("/confirm/", {"password": PASSWORD, "next": "/device/"})
        return client

    def test_asks_twice_and_connects(self, confirmed):
        asked = ask("<b>lap</b>top", at=timezone.now())
        assert 'value="allow"' not in confirmed.get("/device/").content.decode()

        shown = confirmed.post("/device/", {"code": asked.user_code}).content.decode()
        assert "&lt;b&gt;lap&lt;/b&gt;top" in shown
        assert DeviceRequest.objects.get().is_allowed is None
        confirmed.post("/device/", {"code": asked.user_code, "answer": "allow"})

        assert DeviceRequest.objects.get().is_allowed is True

    def test_takes_no_code_from_the_address(self, confirmed):
        asked = ask(at=timezone.now())
        page = confirmed.get(f"/device/?code={asked.user_code}&user_code={asked.user_code}")

        assert f'value="{asked.user_code}"' not in page.content.decode()

    def test_says_that_nobody_waits(self, confirmed):
        answer = confirmed.post("/device/", {"code": "BCDF-GHJK", "answer": "allow"})

        assert answer.status_code == 422
        assert "No Jupyter waits for this code" in answer.content.decode()

    def test_lets_nobody_guess_for_long(self, confirmed):
        answers = [confirmed.post("/device/", {"code": "x"}).status_code for _ in range(12)]

        assert 429 in answers

    def test_asks_who_it_is_when_they_signed_in_long_ago(self, person):
        client = Client()
        client.force_login(person)

        assert client.get("/device/")["Location"].startswith("/confirm/")
