"""``nbcommons up``: everything comes up, stays up, and is gone when it ends, however it ends."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from nbcommons.launch import network, programs
from nbcommons_hub import homes

from .conftest import Person, clean_environment, commons_up, nbcommons, place, start

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: other accounts")
PARTS = {"postgres", "edge", "hub", "web", "worker", "culler"}
STRANGER = ("setpriv", "--reuid", "300000", "--regid", "300000", "--clear-groups")


def wait_until(check, timeout_s=60):
    deadline = time.monotonic() + timeout_s
    while not check():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def everything_of(root: Path) -> list[str]:
    """Command lines of all processes that work for this data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_text() + (entry / "environ").read_text()
            except OSError:
                continue
            if str(root) in words and is_alive(int(entry.name)):
                found.append((entry / "cmdline").read_text().replace("\0", " "))
    return [words for words in found if "pytest" not in words]


class TestStart:
    def test_serves_the_site_and_jupyter_on_two_hosts(self, commons):
        site = httpx.get(f"{commons.site}/sign-in/")
        jupyter = httpx.get(f"{commons.jupyter}hub/api")

        assert site.status_code == 200
        assert "Notebook Commons" in site.text
        assert jupyter.json()["version"]

    def test_keeps_the_internal_addresses_inside(self, commons):
        for host in (commons.site, commons.jupyter.removesuffix("/jupyter/")):
            assert httpx.post(f"{host}/internal/hub/spawns", json={}).status_code == 404

    def test_shows_no_page_on_the_internal_port(self, commons):
        ports = json.loads((commons.root / "running.json").read_text())
        internal = f"http://127.0.0.1:{ports['web_port']}"
        forged = {"X-Forwarded-For": "6.6.6.6", "X-Nbcommons-Edge": "1"}

        assert httpx.get(f"{internal}/sign-in/", headers=forged).status_code == 404
        assert httpx.get(internal + programs.SITE_ANSWERS).status_code == 200

    def test_answers_while_many_uploads_are_slow(self, commons):
        head = f"POST /sign-in/ HTTP/1.1\r\nHost: localhost:{commons.port}\r\n"
        with contextlib.ExitStack() as open_links:
            for _ in range(12):
                link = socket.create_connection(("127.0.0.1", commons.port), timeout=10)
                open_links.enter_context(link)
                link.sendall(f"{head}Content-Length: 1000\r\n\r\nlogin=".encode())
            time.sleep(0.5)

            assert httpx.get(f"{commons.site}/sign-in/", timeout=10).status_code == 200

    def test_opens_no_port_to_the_network(self, commons):
        listening = Path("/proc/net/tcp").read_text()
        ports = json.loads((commons.root / "running.json").read_text())
        ours = {ports[name] for name in ("web_port", "hub_port", "edge_port", "door_port")}
        for line in listening.splitlines()[1:]:
            address, port = line.split()[1].split(":")
            if int(port, 16) in ours and line.split()[3] == "0A":
                assert address == "0100007F", line

    def test_shows_the_first_administrators_link_on_the_terminal_only(self, commons):
        assert commons.first_link
        secret = commons.first_link.rstrip("/").rsplit("/", 1)[1]
        for log in (commons.root / "logs").iterdir():
            assert secret not in log.read_text(errors="replace"), log

    def test_writes_no_secret_into_a_log(self, commons):
        secrets = [path.read_text().strip() for path in (commons.root / "secrets").iterdir()]
        assert len(secrets) >= 8
        for log in (commons.root / "logs").iterdir():
            text = log.read_text(errors="replace")
            assert not [secret for secret in secrets if secret in text], log

    def test_shows_no_secret_in_the_list_of_processes(self, commons):
        secrets = [path.read_text().strip() for path in (commons.root / "secrets").iterdir()]
        for words in everything_of(commons.root):
            assert not [secret for secret in secrets if secret in words]

    @as_root
    def test_runs_nothing_but_supervisor_and_hub_as_root(self, commons):
        wait_until(lambda: set(commons.pids()) >= PARTS)
        wait_until(lambda: all(map(is_alive, commons.pids().values())))

        by_root = {
            name
            for name, pid in commons.pids().items()
            if Path(f"/proc/{pid}").stat().st_uid == 0
        }

        assert by_root == {"hub"}

    @as_root
    @pytest.mark.parametrize(
        "path",
        ["secrets/hub-token", "secrets", "hub", "logs", "site", "postgres", "edge", "socket"],
    )
    def test_lets_no_other_account_read_the_data_folder(self, commons, path):
        done = subprocess.run(
            [*STRANGER, "sh", "-c", 'cat "$0" || ls "$0"', str(commons.root / path)],
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode != 0
        assert done.stdout == ""


class TestSecondStart:
    def test_on_the_same_folder_says_who_is_there(self, commons):
        done = nbcommons("up", "--data", str(commons.root), "--port", str(commons.port + 1))

        assert done.returncode == 1
        assert f"A commons already runs on {commons.root}" in done.stderr
        assert f"process {commons.process.pid}" in done.stderr
        assert commons.site in done.stderr
        assert "nbcommons stop" in done.stderr

    def test_on_the_same_port_says_who_holds_it(self, commons):
        with place() as folder:
            done = nbcommons("up", "--data", str(folder / "d"), "--port", str(commons.port))

        assert done.returncode == 1
        assert f"Port {commons.port} is taken by “traefik”" in done.stderr
        assert "--port" in done.stderr

    def test_on_a_port_that_only_localhost_6_has_taken_is_refused_too(self):
        if not network.has_ipv6_loopback():
            pytest.skip("no IPv6 on this machine")
        with socket.socket(socket.AF_INET6) as other, place() as folder:
            other.bind(("::1", 0))
            other.listen(1)
            port = other.getsockname()[1]

            done = nbcommons("up", "--data", str(folder / "d"), "--port", str(port))

        assert f"Port {port} is taken" in done.stderr


class TestCommands:
    def test_run_beside_it_on_the_same_database(self, commons):
        done = commons.command("person", "list")

        assert done.returncode == 0, done.stderr

    def test_import_nothing_from_where_the_person_stands(self, commons, tmp_path):
        for name in ("django", "nbcommons", "orjson"):
            (tmp_path / f"{name}.py").write_text("open('executed', 'w')\n")

        done = subprocess.run(
            [
                *(sys.executable, "-P", "-m", "nbcommons.launch.cli"),
                *("--data", str(commons.root), "person", "list"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=clean_environment(),
        )

        assert done.returncode == 0, done.stderr
        assert not (tmp_path / "executed").exists()

    def test_tell_their_exit_code(self, commons):
        done = commons.command("person", "deactivate", "nobody-of-this-name")

        assert done.returncode != 0
        assert "Traceback" not in done.stderr

    def test_doctor_finds_all_parts_well(self, commons):
        done = nbcommons("doctor", "--data", str(commons.root))

        assert done.returncode == 0, done.stdout
        assert "✓ Site: answers" in done.stdout
        assert "✓ Jupyter: answers 200" in done.stdout
        for part in ("Tables: up to date", "Worker: alive", "Database: PostgreSQL", "Mail: "):
            assert f"✓ {part}" in done.stdout
        assert "differ from the records" in done.stdout


class TestKilledPart:
    @pytest.mark.parametrize("name", ["web", "worker", "edge", "culler", "postgres", "hub"])
    def test_comes_back(self, commons, name):
        log = commons.root / "logs" / "up.log"
        label = {"web": "Site", "worker": "Jobs", "edge": "Door", "postgres": "Database"}.get(
            name, {"hub": "Jupyter", "culler": "Closing"}.get(name)
        )
        # One that another part took down with it may be on its way back still.
        wait_until(lambda: any(map(is_alive, self._pids_named(commons, name))))
        lost = next(p for p in self._pids_named(commons, name) if is_alive(p))
        before = len(re.findall(rf"{label}.*: running", log.read_text()))

        os.kill(lost, signal.SIGKILL)

        wait_until(lambda: len(re.findall(rf"{label}.*: running", log.read_text())) > before)
        wait_until(lambda: is_alive(commons.pids().get(name, lost)))
        wait_until(lambda: httpx.get(f"{commons.site}/sign-in/").status_code == 200)
        wait_until(lambda: httpx.get(f"{commons.jupyter}hub/health").status_code == 200)

    @staticmethod
    def _pids_named(commons, name):
        """Children of the supervisor by what they are."""
        marks = {
            "web": "granian",
            "worker": "nbcommons.launch.manage",
            "edge": "--configfile",
            "culler": "jupyterhub_idle_culler",
            "postgres": "/postgres\0-D",
            "hub": "jupyterhub\0--config",
        }
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                words = (entry / "cmdline").read_text()
            except OSError:
                continue
            if int(fields[1]) == commons.process.pid and marks[name] in words:
                yield int(entry.name)


class TestKilledSupervisor:
    def test_leaves_no_process_and_no_home_behind(self, commons_for_one_test):
        commons, person = commons_for_one_test
        person.open_jupyter()
        (home,) = homes.every(commons.root / "homes")
        assert list(homes.processes_of(home))

        commons.process.kill()
        commons.process.wait()

        wait_until(lambda: not everything_of(commons.root), timeout_s=40)
        wait_until(lambda: list(homes.processes_of(home)) == [])
        assert not home.path.exists()

    def test_together_with_the_hub_is_cleared_by_the_next_start(self, commons_for_one_test):
        commons, person = commons_for_one_test
        person.open_jupyter()
        (home,) = homes.every(commons.root / "homes")
        hub = commons.pids()["hub"]

        os.kill(hub, signal.SIGSTOP)  # so that it cannot clean up
        commons.process.kill()
        commons.process.wait()
        os.kill(hub, signal.SIGKILL)
        assert list(homes.processes_of(home))
        again = start(commons.root, commons.port).await_ready()
        try:
            assert list(homes.processes_of(home)) == []
            assert not home.path.exists()
            assert "Cleared what an earlier run left" in "\n".join(again.lines)
        finally:
            again.stop()
            again.process.stdout.close()


class TestStop:
    def test_ends_everything_and_wipes_homes(self, commons_for_one_test):
        commons, person = commons_for_one_test
        person.open_jupyter()
        (home,) = homes.every(commons.root / "homes")

        done = nbcommons("stop", "--data", str(commons.root))

        assert done.returncode == 0, done.stderr
        assert commons.process.wait(timeout=5) == 0
        assert everything_of(commons.root) == []
        assert list(homes.processes_of(home)) == []
        assert not home.path.exists()
        assert "gave up" not in "\n".join(commons.lines)

    def test_of_nothing_says_so(self):
        with place() as folder:
            done = nbcommons("stop", "--data", str(folder / "d"))

        assert "Nothing runs on" in done.stdout

    def test_while_it_starts_leaves_nothing(self):
        with place() as folder:
            (port,) = network.free_ports(1)
            running = start(folder / "data", port)
            wait_until((folder / "data/logs/hub.log").exists)

            code = running.stop(signal.SIGINT)
            running.process.stdout.close()

            assert code == 0, running.lines
            assert everything_of(folder) == []


@as_root
class TestWithoutRoot:
    def test_works_for_one_person_and_says_what_that_means(self):
        account = ("setpriv", "--reuid", "nbcommons", "--regid", "nbcommons", "--clear-groups")
        with place() as folder:
            own = folder / "own"
            own.mkdir()
            subprocess.run(["chown", "nbcommons:nbcommons", own], check=True)
            (port,) = network.free_ports(1)
            running = start(own / "data", port, *account, HOME=str(own)).await_ready()
            try:
                assert "Not started as root" in "\n".join(running.lines)
                assert httpx.get(f"{running.site}/sign-in/").status_code == 200
                assert httpx.get(f"{running.jupyter}hub/health").status_code == 200
            finally:
                running.stop()
                running.process.stdout.close()


class TestVersion:
    def test_of_a_newer_commons_is_not_touched(self):
        with place() as folder:
            root = folder / "data"
            root.mkdir()
            (root / "VERSION").write_text('{"layout": 1, "nbcommons": "99.0.0"}')

            done = nbcommons("up", "--data", str(root))

        assert done.returncode == 1
        assert "was made by nbcommons 99.0.0, which is newer" in done.stderr

    def test_of_another_postgresql_is_not_touched(self):
        with place() as folder:
            root = folder / "data"
            (root / "postgres" / "data").mkdir(parents=True)
            (root / "postgres" / "data" / "PG_VERSION").write_text("15\n")
            (port,) = network.free_ports(1)

            done = nbcommons("up", "--data", str(root), "--port", str(port))

        assert done.returncode == 1
        assert "made by PostgreSQL 15; this nbcommons brings PostgreSQL 18" in done.stderr


class TestHelp:
    def test_names_every_own_command(self):
        said = subprocess.run(
            [sys.executable, "-m", "nbcommons.launch.cli", "--help"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout

        assert all(word in said for word in ("up", "stop", "doctor", "test", "check"))


@pytest.fixture
def commons_for_one_test():
    with commons_up() as running:
        person = Person(running, "ada").join(running.first_link)
        yield running, person
        person.close()
