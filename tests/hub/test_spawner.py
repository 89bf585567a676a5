"""A person's Jupyter: fresh, closed to others, and gone without a trace however it ends."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nbcommons_hub import homes, hooks

from .conftest import as_text, make_stage, wait_until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: other accounts")


@pytest.fixture
def alice(stage):
    """Alice's running Jupyter: its home. Stopped afterwards if the test has not."""
    stage.spawn("alice")
    (path,) = stage.homes()
    home = homes.find(stage.folder.homes, path.name)
    yield home
    stage.api("DELETE", "/users/alice/server")
    wait_until(lambda: not stage.server("alice"))


def run_as(home, *command: str, **environment: str) -> subprocess.Popen:
    """A process of the person's own, as from a notebook of hers."""
    prefix = ["setpriv", "--reuid", str(home.uid), "--regid", str(home.uid), "--clear-groups"]
    return subprocess.Popen(
        [*(prefix if home.uid else []), *command],
        env={"PATH": os.defpath, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def output_as(home, *command: str) -> str:
    with run_as(home, *command) as process:
        return process.communicate(timeout=30)[0]


def server_process(home) -> int:
    """The Jupyter server itself, neither our guard in front of it nor the wall around it."""
    for pid in homes.processes_of(home):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"jupyterhub.singleuser" in words and words[0].endswith(sys.executable.encode()):
            return pid
    raise AssertionError("there is no server")


def environment_of(pid: int) -> dict[str, str]:
    text = Path(f"/proc/{pid}/environ").read_bytes().decode()
    return dict(line.partition("=")[::2] for line in text.split("\0") if line)


class TestHome:
    def test_is_closed_and_has_a_user_id_of_its_own(self, alice):
        found = alice.path.stat()

        assert found.st_mode & 0o777 == 0o700
        if os.geteuid() == 0:
            assert found.st_uid in homes.SPAWN_UIDS

    @as_root
    def test_cannot_be_read_by_another_person(self, stage, alice):
        stage.spawn("bob")
        other = next(h for h in homes.every(stage.folder.homes) if h != alice)

        listed = output_as(other, "ls", str(alice.path))
        listed_all = output_as(other, "ls", str(stage.folder.homes))
        environ = output_as(other, "cat", f"/proc/{server_process(alice)}/environ")
        stage.api("DELETE", "/users/bob/server")

        assert other.uid != alice.uid
        assert all("Permission denied" in text for text in (listed, listed_all, environ))

    @as_root
    def test_leads_to_no_secret_of_the_commons(self, stage, alice):
        folder = stage.folder
        for path in (folder.secrets, folder.hub, folder.logs, folder.site, folder.edge):
            assert "Permission denied" in output_as(alice, "ls", str(path)), path
        hub = stage.processes["hub"].pid
        assert "Permission denied" in output_as(alice, "cat", f"/proc/{hub}/environ")

    def test_is_a_fresh_one_each_time(self, stage):
        stage.spawn("carol")
        (first,) = stage.homes()
        (first / "left.txt").write_text("x")
        stage.api("DELETE", "/users/carol/server")
        stage.spawn("carol")
        (second,) = stage.homes()
        stage.api("DELETE", "/users/carol/server")

        assert first != second
        assert not first.exists()


class TestEnvironment:
    def test_holds_the_spawns_token_and_none_of_our_secrets(self, stage, alice):
        found = environment_of(server_process(alice))

        assert found["NBCOMMONS_TOKEN"] == f"nbs_{alice.spawn_id}"
        assert found["NBCOMMONS_EXPIRES_AT"] == as_text(stage.site.ends[alice.spawn_id])
        assert found["NBCOMMONS_INTERNAL_URL"] == stage.addresses.internal
        assert found["HOME"] == str(alice.path)
        ours = [getattr(stage.keys, name) for name in stage.keys.__dataclass_fields__]
        assert not [value for value in found.values() if value in ours]

    def test_has_limits(self, alice):
        limits = Path(f"/proc/{server_process(alice)}/limits").read_text()

        assert re.search(r"Max data size +4294967296 ", limits)
        assert re.search(r"Max open files +4096 ", limits)
        assert re.search(r"Max core file size +0 ", limits)
        if os.geteuid() == 0:
            assert re.search(r"Max processes +512 ", limits)


class TestToken:
    def test_is_honoured_for_as_long_as_the_jupyter_runs(self, stage, alice):
        time.sleep(hooks.SWEEP_EVERY_S + 3)  # what takes forgotten tokens back has passed by

        assert alice.spawn_id not in stage.site.revoked
        assert [path.stem for path in (stage.folder.hub / "tokens").glob("*.json")] == [
            alice.spawn_id
        ]


class TestStop:
    def test_ends_what_tried_to_stay_behind(self, stage):
        stage.spawn("dora")
        (home,) = homes.every(stage.folder.homes)
        mark = {} if home.uid else {homes.MARK: home.spawn_id}
        with run_as(home, "sh", "-c", "trap '' TERM; sleep 600 & sleep 600", **mark) as daemon:
            wait_until(lambda: len(list(homes.processes_of(home))) >= 3)

            stage.api("DELETE", "/users/dora/server")
            wait_until(lambda: not stage.server("dora"))

            assert daemon.wait(timeout=10) == -signal.SIGKILL
        assert list(homes.processes_of(home)) == []
        assert not home.path.exists()

    @as_root
    def test_removes_what_was_left_in_shared_folders(self, stage):
        stage.spawn("dora")
        (home,) = homes.every(stage.folder.homes)
        left = [
            Path("/tmp") / f"left-{home.spawn_id}",
            Path("/dev/shm") / f"left-{home.spawn_id}",
        ]
        for path in left:
            output_as(home, "mkdir", "-p", f"{path}/deep/deeper")
            assert path.exists()

        stage.api("DELETE", "/users/dora/server")
        wait_until(lambda: not stage.server("dora"))

        assert not [path for path in left if path.exists()]

    def test_takes_the_token_back(self, stage):
        stage.spawn("dora")
        (home,) = homes.every(stage.folder.homes)

        stage.api("DELETE", "/users/dora/server")
        wait_until(lambda: home.spawn_id in stage.site.revoked)

        # The hub strikes its note out when the answer is there: a moment after the site knows.
        wait_until(lambda: not list((stage.folder.hub / "tokens").glob("*.json")))

    def test_takes_seconds_even_when_the_server_does_not_listen(self, stage):
        stage.spawn("dora")
        (home,) = homes.every(stage.folder.homes)
        os.kill(server_process(home), signal.SIGSTOP)
        began = time.monotonic()

        stage.api("DELETE", "/users/dora/server")
        wait_until(lambda: not home.path.exists())

        assert time.monotonic() - began < 15

    def test_takes_the_token_back_later_when_the_site_is_down(self, stage):
        stage.spawn("dora")
        (home,) = homes.every(stage.folder.homes)
        stage.site.is_down = True
        try:
            stage.api("DELETE", "/users/dora/server")
            wait_until(lambda: not home.path.exists())
            assert home.spawn_id not in stage.site.revoked
        finally:
            stage.site.is_down = False

        wait_until(lambda: home.spawn_id in stage.site.revoked)


class TestCrash:
    def test_is_wiped_and_its_tokens_are_worthless(self, stage):
        stage.spawn("erin")
        (home,) = homes.every(stage.folder.homes)
        pid = server_process(home)
        hub_token = environment_of(pid)["JUPYTERHUB_API_TOKEN"]
        assert stage.api("GET", "/user", token=hub_token).status == 200

        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not home.path.exists())
        wait_until(lambda: home.spawn_id in stage.site.revoked)

        assert stage.api("GET", "/user", token=hub_token).status == 403
        assert not stage.server("erin")

    @as_root
    def test_of_the_guard_cannot_be_brought_about_by_the_person(self, alice):
        guard = next(
            p for p in homes.processes_of(alice) if Path(f"/proc/{p}").stat().st_uid == 0
        )

        assert "not permitted" in output_as(alice, "sh", "-c", f"kill -STOP {guard}; true")


class TestHub:
    def test_finds_its_jupyters_again_after_it_was_killed(self, stage, alice):
        stage.stop("hub", signal.SIGKILL)
        assert Path(f"/proc/{server_process(alice)}").exists()

        stage.start_hub()
        wait_until(lambda: stage.server("alice").get("ready"))
        stage.api("DELETE", "/users/alice/server")

        wait_until(lambda: not alice.path.exists())
        wait_until(lambda: alice.spawn_id in stage.site.revoked)

    def test_clears_what_ended_while_it_was_down(self, stage):
        stage.spawn("fred")
        (home,) = homes.every(stage.folder.homes)
        token = environment_of(server_process(home))["JUPYTERHUB_API_TOKEN"]
        stage.stop("hub", signal.SIGKILL)
        os.kill(server_process(home), signal.SIGKILL)
        stray = homes.make(stage.folder.homes)  # a start that the hub had not noted yet

        stage.start_hub()

        wait_until(lambda: not home.path.exists())
        wait_until(lambda: home.spawn_id in stage.site.revoked)
        assert not stray.path.exists()
        assert stage.api("GET", "/user", token=token).status == 403

    def test_stops_and_wipes_everything_when_it_is_told_to_end(self, stage):
        stage.spawn("gina")
        (home,) = homes.every(stage.folder.homes)

        stage.stop("hub")

        assert list(homes.processes_of(home)) == []
        assert not home.path.exists()
        stage.start_hub()

    def test_writes_no_secret_into_its_log(self, stage, alice):
        log = stage.log_of("hub")

        assert f"nbs_{alice.spawn_id}" not in log
        assert not [n for n in stage.keys.__dataclass_fields__ if getattr(stage.keys, n) in log]


class TestRefusal:
    def test_is_a_sentence_when_the_site_does_not_answer(self, stage):
        stage.api("POST", "/users/hans")
        stage.site.is_down = True
        try:
            answer = stage.api("POST", "/users/hans/server")
        finally:
            stage.site.is_down = False

        assert answer.status >= 400
        assert "The Commons did not answer" in answer.text
        wait_until(lambda: not stage.homes())

    def test_is_a_sentence_when_the_person_may_not(self, stage):
        stage.api("POST", "/users/ines")
        stage.site.refuses = True
        try:
            answer = stage.api("POST", "/users/ines/server")
        finally:
            stage.site.refuses = False

        assert "may not run notebooks" in answer.text


class TestRoom:
    def test_is_refused_with_a_sentence_when_memory_is_short(self):
        with make_stage(NBCOMMONS_ENVIRONMENT_SPARE_MB="99999999") as stage:
            stage.api("POST", "/users/kim")
            answer = stage.api("POST", "/users/kim/server")

        assert "no room for another Jupyter" in answer.text
        assert stage.site.minted == {}
