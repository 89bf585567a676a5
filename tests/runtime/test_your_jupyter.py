"""The page Your Jupyter, with a hub of a few lines behind it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from nbcommons.people import devices, tokens
from nbcommons.people.models import AccessToken
from nbcommons.runtime import lab_settings, operations, preferences, tasks
from nbcommons.runtime.models import Spawn
from tests.factories.people import SYSTEM, actor_of, make_person
from tests.runtime.test_operations import jobs

pytestmark = pytest.mark.django_db

PAGE = "/your-jupyter/"
THEME = "@jupyterlab/apputils-extension/themes.jupyterlab-settings"


@pytest.fixture
def person(client):
    person = make_person("amara")
    client.force_login(person)
    return person


def begin():
    return operations.begin_spawn(
        SYSTEM, username="amara", spawn_id="s1", lifetime_s=3600, at=timezone.now()
    )


def running(hub):
    now = timezone.now().isoformat().replace("+00:00", "Z")
    hub.users["amara"] = {
        "servers": {"": {"ready": True, "started": now, "last_activity": now}}
    }


def body(response) -> str:
    return response.content.decode()


class TestYourJupyter:
    @pytest.mark.usefixtures("hub", "person")
    def test_offers_to_start_what_is_not_running(self, client):
        page = body(client.get(PAGE))

        assert "It is not running" in page
        assert 'action="/your-jupyter/start/"' in page
        assert "Which kind" not in page

    @pytest.mark.usefixtures("person")
    def test_says_what_is_in_it_and_until_when(self, client, hub):
        running(hub)
        secret = begin().secret
        answer = client.put(
            "/api/v1/me/environment/report",
            {"changed": ["A <b>.ipynb", "B.ipynb"], "more": 3, "kernels": 1},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == 204

        page, asked = body(client.get(PAGE)), body(client.get("/your-jupyter/stop/"))

        assert "It is running" in page
        assert "Extend by 2 hours" in page
        assert "5 have changes that are nowhere else" in page
        assert "A &lt;b&gt;.ipynb" in asked
        assert "and 3 more" in asked

    @pytest.mark.usefixtures("person")
    def test_claims_no_more_than_was_told(self, client, hub):
        running(hub)
        secret = begin().secret
        client.put(
            "/api/v1/me/environment/report",
            {"changed": [], "more": 0, "kernels": 0},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )

        for address in ("/your-jupyter/stop/", "/your-jupyter/stop/?fresh"):
            asked = body(client.get(address))

            assert "it said that no notebook in it had changes" in asked
            assert "what you changed or saved since then" in asked
            assert "look at this page again in half a minute" in asked

    @pytest.mark.usefixtures("dead_hub", "person")
    def test_says_when_jupyter_does_not_answer(self, client):
        assert "Try again in a minute" in body(client.get(PAGE))

    def test_is_for_whoever_is_signed_in(self, client):
        assert client.get(PAGE).status_code == 302

    @pytest.mark.usefixtures("hub", "person")
    def test_gives_its_state_alone(self, client):
        part = body(client.get(f"{PAGE}?part=state"))

        assert part.lstrip().startswith("<section")


class TestStartAndStop:
    @pytest.mark.usefixtures("person")
    def test_start_hands_the_chosen_kind_to_the_hub(self, client, hub, settings, tmp_path):
        path = tmp_path / "p.json"
        path.write_text('[{"slug": "small"}, {"slug": "large", "title": "Large"}]')
        settings.NBCOMMONS_PROFILES = str(path)
        assert "Which kind" in body(client.get(PAGE))

        answer = client.post("/your-jupyter/start/", {"profile": "large"})

        assert answer.status_code == 302
        assert hub.options["amara"] == {"profile": "large"}
        refused = client.post("/your-jupyter/start/", {"profile": "huge"})
        assert refused.status_code == 422

    def test_stop_asks_first_and_then_stops(self, client, hub, person):
        running(hub)
        assert "Stop it" in body(client.get("/your-jupyter/stop/"))
        assert hub.users["amara"]["servers"]

        client.post("/your-jupyter/stop/")

        assert hub.users["amara"]["servers"] == {}
        assert person.pk

    def test_a_fresh_one_takes_the_place_of_the_old(self, client, hub, person):
        running(hub)

        client.post("/your-jupyter/stop/", {"fresh": "yes"})

        [(name, arguments)] = jobs()
        assert name == "runtime.renew_environment"
        assert hub.users["amara"]["servers"] == {}
        assert "Starting" in body(client.get(PAGE))
        tasks.renew_environment(**arguments)
        assert hub.users["amara"]["servers"][""]["pending"] == "spawn"
        assert arguments["person_id"] == person.pk

    @pytest.mark.usefixtures("person")
    def test_extend_moves_the_end(self, client, hub):
        running(hub)
        before = begin().expires_at

        assert client.post("/your-jupyter/extend/").status_code == 302
        assert Spawn.objects.get().expires_at > before

    def test_nothing_changes_by_looking(self, client, person):
        for name in ("start", "extend", "preferences", "forget_settings"):
            assert client.get(reverse(f"runtime:{name}")).status_code == 405
        assert person.pk


class TestPreferences:
    def test_settings_are_kept_until_one_wants_them_no_more(self, client, person):
        put = {"files": {THEME: '{"theme": "JupyterLab Dark"}'}}
        answer = client.put(
            "/api/v1/me/jupyter-settings",
            put,
            content_type="application/json",
            headers=_as_program(person),
        )
        assert answer.status_code == 204
        told = client.get("/api/v1/me/jupyter-settings").json()
        assert told == {"is_kept": True, **put}

        client.post("/your-jupyter/preferences/", {"fills_home": "on"})

        wanted = preferences.wanted_by(person.pk)
        assert (wanted.fills_home, wanted.keeps_settings) == (True, False)
        assert client.get("/api/v1/me/jupyter-settings").json() == {
            "is_kept": False,
            "files": {},
        }
        lab_settings.keep(actor_of(person), put["files"], at=timezone.now())
        assert lab_settings.kept_for(person.pk) == {}

    def test_forget_begins_anew(self, client, person):
        lab_settings.keep(actor_of(person), {THEME: "{}"}, at=timezone.now())
        client.post("/your-jupyter/settings/forget/")
        assert lab_settings.kept_for(person.pk) == {}

    @pytest.mark.parametrize(
        "files",
        [
            {"../../etc/passwd": "{}"},
            {"@jupyterlab/a/../../x.jupyterlab-settings": "{}"},
            {"@other/plugin/x.jupyterlab-settings": "{}"},
            {THEME + "\n": "{}"},
            {THEME: "[]"},
            {THEME: "// a comment"},
            {THEME: '{"apiKey": "x"}'},
            {THEME: '{"a": [{"accessToken": 1}]}'},
            {THEME: "[" * 5000},
            {THEME: '{"a":' * 100 + "1" + "}" * 100},
            {THEME: '"' + "x" * 64_000 + '"'},
            {THEME.replace("themes", f"t{n}"): '"' + "x" * 60_000 + '"' for n in range(5)},
        ],
        ids=range(12),
    )
    def test_nothing_but_sound_settings_is_kept(self, client, person, files):
        answer = client.put(
            "/api/v1/me/jupyter-settings",
            {"files": files},
            content_type="application/json",
            headers=_as_program(person),
        )

        assert answer.status_code in {413, 422}
        assert lab_settings.kept_for(person.pk) == {}


class TestConnected:
    def test_is_shown_and_can_be_ended_by_its_person_alone(self, client, person, hub):
        del hub
        asked = devices.ask(machine="my laptop", asked_from="::1", at=timezone.now())
        devices.decide(actor_of(person), asked.user_code, is_allowed=True, at=timezone.now())
        secret = devices.collect(asked.device_code, at=timezone.now()).secret
        token = AccessToken.objects.get()
        assert "my laptop" in body(client.get(PAGE))
        address = reverse("runtime:disconnect", args=[token.pk])
        other = make_person("eve")
        client.force_login(other)
        assert client.post(address).status_code == 404
        client.force_login(person)

        assert client.post(address).status_code == 302

        with pytest.raises(Exception, match="does not count"):
            tokens.authenticate_bearer(f"Bearer {secret}")
        assert "my laptop" not in body(client.get(PAGE))


def _as_program(person) -> dict[str, str]:
    minted = tokens.mint_personal_token(
        SYSTEM,
        person,
        scopes=("executions:write",),
        label="",
        expires_at=None,
        at=timezone.now(),
    )
    return {"Authorization": f"Bearer {minted.secret}"}
