"""Reports of runs, from JupyterLab's request to the site, through restarts on either side."""

import json
import sqlite3
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.jupyter.servers import RunningJupyter, StandInSite, event, wait_until


def delivered(site: StandInSite, count: int, **more: Any) -> list[dict[str, Any]]:
    wait_until(lambda: len(site.events()) >= count, what=f"delivery of {count}", **more)
    return site.events()


class TestExecutions:
    def test_arrive_within_a_moment_and_whole(
        self, site: StandInSite, new_jupyter: RunningJupyter
    ):
        sent = event()

        began = time.monotonic()
        answer = new_jupyter.report(sent)
        (arrived,) = delivered(site, 1)

        assert answer.status_code == 202
        assert answer.json() == {"accepted": 1}
        assert arrived == {**sent, "via": "lab"}
        assert time.monotonic() - began < 1.5
        state = wait_until(lambda: (s := new_jupyter.status())["queued"] == 0 and s)
        assert state["last_delivery_at"] is not None

    def test_arrive_once_however_often_they_are_sent(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        again, other = event(), event()

        jupyter.report(again)
        jupyter.report(again, again)
        jupyter.report(other)
        delivered(site, 2)

        assert [one["id"] for one in site.events()] == [again["id"], other["id"]]

    def test_arrive_in_their_order(self, site: StandInSite, jupyter: RunningJupyter):
        events = [event(runtime_ms=number) for number in range(900)]

        jupyter.report(*events)

        arrived = delivered(site, 900)
        assert [one["runtime_ms"] for one in arrived] == list(range(900))
        assert max(site.batch_sizes()) <= 500

    def test_wait_while_the_site_restarts(self, site: StandInSite, jupyter: RunningJupyter):
        site.kill()
        sent = [event() for _ in range(3)]
        for one in sent:
            assert jupyter.report(one).status_code == 202
        assert jupyter.status()["queued"] == 3

        site.start()

        arrived = delivered(site, 3)
        assert [one["id"] for one in arrived] == [one["id"] for one in sent]

    def test_count_once_when_the_site_dies_before_answering(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        site.behave(dies_before_answering=True)
        sent = event()
        jupyter.report(sent)
        delivered(site, 1)

        site.behave(dies_before_answering=False)
        wait_until(lambda: jupyter.status()["queued"] == 0, what="the second sending")

        assert [one["id"] for one in site.events()] == [sent["id"]]
        assert len(site.batch_sizes()) >= 2

    @pytest.mark.parametrize("status", [500, 502, 503, 429, 404, 302])
    def test_wait_while_the_site_is_unwell(
        self, status: int, site: StandInSite, jupyter: RunningJupyter
    ):
        site.behave(status=status)
        jupyter.report(event())
        wait_until(site.requests, what="a first try")

        site.behave(status=None)

        delivered(site, 1)

    def test_survive_a_killed_jupyter(self, site: StandInSite, new_jupyter: RunningJupyter):
        site.behave(status=503)
        sent = [event() for _ in range(5)]
        for one in sent:
            assert new_jupyter.report(one).status_code == 202

        new_jupyter.kill()
        site.behave(status=None)
        new_jupyter.start()

        assert [one["id"] for one in delivered(site, 5)] == [one["id"] for one in sent]

    def test_are_flushed_when_jupyter_stops(
        self, site: StandInSite, new_jupyter: RunningJupyter
    ):
        site.behave(status=503)
        new_jupyter.report(event())
        wait_until(lambda: len(site.requests()) >= 3, what="a longer pause")
        site.behave(status=None)

        new_jupyter.stop()

        assert len(site.events()) == 1

    def test_do_not_hold_up_the_end_when_the_site_is_silent(
        self, site: StandInSite, new_jupyter: RunningJupyter
    ):
        site.behave(delay_s=60)
        new_jupyter.report(event())
        wait_until(site.requests, what="a first try")

        began = time.monotonic()
        new_jupyter.stop()

        assert time.monotonic() - began < 8

    def test_one_that_the_site_refuses_blocks_no_other(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        events = [event() for _ in range(40)]
        poison = events[17]["id"]
        site.behave(poison=[poison])

        jupyter.report(*events)

        arrived = delivered(site, 39)
        wait_until(lambda: jupyter.status()["queued"] == 0, what="an empty queue")
        assert poison not in {one["id"] for one in arrived}
        assert poison not in jupyter.log.read_text()
        assert len(site.batch_sizes()) < 30

    def test_that_the_site_refuses_altogether_end_in_few_requests(
        self, site: StandInSite, jupyter: RunningJupyter
    ):
        events = [event() for _ in range(900)]
        site.behave(poison=[one["id"] for one in events])

        jupyter.report(*events)

        wait_until(lambda: jupyter.status()["queued"] == 0, what="an empty queue")
        assert len(site.batch_sizes()) < 40
        site.behave(poison=[])
        jupyter.report(event())
        delivered(site, 1)

    @pytest.mark.parametrize("status", [401, 403])
    def test_stop_when_the_site_takes_no_more(
        self, status: int, site: StandInSite, new_jupyter: RunningJupyter
    ):
        site.behave(status=status)
        new_jupyter.report(event())
        wait_until(lambda: new_jupyter.status()["is_stopped"], what="the end of trying")
        tried = len(site.requests())

        new_jupyter.report(event())
        time.sleep(1)

        assert len(site.requests()) == tried
        assert "takes no more reports" in new_jupyter.log.read_text()
        assert "nbs_" not in new_jupyter.log.read_text()

    def test_begin_anew_with_a_damaged_queue(
        self, site: StandInSite, new_jupyter: RunningJupyter
    ):
        new_jupyter.kill()
        queue = new_jupyter.private_folder / "outbox" / "outbox.sqlite3"
        queue.write_bytes(b"not a database" * 1000)
        new_jupyter.start()

        new_jupyter.report(event())

        delivered(site, 1)

    def test_are_kept_for_nobody_else(self, jupyter: RunningJupyter):
        folder = jupyter.private_folder / "outbox"

        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


class TestRefuses:
    """Nothing is kept of a request that says more, less, or something else."""

    @pytest.mark.parametrize(
        "change",
        [
            {"output": "42"},
            {"error": "ValueError: 1234"},
            {"id": "1"},
            {"id": None},
            {"notebook": "x" * 36},
            {"revision": 0},
            {"revision": "3"},
            {"revision": True},
            {"success": 1},
            {"success": None},
            {"runtime_ms": -1},
            {"runtime_ms": 1.5},
            {"runtime_ms": 10**15},
            {"at": "yesterday"},
            {"at": "2026-11-22T10:00:00"},
            {"at": 1},
            {"cell": None},
            {"cell": {"fingerprint": "0" * 32, "id": None}},
            {"cell": {"fingerprint": "0" * 32, "id": None, "index": 0, "source": "x"}},
            {"cell": {"fingerprint": "print(1)", "id": None, "index": 0}},
            {"cell": {"fingerprint": "A" * 32, "id": None, "index": 0}},
            {"cell": {"fingerprint": "0" * 32, "id": "the value is 42", "index": 0}},
            {"cell": {"fingerprint": "0" * 32, "id": "x" * 65, "index": 0}},
            {"cell": {"fingerprint": "0" * 32, "id": None, "index": -2}},
        ],
        ids=json.dumps,
    )
    def test_an_event_that_is_not_as_agreed(
        self, change: dict[str, Any], site: StandInSite, jupyter: RunningJupyter
    ):
        answer = jupyter.report(event(), {**event(), **change})

        assert answer.status_code == 400
        assert answer.json()["message"].startswith("events[1]")
        assert jupyter.status()["queued"] == 0
        assert "42" not in answer.text
        time.sleep(0.1)
        assert site.events() == []

    @pytest.mark.parametrize(
        "body",
        [b"", b"[]", b"{}", b'{"events": 1}', b'{"events": [1]}', b"\xff", b"[" * 50_000],
    )
    def test_a_body_that_is_no_report(self, body: bytes, jupyter: RunningJupyter):
        with jupyter.client() as client:
            answer = client.post(f"{jupyter.url}/nbcommons/executions", content=body)

        assert answer.status_code == 400
        assert answer.json()["message"]

    def test_more_than_a_batch(self, jupyter: RunningJupyter):
        assert jupyter.report(*[event() for _ in range(1_001)]).status_code == 400

    def test_a_large_body(self, jupyter: RunningJupyter):
        with jupyter.client() as client:
            answer = client.post(
                f"{jupyter.url}/nbcommons/executions", content=b" " * 1_100_000
            )

        assert answer.status_code == 400


def test_keeps_nothing_but_the_agreed_fields(site: StandInSite, new_jupyter: RunningJupyter):
    site.behave(status=503)
    new_jupyter.report(event(notebook=str(uuid4())))
    new_jupyter.kill()

    (row,) = rows_of(new_jupyter.private_folder / "outbox" / "outbox.sqlite3")

    kept = json.loads(row)
    assert set(kept) == {
        "id", "notebook", "revision", "cell", "success", "runtime_ms", "at", "via",
    }  # fmt: skip
    assert set(kept["cell"]) == {"fingerprint", "id", "index"}


def rows_of(path: Path) -> list[str]:
    db = sqlite3.connect(path)
    try:
        return [body for (body,) in db.execute("SELECT body FROM waiting ORDER BY place")]
    finally:
        db.close()
