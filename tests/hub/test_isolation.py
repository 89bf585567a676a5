"""Behind bubblewrap: what a person's code sees and reaches, and that nothing of it stays."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from nbcommons_hub import homes, isolation

from .conftest import make_stage, wait_until
from .test_kernels import run_code, start_kernel
from .test_spawner import environment_of, server_process

DAEMON = """
import subprocess
subprocess.Popen(["env", "-i", "setsid", "sh", "-c", "trap '' TERM; sleep 600 & sleep 600"])
"""


def works() -> bool:
    folder = Path("/tmp") / f"nbc-wall-{os.getpid()}"
    folder.mkdir(mode=0o711)
    try:
        return isolation.wall("auto", folder=folder)[0] is not None
    finally:
        shutil.rmtree(folder)


needs_wall = pytest.mark.skipif(not works(), reason="bubblewrap does not work here")


@pytest.fixture(scope="module")
def walled():
    with make_stage(NBCOMMONS_ISOLATION="bubblewrap") as stage:
        assert "a small world of its own" in stage.log_of("hub")
        yield stage


@pytest.fixture
def dora(walled):
    """Dora's running Jupyter: its home and a kernel in it."""
    walled.spawn("dora")
    (home,) = homes.every(walled.folder.homes)
    yield home, start_kernel(walled, "dora", home)
    walled.api("DELETE", "/users/dora/server")
    wait_until(lambda: not walled.server("dora"))


def seen_by(dora, expression: str):
    """What an expression is worth in the person's own notebook."""
    home, kernel = dora
    run_code(
        kernel,
        f"import json, os, pathlib\nout = pathlib.Path.home() / 'out.json'\n"
        f"out.write_text(json.dumps({expression}))",
    )
    return json.loads((home.path / "out.json").read_text())


@needs_wall
class TestWall:
    def test_shows_the_persons_own_home_and_processes_only(self, walled, dora):
        home, _ = dora
        walled.spawn("bob")
        other = next(h for h in homes.every(walled.folder.homes) if h != home)

        assert seen_by(dora, f"os.listdir({str(walled.folder.homes)!r})") == [home.spawn_id]
        assert seen_by(dora, f"os.listdir({str(walled.folder.root)!r})") == ["homes"]
        assert not seen_by(dora, f"os.path.exists({str(other.path)!r})")
        pids = seen_by(dora, "[name for name in os.listdir('/proc') if name.isdigit()]")
        assert 2 <= len(pids) < 10
        # This very test has its data below /tmp.
        ours = [walled.folder.root.parent.name, home.sockets.name]
        assert set(seen_by(dora, "os.listdir('/tmp')")) <= set(ours)
        assert seen_by(dora, "os.listdir('/dev/shm')") == []
        walled.api("DELETE", "/users/bob/server")
        wait_until(lambda: not walled.server("bob"))

    def test_leaves_the_system_as_it_is(self, dora):
        tried = "[os.access(path, os.W_OK) for path in ('/', '/usr', '/etc', '/var', '/run')]"

        assert not any(seen_by(dora, tried))
        assert seen_by(dora, "os.access('/tmp', os.W_OK) and os.access('/dev/shm', os.W_OK)")

    def test_holds_nobody_who_tries_to_stay(self, walled, dora):
        home, kernel = dora
        run_code(kernel, DAEMON)
        wait_until(lambda: b"sleep\x00600" in commands_of(home))

        walled.api("DELETE", "/users/dora/server")
        wait_until(lambda: not walled.server("dora"))

        assert list(homes.processes_of(home)) == []
        assert not home.path.exists()

    def test_lets_the_server_end_by_itself(self, walled, dora):
        home, _ = dora
        log = home.log.open()
        walled.api("DELETE", "/users/dora/server")
        wait_until(lambda: not walled.server("dora"))

        assert "received signal 15, stopping" in log.read()
        log.close()

    def test_falls_with_a_crash_or_a_stopped_server(self, walled, dora):
        home, _ = dora
        token = environment_of(server_process(home))["JUPYTERHUB_API_TOKEN"]
        os.kill(server_process(home), signal.SIGSTOP)
        os.kill(server_process(home), signal.SIGKILL)
        wait_until(lambda: not home.path.exists())

        assert list(homes.processes_of(home)) == []
        assert walled.api("GET", "/user", token=token).status == 403


def commands_of(home) -> bytes:
    return b"".join(
        Path(f"/proc/{pid}/cmdline").read_bytes() for pid in homes.processes_of(home)
    )


class TestChoice:
    def test_is_none_when_told_so(self, tmp_path):
        assert isolation.wall("none", folder=tmp_path)[0] is None

    def test_says_why_there_is_none(self, tmp_path, monkeypatch):
        monkeypatch.setattr(shutil, "which", lambda _: None)

        found, words = isolation.wall("auto", folder=tmp_path)

        assert found is None
        assert words == "No bubblewrap around Jupyters: bubblewrap (bwrap) is not installed."

    def test_is_refused_when_demanded_and_impossible(self, tmp_path, monkeypatch):
        broken = tmp_path / "bwrap"
        broken.write_text(
            "#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n"
        )
        broken.chmod(0o755)
        tmp_path.chmod(0o755)
        folder = tmp_path / "homes"
        folder.mkdir(mode=0o711)
        monkeypatch.setattr(shutil, "which", lambda _: "/bin/false")

        assert "it does not work here" in isolation.wall("auto", folder=folder)[1]
        with pytest.raises(isolation.NoIsolation, match="but it does not work here"):
            isolation.wall("bubblewrap", folder=folder)
        with pytest.raises(isolation.NoIsolation, match="is one of auto, none"):
            isolation.wall("maybe", folder=folder)
        assert list(folder.iterdir()) == []
