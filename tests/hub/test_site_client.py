"""The site's client of the hub's API, against the real hub."""

import time
from contextlib import closing, suppress

import pytest

from nbcommons.runtime._hub import HubClient, HubRefused, ServerState


@pytest.fixture
def client(stage):
    with closing(HubClient(stage.addresses.hub_api, stage.keys.hub_token)) as found:
        yield found


def wait_for(client, name, state, *, seconds=60):
    deadline = time.monotonic() + seconds
    while client.server_of(name).state is not state:
        assert time.monotonic() < deadline, f"{name} is not {state}"
        time.sleep(0.2)


class TestHubClient:
    def test_starts_watches_and_stops_the_jupyter_of_a_stranger(self, stage, client):
        assert client.is_answering()
        assert client.server_of("newcomer").state is ServerState.STOPPED

        began = time.monotonic()
        client.start_server("newcomer")
        assert time.monotonic() - began < 5
        assert client.server_of("newcomer").state in {ServerState.STARTING, ServerState.READY}
        client.start_server("newcomer")

        wait_for(client, "newcomer", ServerState.READY)
        assert client.server_of("newcomer").started_at is not None
        client.start_server("newcomer")
        assert "newcomer" in stage.site.minted.values()

        client.stop_server("newcomer")
        wait_for(client, "newcomer", ServerState.STOPPED)
        client.stop_server("newcomer")

    def test_tells_why_a_start_failed(self, stage, client):
        stage.site.refuses = True
        try:
            # Told at once, or, where the hub takes its time, to whoever asks afterwards.
            with suppress(HubRefused):
                client.start_server("unwanted")
            wait_for(client, "unwanted", ServerState.STOPPED)
        finally:
            stage.site.refuses = False

        assert client.why_not_started("unwanted") == (
            "Your account may not run notebooks. Ask an administrator."
        )

    def test_is_refused_with_another_token(self, stage):
        stranger = HubClient(stage.addresses.hub_api, "guessed")

        with closing(stranger), pytest.raises(HubRefused):
            stranger.server_of("newcomer")
