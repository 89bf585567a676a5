"""A Jupyter that no Commons started, connected to the real site by a code."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from nbcommons.people import devices, tokens
from nbcommons.people.models import AccessToken
from tests.factories.people import actor_of, make_person
from tests.jupyter.servers import (
    RunningJupyter,
    free_port,
    jupyter_environment,
    running_jupyter,
    wait_until,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[RunningJupyter]:
    with running_jupyter(tmp_path, jupyter_environment(tmp_path)) as jupyter:
        yield jupyter


def ask(jupyter: RunningJupyter, method: str = "GET", path: str = "connect", **more):
    with jupyter.client() as client:
        return client.request(method, f"{jupyter.url}/nbcommons/{path}", **more)


def begin(jupyter: RunningJupyter, site: str):
    return ask(jupyter, "POST", json={"site": site, "machine": "my laptop"})


class TestConnect:
    def test_connects_stays_so_and_ends(self, lonely: RunningJupyter, live_server):
        person = make_person("ann")
        assert ask(lonely).json()["state"] == "none"
        code = begin(lonely, f"{live_server.url}/").json()
        assert "verification_uri" in code, code
        assert code["verification_uri"].endswith("/device/")
        assert ask(lonely).json()["state"] == "waiting"

        devices.decide(actor_of(person), code["user_code"], is_allowed=True, at=timezone.now())
        wait_until(lambda: ask(lonely).json()["state"] == "connected", timeout_s=60)

        token = AccessToken.objects.get()
        assert (token.kind, token.label) == ("jupyter", "my laptop")
        assert ask(lonely, path="me").json()["username"] == "ann"
        status = lonely.status()
        assert (status["site"], status["is_own"]) == (live_server.url, True)
        assert status["remaining_s"] is None
        kept = lonely.private_folder / "connection.json"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
        secret = json.loads(kept.read_text())["token"]
        assert secret not in lonely.log.read_text()

        lonely.stop()
        lonely.start()
        assert ask(lonely).json()["state"] == "connected"
        assert ask(lonely, path="me").json()["username"] == "ann"

        assert ask(lonely, "DELETE").status_code == 200
        assert not kept.exists()
        assert lonely.status() == {"site": None}
        token.refresh_from_db()
        assert token.revoked_at is not None

    def test_says_when_its_person_ended_it_on_the_site(
        self, lonely: RunningJupyter, live_server
    ):
        person = make_person("ann")
        code = begin(lonely, live_server.url).json()
        devices.decide(actor_of(person), code["user_code"], is_allowed=True, at=timezone.now())
        wait_until(lambda: ask(lonely).json()["state"] == "connected", timeout_s=60)

        tokens.revoke_token(
            actor_of(person), token_id=AccessToken.objects.get().pk, at=timezone.now()
        )

        assert ask(lonely).json()["state"] == "ended"
        assert begin(lonely, live_server.url).status_code == 200

    def test_says_when_it_is_refused(self, lonely: RunningJupyter, live_server):
        code = begin(lonely, live_server.url).json()
        devices.decide(
            actor_of(make_person("ann")),
            code["user_code"],
            is_allowed=False,
            at=timezone.now(),
        )

        wait_until(lambda: ask(lonely).json()["state"] == "refused", timeout_s=60)

        assert not (lonely.private_folder / "connection.json").exists()

    @pytest.mark.parametrize("site", ["", "commons", "file:///etc/passwd", "javascript:1"])
    def test_wants_an_address_of_the_web(self, lonely: RunningJupyter, site):
        answer = begin(lonely, site)

        assert answer.status_code == 422
        assert "Give the address" in answer.json()["message"]

    def test_says_when_nobody_answers_there(self, lonely: RunningJupyter):
        answer = begin(lonely, f"http://127.0.0.1:{free_port()}")
        assert answer.status_code == 503
        other = begin(lonely, lonely.url.removesuffix("/user/ada"))

        assert other.status_code == 422
        assert "does not answer as a Commons" in other.json()["message"]


def test_a_jupyter_of_a_hub_cannot_be_connected_elsewhere(jupyter, site):
    del site
    assert ask(jupyter).json()["may_connect"] is False
    assert begin(jupyter, "http://other.example.org").status_code == 422
    assert ask(jupyter, "DELETE").status_code == 422
