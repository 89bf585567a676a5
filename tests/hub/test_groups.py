"""Limits for all processes of a Jupyter together, by control groups, where those can be made."""

import subprocess
from pathlib import Path

import pytest

from nbcommons_hub import groups, homes

from .conftest import make_stage, wait_until
from .test_isolation import DAEMON, commands_of
from .test_kernels import run_code, start_kernel

PLACE = groups.place()
needs_groups = pytest.mark.skipif(PLACE is None, reason="no control groups can be made here")
MEMORY_MB = 600
# Each child stays below the limit of one process; together they are above that of all.
GREEDY = f"""
import pathlib, subprocess, sys
hold = "b = b'x' * ({MEMORY_MB // 2} << 20); import time; time.sleep(60)"
children = [subprocess.Popen([sys.executable, "-c", hold]) for _ in range(4)]
codes = [child.poll() for child in children]
import time
deadline = time.monotonic() + 40
while all(code is None for code in codes) and time.monotonic() < deadline:
    time.sleep(0.2)
    codes = [child.poll() for child in children]
for child in children:
    child.kill()
(pathlib.Path.home() / "codes").write_text(str(codes))
"""


@needs_groups
class TestGroups:
    def test_limit_and_find_everything_of_a_jupyter(self):
        with make_stage(NBCOMMONS_ENVIRONMENT_MEMORY_MB=str(MEMORY_MB)) as stage:
            assert "Limits hold for each Jupyter as a whole" in stage.log_of("hub")
            stage.spawn("dora")
            (home,) = homes.every(stage.folder.homes)
            kernel = start_kernel(stage, "dora", home)
            run_code(kernel, GREEDY)
            # None of them was as large as the server when all was full.
            assert "-9" in (home.path / "codes").read_text()
            assert stage.server("dora").get("ready")

            run_code(kernel, DAEMON)
            wait_until(lambda: b"sleep\x00600" in commands_of(home))
            mine = groups.of(PLACE, home.spawn_id)
            inside = groups.processes_in(mine)
            assert {int(pid) for pid in homes.processes_of(home)} - inside == guard_of(inside)

            stage.api("DELETE", "/users/dora/server")
            wait_until(lambda: not home.path.exists())
            assert groups.of(PLACE, home.spawn_id) == []


def guard_of(inside: set[int]) -> set[int]:
    """The guard in front of the server: root's, and outside."""
    pid = min(inside)
    status = Path(f"/proc/{pid}/status").read_text()
    return {int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:")}


class TestSecondVersion:
    """The second version, in a folder that looks like it: this tests which files are written."""

    @pytest.fixture
    def proc(self, tmp_path):
        root = tmp_path / "cgroup"
        own = root / "service"
        own.mkdir(parents=True)
        (own / "cgroup.controllers").write_text("cpu memory pids\n")
        (own / "cgroup.subtree_control").write_text("")
        (own / "cgroup.procs").write_text("")
        proc = tmp_path / "proc"
        proc.mkdir()
        line = f"30 23 0:26 / {root} rw,nosuid shared:4 - cgroup2 cgroup2 rw"
        (proc / "mountinfo").write_text(f"{line}\n")
        (proc / "cgroup").write_text("0::/service\n")
        return proc

    def test_hands_the_limits_down_and_sets_them(self, proc, tmp_path):
        own = tmp_path / "cgroup" / "service"
        found = groups.place(proc)

        assert found.version == 2
        assert (own / "cgroup.subtree_control").read_text() == "+memory +pids"
        (group,) = groups.make(found, "abc", memory_mb=100, processes=50)
        assert (group / "memory.max").read_text() == str(100 << 20)
        assert (group / "pids.max").read_text() == "50"

    def test_knows_its_place_again_from_the_group_of_its_parts(self, proc, tmp_path):
        (proc / "cgroup").write_text(f"0::/service/{groups.PARTS}\n")

        assert list(groups.place(proc).trees) == [tmp_path / "cgroup" / "service"]

    def test_touches_nothing_that_is_not_left_to_it(self, proc, tmp_path):
        own = tmp_path / "cgroup" / "service"
        (own / "cgroup.type").write_text("domain\n")

        assert groups.place(proc) is None
        assert (own / "cgroup.subtree_control").read_text() == ""

    def test_does_without_where_a_controller_is_missing(self, proc, tmp_path):
        (tmp_path / "cgroup" / "service" / "cgroup.controllers").write_text("cpu\n")

        assert groups.place(proc) is None


def test_nobody_below_root_can_leave_a_group():
    if PLACE is None:
        pytest.skip("no control groups can be made here")
    made = groups.make(PLACE, "test-leave", memory_mb=0, processes=0)
    try:
        tree = next(iter(PLACE.trees))
        code = f"echo $$ > {tree}/cgroup.procs"
        command = ["setpriv", "--reuid", "365001", "--clear-groups", "sh", "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "Permission denied" in done.stderr
    finally:
        groups.remove(made)
