"""The hub's HTTP API as we speak it."""

import time

import pytest

from nbcommons.runtime import _hub
from nbcommons.runtime._hub import HubRefused, HubUnreachable, ServerState, hub as client


class TestServerOf:
    @pytest.mark.usefixtures("hub")
    def test_knows_nothing_of_a_stranger(self):
        assert client().server_of("amara").state is ServerState.STOPPED

    @pytest.mark.parametrize(
        ("server", "state"),
        [
            ({"ready": True, "pending": None}, ServerState.READY),
            ({"ready": False, "pending": "spawn"}, ServerState.STARTING),
            ({"ready": True, "pending": "stop"}, ServerState.STOPPING),
            ({"ready": False, "pending": None, "stopped": True}, ServerState.STOPPED),
        ],
    )
    def test_tells_what_it_is_doing(self, hub, server, state):
        hub.users["amara"] = {"servers": {"": server}}

        assert client().server_of("amara").state is state

    def test_tells_since_when(self, hub):
        hub.users["amara"] = {
            "servers": {"": {"ready": True, "started": "2026-11-20T12:00:00Z"}}
        }

        assert client().server_of("amara").started_at.isoformat() == "2026-11-20T12:00:00+00:00"

    def test_names_its_failures(self, hub, settings):
        hub.failing = 500
        with pytest.raises(HubRefused):
            client().server_of("amara")

        settings.NBCOMMONS_HUB_TOKEN = "an old one"
        with pytest.raises(HubRefused):
            client().server_of("amara")

    @pytest.mark.usefixtures("dead_hub")
    def test_says_that_nobody_answers(self):
        with pytest.raises(HubUnreachable):
            client().server_of("amara")

    def test_waits_no_longer_than_it_says(self, hub, monkeypatch):
        monkeypatch.setattr(_hub, "ANSWER_TIMEOUT_S", 0.2)
        monkeypatch.setattr(hub, "answer", lambda _request: time.sleep(1))
        slow = _hub.HubClient(hub.url, hub.token)

        with pytest.raises(HubUnreachable):
            slow.server_of("amara")

    def test_quotes_names(self, hub):
        client().server_of("a/../b")

        assert hub.asked == ["GET users/a%2F..%2Fb"]


class TestStartServer:
    def test_makes_the_user_first_when_the_hub_has_not_met_them(self, hub):
        client().start_server("amara")

        assert hub.users["amara"]["servers"][""]["pending"] == "spawn"
        assert hub.asked == ["GET users/amara", "POST users/amara", "POST users/amara/server"]

    def test_is_content_with_one_that_runs(self, hub):
        hub.users["amara"] = {"servers": {"": {"ready": True}}}

        client().start_server("amara")

        assert hub.asked == ["GET users/amara"]

    def test_makes_the_user_also_when_the_hub_is_slow(self, hub, monkeypatch):
        monkeypatch.setattr(_hub, "START_TIMEOUT_S", 0.1)
        hub.lag_s = 0.3

        client().start_server("amara")
        hub.lag_s = 0.0

        deadline = time.monotonic() + 5
        while client().server_of("amara").state is not ServerState.STARTING:
            assert time.monotonic() < deadline

    def test_does_not_wait_for_the_end(self, hub, monkeypatch):
        monkeypatch.setattr(_hub, "START_TIMEOUT_S", 0.2)
        hub.users["amara"] = {"servers": {}}
        hub.slow_s = 2

        started = time.monotonic()
        client().start_server("amara")

        assert time.monotonic() - started < 1
        assert client().server_of("amara").state is ServerState.STARTING

    def test_says_when_all_places_are_taken(self, hub):
        hub.users["amara"] = {"servers": {}}
        hub.full = True

        with pytest.raises(HubRefused, match="all places are taken"):
            client().start_server("amara")

    @pytest.mark.usefixtures("dead_hub")
    def test_says_that_nobody_answers(self):
        with pytest.raises(HubUnreachable):
            client().start_server("amara")


class TestStopServer:
    def test_stops_it_and_may_be_repeated(self, hub):
        hub.users["amara"] = {"servers": {"": {"ready": True}}}

        client().stop_server("amara")
        client().stop_server("amara")
        client().stop_server("stranger")

        assert hub.users["amara"]["servers"] == {}

    def test_names_its_failures(self, hub):
        hub.failing = 500

        with pytest.raises(HubRefused):
            client().stop_server("amara")


class TestWhyNotStarted:
    def test_repeats_the_hubs_words(self, hub):
        hub.users["amara"] = {"servers": {}, "failed": "There is no room."}

        assert client().why_not_started("amara") == "There is no room."

    def test_is_silent_when_nothing_failed(self, hub):
        hub.users["amara"] = {"servers": {}}

        assert client().why_not_started("amara") == ""
        assert client().why_not_started("stranger") == ""


class TestIsAnswering:
    @pytest.mark.usefixtures("hub")
    def test_tells_life_from_death(self, settings):
        assert client().is_answering()

        settings.NBCOMMONS_HUB_API_URL = "http://127.0.0.1:1/hub/api"
        assert not client().is_answering()
