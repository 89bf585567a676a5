"""The site as the hub's OpenID Connect provider, as JupyterHub speaks to it."""

import base64
import hashlib
import json
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.idp.oidc.models import Client as IdentityClient, Token
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from nbcommons.people._site import ensure_hub_client, ensure_identity_key
from nbcommons.people.models import Person
from nbcommons.people.operations import accounts
from tests.factories.people import NOW, SYSTEM, make_person

pytestmark = pytest.mark.django_db

CALLBACK = "http://127.0.0.1:8000/jupyter/hub/oauth_callback"
SECRET = "development-client-secret"


@pytest.fixture(autouse=True)
def _provider(settings, tmp_path_factory):
    settings.NBCOMMONS_OIDC_KEY_FILE = tmp_path_factory.getbasetemp() / "keys" / "oidc.pem"
    settings.NBCOMMONS_OIDC_CLIENT_SECRET = SECRET
    ensure_identity_key(settings.NBCOMMONS_OIDC_KEY_FILE)
    ensure_hub_client()


@pytest.fixture
def person():
    return make_person("amara.osei", email="amara@example.org")


def ask(client, **change):
    query = {
        "response_type": "code",
        "client_id": "jupyterhub",
        "redirect_uri": CALLBACK,
        "scope": "openid profile",
        "state": "the-state",
    }
    return client.get("/identity/o/authorize", query | change)


def to(response) -> str:
    return response.headers["Location"]


def code_in(response) -> str:
    parts = urlsplit(to(response))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == CALLBACK
    assert parse_qs(parts.query)["state"] == ["the-state"]
    return parse_qs(parts.query)["code"][0]


def exchange(code, *, secret=SECRET, **change):
    """Server to server, on the internal address, with the client's secret as the hub sends it."""
    basic = base64.b64encode(f"jupyterhub:{secret}".encode()).decode()
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return Client().post(
        "/identity/o/api/token",
        body | change,
        headers={"Authorization": f"Basic {basic}", "Host": "127.0.0.1:8001"},
    )


def who(access_token):
    return Client().get(
        "/identity/o/api/userinfo",
        headers={"Authorization": f"Bearer {access_token}", "Host": "127.0.0.1:8001"},
    )


class TestSigningInToJupyter:
    def test_asks_nothing_and_tells_the_user_name(self, client, person):
        client.force_login(person)

        granted = exchange(code_in(ask(client))).json()
        claims = who(granted["access_token"]).json()

        assert claims["preferred_username"] == "amara.osei"
        assert claims["name"] == "Amara Osei"
        assert "email" not in claims

    def test_gives_nothing_that_lasts(self, client, person):
        client.force_login(person)
        granted = exchange(code_in(ask(client))).json()

        again = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}

        assert exchange("", **again).json()["error"] == "unauthorized_client"
        in_five_minutes = timezone.now() + timedelta(minutes=5, seconds=1)
        assert not Token.objects.exclude(expires_at__lte=in_five_minutes).exists()

    def test_signs_who_it_is_with_the_public_address(self, client, person):
        client.force_login(person)
        granted = exchange(code_in(ask(client, nonce="n"))).json()
        [key] = jwt.PyJWKSet.from_dict(Client().get("/identity/jwks.json").json()).keys

        claims = jwt.decode(
            granted["id_token"], key, algorithms=["RS256"], audience="jupyterhub"
        )

        assert claims["iss"] == "http://localhost:8000"
        assert claims["sub"] == who(granted["access_token"]).json()["sub"]
        assert claims["nonce"] == "n"

    def test_sends_strangers_to_sign_in_and_back(self, client, person):
        response = ask(client)

        assert to(response).startswith("/sign-in/?next=/identity/o/authorize")
        back = parse_qs(urlsplit(to(response)).query)["next"][0]
        client.force_login(person)
        assert code_in(client.get(back))

    def test_is_for_active_people(self, client, person):
        client.force_login(person)
        code = code_in(ask(client))
        accounts.deactivate_person(SYSTEM, person, at=NOW)

        assert exchange(code).status_code == 400
        assert to(ask(client)).startswith("/sign-in/")

    def test_ends_when_somebody_is_switched_off(self, client, person):
        client.force_login(person)
        token = exchange(code_in(ask(client))).json()["access_token"]
        assert who(token).status_code == 200

        Person.objects.filter(pk=person.pk).update(is_active=False)
        assert who(token).status_code == 401

        accounts.deactivate_person(SYSTEM, person, at=NOW)
        assert not Token.objects.exists()

    def test_honours_a_proof_key(self, client, person):
        client.force_login(person)
        verifier = "v" * 64
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        asked = {
            "code_challenge": challenge.decode().rstrip("="),
            "code_challenge_method": "S256",
        }

        wrong = exchange(code_in(ask(client, **asked)), code_verifier="w" * 64)
        right = exchange(code_in(ask(client, **asked)), code_verifier=verifier)

        assert (wrong.status_code, right.status_code) == (400, 200)


class TestRefusals:
    def test_a_code_works_once(self, client, person):
        client.force_login(person)
        code = code_in(ask(client))

        assert exchange(code).status_code == 200
        assert exchange(code).status_code == 400

    def test_a_code_needs_the_clients_secret(self, client, person):
        client.force_login(person)
        code = code_in(ask(client))

        assert exchange(code, secret="guessed").status_code == 401
        assert exchange(code, secret="").status_code == 401

    @pytest.mark.parametrize(
        "change",
        [
            {"redirect_uri": "http://127.0.0.1:8000/jupyter/user/eve/"},
            {"redirect_uri": "http://elsewhere.example/jupyter/hub/oauth_callback"},
            {"redirect_uri": CALLBACK + "/.."},
            {"client_id": "somebody-else"},
        ],
    )
    def test_strange_requests_are_told_on_our_own_page(self, client, person, change):
        client.force_login(person)

        response = ask(client, **change)

        assert "That did not work" in response.text
        assert "code=" not in response.text

    @pytest.mark.parametrize(
        "change", [{"scope": "openid everything"}, {"response_type": "token"}]
    )
    def test_more_than_is_allowed_is_not_granted(self, client, person, change):
        client.force_login(person)

        response = ask(client, **change)

        assert "code=" not in to(response)
        assert "error=" in to(response)

    @pytest.mark.parametrize(
        "path",
        [
            "/identity/o/device",
            "/identity/o/api/device/code",
            "/identity/o/api/clients",
            "/identity/o/api/introspect",
            "/identity/o/logout",
        ],
    )
    def test_what_nobody_needs_has_no_address(self, client, person, path):
        client.force_login(person)

        assert client.get(path).status_code == 404


class TestSetupSite:
    def test_is_safe_to_repeat_and_heals(self, settings):
        assert not ensure_hub_client()
        assert not ensure_identity_key(settings.NBCOMMONS_OIDC_KEY_FILE)

        IdentityClient.objects.update(redirect_uris="http://old.example/", skip_consent=False)
        assert ensure_hub_client()
        client = IdentityClient.objects.get()
        assert client.get_redirect_uris() == [CALLBACK]
        assert client.skip_consent

    def test_follows_a_new_secret(self, settings):
        settings.NBCOMMONS_OIDC_CLIENT_SECRET = "a new one"

        assert ensure_hub_client()

        assert IdentityClient.objects.get().check_secret("a new one")
        assert not IdentityClient.objects.get().check_secret(SECRET)

    def test_makes_the_key_for_its_owner_alone(self, settings, tmp_path):
        settings.NBCOMMONS_OIDC_KEY_FILE = tmp_path / "new" / "oidc.pem"

        call_command("setup_site")

        file = Path(settings.NBCOMMONS_OIDC_KEY_FILE)
        assert file.read_text().startswith("-----BEGIN PRIVATE KEY-----")
        assert file.stat().st_mode & 0o777 == 0o600
        assert [path.name for path in file.parent.iterdir()] == ["oidc.pem"]

    def test_checks_the_secret_without_the_cost_of_a_password(self):
        client = IdentityClient.objects.get()
        started = time.process_time()

        assert client.check_secret(SECRET)

        assert time.process_time() - started < 0.02

    def test_describes_what_is_there(self, client):
        found = json.loads(client.get("/.well-known/openid-configuration").content)

        for name in ("authorization_endpoint", "userinfo_endpoint", "jwks_uri"):
            path = found[name].removeprefix("http://localhost:8000")
            assert client.get(path).status_code != 404
        assert found["issuer"] == "http://localhost:8000"


def test_a_nul_is_refused_and_breaks_nothing(client):
    client.force_login(make_person("amara"))
    internal = {"Host": "127.0.0.1:8001"}

    asked = client.get("/identity/o/authorize?client_id=%00&response_type=code")
    body = {"grant_type": "client_credentials", "client_id": "\0"}
    exchanged = Client().post("/identity/o/api/token", body, headers=internal)

    assert asked.status_code == 400
    assert exchanged.status_code in {400, 401}
    assert "NUL" in asked.text
