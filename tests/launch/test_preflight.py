"""What is looked at before a start, and the sentence for each fault."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from nbcommons.launch import data, preflight
from nbcommons.launch.errors import CannotStart
from nbcommons.launch.preflight import Finding

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: other accounts")


@pytest.fixture
def place():
    found = Path(tempfile.mkdtemp(prefix="nbc-pre-", dir="/tmp"))
    found.chmod(0o711)
    yield found
    shutil.rmtree(found)


class TestCheckPort:
    def test_names_the_program_that_holds_it(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]

            (found,) = preflight.check_port(port)

        name = Path("/proc/self/comm").read_text().strip()
        assert found.problem == f"Port {port} is taken by “{name}” (process {os.getpid()})."
        assert found.advice.endswith(f"nbcommons up --port {port + 1}")
        assert found.is_fatal

    def test_is_content_with_a_free_one(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]

        assert preflight.check_port(port) == []


@as_root
class TestCheckReadable:
    def test_is_content_with_the_python_that_runs_this(self):
        assert preflight.check_readable() == []

    def test_names_the_folder_that_shuts_others_out(self, place, monkeypatch):
        closed = place / "closed"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", closed], check=True)
        closed.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(closed / "bin" / "python"))
        monkeypatch.setattr(sys, "prefix", str(closed))

        (found,) = preflight.check_readable()

        assert f"{closed} is closed to other accounts" in found.problem
        assert found.is_fatal


class TestCheckMemory:
    @pytest.mark.parametrize(
        ("available", "is_fatal"), [(900, [True]), (1500, [False]), (4000, []), (None, [])]
    )
    def test_warns_below_two_gigabytes_and_refuses_below_one(
        self, monkeypatch, available, is_fatal
    ):
        monkeypatch.setattr(preflight, "available_memory_mb", lambda: available)

        assert [finding.is_fatal for finding in preflight.check_memory()] == is_fatal

    def test_reads_what_the_kernel_says(self):
        assert preflight.available_memory_mb() > 0


class TestCheckCluster:
    @as_root
    def test_names_a_parent_that_postgresql_cannot_pass(self, place):
        closed = place / "closed"
        closed.mkdir(mode=0o700)
        folder = data.prepare(closed / "data")

        (found,) = preflight.check_cluster(folder)

        assert found.problem.startswith(f"{closed} is closed to other accounts")
        assert f"chmod o+x {closed}" in found.advice


class TestRequire:
    def test_lets_warnings_pass(self):
        preflight.require([Finding("Hm.", "Mind it.", is_fatal=False)], force=False)

    def test_refuses_what_is_fatal_unless_forced(self):
        finding = Finding("No.", "Do this.", is_fatal=True)

        with pytest.raises(CannotStart, match="No"):
            preflight.require([finding], force=False)
        preflight.require([finding], force=True)
