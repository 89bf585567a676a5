"""What the hub asks of the site, server to server."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from nbcommons.people import tokens
from nbcommons.people.errors import TokenRefused
from nbcommons.people.models import AccessToken
from nbcommons.people.operations import accounts
from nbcommons.runtime.models import Spawn
from tests.factories.people import NOW, SYSTEM, make_person

pytestmark = pytest.mark.django_db

SPAWN = {"username": "amara", "spawn_id": "0011223344556677", "lifetime_s": 600}
HEADERS = {"Authorization": "Bearer the-hub's-secret", "Host": "127.0.0.1:8001"}


@pytest.fixture(autouse=True)
def person(settings):
    settings.NBCOMMONS_HUB_SECRET = "the-hub's-secret"
    return make_person("amara")


def begin(client, change=None, headers=HEADERS):
    body = json.dumps(SPAWN | (change or {}))
    return client.post(
        "/internal/hub/spawns", body, content_type="application/json", headers=headers
    )


def end(client, spawn_id=SPAWN["spawn_id"], headers=HEADERS):
    return client.delete(f"/internal/hub/spawns/{spawn_id}", headers=headers)


class TestBeginSpawn:
    def test_gives_a_token_for_that_person(self, client, person):
        response = begin(client)

        assert response.status_code == 201
        granted = response.json()
        assert granted["token"].startswith("nbs_")
        left = parse_datetime(granted["expires_at"]) - timezone.now()
        assert timedelta(seconds=590) < left <= timedelta(seconds=600)
        assert granted["expires_at"].endswith("Z")
        header = f"Bearer {granted['token']}"
        actor = tokens.authenticate_bearer(header, "executions:write")
        assert actor.person_id == person.pk
        assert actor.scopes == {"notebooks:read", "notebooks:write", "executions:write"}
        assert Spawn.objects.get().person == person
        assert response.headers["Cache-Control"].find("no-store") >= 0

    def test_never_outlives_the_hard_lifetime(self, client, settings):
        settings.NBCOMMONS_ENVIRONMENT_LIFETIME_S = 60

        expires_at = parse_datetime(begin(client).json()["expires_at"])

        assert expires_at <= timezone.now() + timedelta(seconds=60)

    @pytest.mark.parametrize(
        "header",
        [
            None,
            "",
            "Bearer ",
            "Bearer the-hub's-secreT",
            "the-hub's-secret",
            "Bearer é",
            "Bearer development-hub-secret",
        ],
    )
    def test_is_for_those_with_the_secret(self, client, header):
        headers = {"Authorization": header} if header is not None else {}

        response = begin(client, headers=headers)

        assert response.status_code == 401
        assert response.headers["Content-Type"] == "application/problem+json"
        assert not AccessToken.objects.exists()

    def test_is_not_for_people_signed_in(self, client, person):
        client.force_login(person)

        assert begin(client, headers={}).status_code == 401

    @pytest.mark.parametrize("username", ["nobody", "Amara", ".."])
    def test_knows_only_people_who_are_here(self, client, username):
        response = begin(client, {"username": username})

        assert response.status_code == 403
        assert response.json()["status"] == 403

    def test_refuses_somebody_switched_off(self, client, person):
        accounts.deactivate_person(SYSTEM, person, at=NOW)

        assert begin(client).status_code == 403

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"username": ""}, "username"),
            ({"username": None}, "username"),
            ({"spawn_id": 7}, "spawn_id"),
            ({"spawn_id": "x" * 65}, "spawn_id"),
            ({"lifetime_s": 0}, "lifetime_s"),
            ({"lifetime_s": True}, "lifetime_s"),
            ({"lifetime_s": "600"}, "lifetime_s"),
            ({"lifetime_s": 10**9}, "lifetime_s"),
        ],
    )
    def test_names_the_field_that_is_wrong(self, client, change, field):
        response = begin(client, change)

        assert response.status_code == 422
        assert field in response.json()["detail"]
        assert not Spawn.objects.exists()

    @pytest.mark.parametrize("body", ["", "[]", "null", "{", "\xff"])
    def test_refuses_what_is_no_object(self, client, body):
        response = client.post(
            "/internal/hub/spawns", body, content_type="application/json", headers=HEADERS
        )

        assert response.status_code == 422

    def test_may_be_repeated_after_a_lost_answer(self, client):
        first, second = begin(client).json()["token"], begin(client).json()["token"]

        with pytest.raises(TokenRefused):
            tokens.authenticate_bearer(f"Bearer {first}")
        assert tokens.authenticate_bearer(f"Bearer {second}")
        assert Spawn.objects.count() == 1

    def test_does_not_hand_a_spawn_from_one_person_to_another(self, client):
        make_person("eve")
        token = begin(client).json()["token"]

        assert begin(client, {"username": "eve"}).status_code == 422
        assert tokens.authenticate_bearer(f"Bearer {token}")

    def test_answers_to_no_other_method(self, client):
        assert client.get("/internal/hub/spawns", headers=HEADERS).status_code == 405


class TestEndSpawn:
    def test_makes_the_token_count_no_more_and_may_be_repeated(self, client):
        token = begin(client).json()["token"]

        assert [end(client).status_code for _ in range(2)] == [204, 204]

        with pytest.raises(TokenRefused):
            tokens.authenticate_bearer(f"Bearer {token}")
        assert Spawn.objects.get().ended_at is not None

    def test_of_one_that_never_began_is_no_error(self, client):
        assert end(client, "never").status_code == 204

    def test_is_for_those_with_the_secret(self, client):
        token = begin(client).json()["token"]

        assert end(client, headers={}).status_code == 401
        assert tokens.authenticate_bearer(f"Bearer {token}")


class TestLeavingJupyter:
    @pytest.mark.usefixtures("hub")
    def test_goes_on_to_the_hub(self, client):
        response = client.get("/leave-jupyter/")

        assert response.url == "http://127.0.0.1:8000/jupyter/hub/logout"

    @pytest.mark.usefixtures("dead_hub")
    def test_comes_back_at_once_when_the_hub_does_not_answer(self, client):
        response = client.get("/leave-jupyter/")

        assert response.url == "/signed-out/?jupyter=unreachable"
