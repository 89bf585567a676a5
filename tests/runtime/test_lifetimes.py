"""How long a Jupyter lives: on record, for the hub, and put off by its person."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from nbcommons.activity.models import AuditEntry
from nbcommons.people import tokens
from nbcommons.runtime import lifetimes, operations
from nbcommons.runtime.lifetimes import CannotExtend
from nbcommons.runtime.models import Spawn
from tests.factories.people import NOW, SYSTEM, actor_of, make_person
from tests.factories.racing import at_once

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def person(settings):
    settings.NBCOMMONS_HUB_SECRET = "the-hub's-secret"
    settings.NBCOMMONS_ENVIRONMENT_LIFETIME_S = 3600
    settings.NBCOMMONS_ENVIRONMENT_EXTENSION_S = 3600
    settings.NBCOMMONS_ENVIRONMENT_EXTENSION_MOST_S = 5400
    return make_person("amara")


def begin(at=NOW, **more):
    return operations.begin_spawn(
        SYSTEM, username="amara", spawn_id="s1", lifetime_s=3600, at=at, **more
    )


def ask_as_hub(client, spawn_id="s1", secret="the-hub's-secret"):
    headers = {"Authorization": f"Bearer {secret}", "Host": "127.0.0.1:8001"}
    return client.get(f"/internal/hub/spawns/{spawn_id}", headers=headers)


class TestExtendEnvironment:
    def test_puts_the_end_off_step_by_step_as_far_as_allowed(self, person):
        granted = begin()
        assert granted.latest_at == granted.expires_at + 1.5 * HOUR

        first = lifetimes.extend_environment(actor_of(person), at=NOW)
        second = lifetimes.extend_environment(actor_of(person), at=NOW)

        assert first.expires_at == granted.expires_at + HOUR
        assert first.extension == HOUR / 2
        assert second.expires_at == granted.latest_at
        assert not second.may_extend
        with pytest.raises(CannotExtend, match="longest life"):
            lifetimes.extend_environment(actor_of(person), at=NOW)
        entries = AuditEntry.objects.filter(fact="EnvironmentExtended")
        assert [entry.actor_id for entry in entries] == [person.pk] * 2

    def test_moves_the_tokens_end_along(self, person):
        granted = begin()
        header = f"Bearer {granted.secret}"
        lifetimes.extend_environment(actor_of(person), at=NOW)

        actor = tokens.authenticate_bearer(header, at=granted.expires_at + HOUR / 2)

        assert actor.person_id == person.pk
        with pytest.raises(Exception, match="expired"):
            tokens.authenticate_bearer(header, at=granted.expires_at + HOUR)

    def test_brings_nothing_back_that_is_over(self, person):
        granted = begin()
        with pytest.raises(CannotExtend, match="no Jupyter"):
            lifetimes.extend_environment(actor_of(person), at=granted.expires_at)
        operations.end_spawn(SYSTEM, spawn_id="s1", at=NOW)
        with pytest.raises(CannotExtend, match="no Jupyter"):
            lifetimes.extend_environment(actor_of(person), at=NOW)
        with pytest.raises(CannotExtend):
            lifetimes.extend_environment(actor_of(make_person("eve")), at=NOW)

    @pytest.mark.parametrize("name", ["EXTENSION_S", "EXTENSION_MOST_S"])
    def test_is_refused_where_policy_has_none(self, person, settings, name):
        setattr(settings, f"NBCOMMONS_ENVIRONMENT_{name}", 0)
        begin()

        with pytest.raises(CannotExtend):
            lifetimes.extend_environment(actor_of(person), at=NOW)

    def test_is_no_good_for_a_spawn_from_before_there_was_one(self, person):
        begin()
        Spawn.objects.update(latest_at=None)

        assert not lifetimes.lifetime_of(person.pk, at=NOW).may_extend


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_add_two_steps_and_no_more(person):
    granted = begin()

    outcomes = at_once(*[lambda: lifetimes.extend_environment(actor_of(person), at=NOW)] * 4)

    assert Spawn.objects.get().expires_at == granted.latest_at
    assert len([one for one in outcomes if isinstance(one, CannotExtend)]) == 2


class TestProfilesLifetime:
    def test_stands_in_place_of_the_common_one(self, settings, tmp_path):
        path = tmp_path / "p.json"
        kinds = [{"slug": "short", "lifetime_s": 60}, {"slug": "long", "lifetime_s": 9000}]
        path.write_text(json.dumps(kinds))
        settings.NBCOMMONS_PROFILES = str(path)

        assert begin(profile="short").expires_at == NOW + timedelta(seconds=60)
        assert begin(profile="long").expires_at == NOW + HOUR
        assert Spawn.objects.get().profile == "long"
        begin(profile="gone")
        assert Spawn.objects.get().profile == "short"


class TestForTheHub:
    def test_says_when_it_ends_as_it_stands_now(self, client, person):
        granted = begin(at=timezone.now())
        before = ask_as_hub(client).json()

        lifetimes.extend_environment(actor_of(person), at=timezone.now())

        after = ask_as_hub(client).json()
        assert parse_datetime(before["expires_at"]) == granted.expires_at.replace(microsecond=0)
        moved = parse_datetime(after["expires_at"]) - parse_datetime(before["expires_at"])
        assert moved == HOUR
        assert after["latest_at"] == before["latest_at"]
        assert after["has_ended"] is False
        operations.end_spawn(SYSTEM, spawn_id="s1", at=timezone.now())
        assert ask_as_hub(client).json()["has_ended"] is True

    def test_is_for_those_with_the_secret(self, client, person):
        begin()
        assert ask_as_hub(client, secret="another").status_code == 401
        client.force_login(person)
        assert client.get("/internal/hub/spawns/s1").status_code == 401

    def test_knows_no_spawn_that_never_was(self, client):
        assert ask_as_hub(client, "unknown").status_code == 404


class TestApi:
    def test_tells_and_extends_by_the_spawns_own_token(self, client):
        secret = begin(at=timezone.now()).secret
        headers = {"Authorization": f"Bearer {secret}"}

        told = client.get("/api/v1/me/environment", headers=headers).json()
        extended = client.post("/api/v1/me/environment/extend", headers=headers)

        assert (told["is_running"], told["extension_s"]) == (True, 3600)
        assert extended.status_code == 200
        moved = parse_datetime(extended.json()["expires_at"]) - parse_datetime(
            told["expires_at"]
        )
        assert moved == HOUR

    def test_says_that_there_is_none(self, client, person):
        client.force_login(person)

        told = client.get("/api/v1/me/environment").json()

        assert told["is_running"] is False
        refused = client.post("/api/v1/me/environment/extend")
        assert refused.status_code in {403, 422}
