"""Homes that live as long as one spawn: making one, ending all its processes, wiping it.

Plain Python without a framework: the supervisor sweeps with it after a crash. As root each spawn
has a user id of its own, and everything with that id goes with the home; without root processes
are known by a mark in their environment, which a determined person can remove. A control group,
where there is one, nobody leaves.
"""

import contextlib
import os
import random
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbcommons_hub import groups

SPAWN_UIDS = range(300_000, 360_000)
MARK = "NBCOMMONS_SPAWN_ID"
SHARED_FOLDERS = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))  # noqa: S108
# The kernel (of the system) takes 107 bytes for a socket's path; a Jupyter kernel's socket is
# called kernel-<uuid>-ipc-<number>.
LONGEST_SOCKET_FOLDER = 107 - len("/kernel-") - 36 - len("-ipc-12345")
KILL_ROUNDS = 50
ROUND_S = 0.1
# Becomes the spawn's user and ends every process it may signal: no fork can slip through.
_KILL_AS = (
    "import os, sys; u = int(sys.argv[1]); os.setgroups([]); os.setgid(u); os.setuid(u); "
    "os.kill(-1, 9)"
)


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one spawn, and the user id that owns it; None: our own."""

    spawn_id: str
    path: Path
    uid: int | None

    @property
    def log(self) -> Path:
        return self.path / ".nbcommons" / "server.log"

    @property
    def scratch(self) -> Path:
        return self.path / ".nbcommons" / "tmp"

    @property
    def sockets(self) -> Path:
        """Folder of the sockets of kernels: short, because the system limits their path."""
        wanted = self.path / ".run"
        if len(str(wanted)) <= LONGEST_SOCKET_FOLDER:
            return wanted
        return SHARED_FOLDERS[0] / f"nbcommons-{self.spawn_id}"


def make(homes: Path) -> Home:
    """A fresh, empty home below ``homes``, closed to everybody else."""
    spawn_id = secrets.token_hex(8)
    uid = _free_uid(homes) if os.geteuid() == 0 else None
    home = Home(spawn_id=spawn_id, path=homes / spawn_id, uid=uid)
    home.path.mkdir(mode=0o700)
    home.log.parent.mkdir(mode=0o700)
    home.scratch.mkdir(mode=0o700)
    home.sockets.mkdir(mode=0o700)
    home.log.touch(mode=0o600)
    (home.path / ".bashrc").write_text("PS1='\\w $ '\n")
    if uid is not None:
        mine = (home.path / ".bashrc", home.log, home.scratch, home.log.parent, home.sockets)
        for path in (*mine, home.path):
            os.chown(path, uid, uid)
    return home


def find(homes: Path, spawn_id: str) -> Home | None:
    """The home of a spawn; None when it is gone."""
    path = homes / spawn_id
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    uid = found.st_uid if os.geteuid() == 0 and found.st_uid in SPAWN_UIDS else None
    return Home(spawn_id=spawn_id, path=path, uid=uid)


def every(homes: Path) -> list[Home]:
    """All homes there are, whoever left them."""
    if not homes.is_dir():
        return []
    found = (find(homes, path.name) for path in homes.iterdir() if path.is_dir())
    return [home for home in found if home is not None]


def wipe(home: Home, where: groups.Place | None = None) -> int:
    """End every process of the spawn, remove its home and what it left in shared folders.

    where: the place of the control groups, if there may be one of this spawn.

    Returns the number of processes ended. Safe to repeat. Raises ``OSError`` when something
    cannot be removed, ``RuntimeError`` when a process cannot be ended.
    """
    ended = end_processes(home, where)
    groups.remove(groups.of(where, home.spawn_id))
    for folder in (home.sockets, home.path):
        if folder.exists():
            _remove_tree(folder)
    if home.uid is not None:
        for folder in SHARED_FOLDERS:
            for path in _owned_by(folder, home.uid):
                if path.is_dir() and not path.is_symlink():
                    _remove_tree(path)
                else:
                    path.unlink(missing_ok=True)
    return ended


def end_processes(home: Home, where: groups.Place | None = None) -> int:
    """Kill all processes of the spawn; returns how many there were."""
    seen: set[int] = set()
    for _ in range(KILL_ROUNDS):
        pids = set(processes_of(home)) | groups.processes_in(groups.of(where, home.spawn_id))
        if not pids:
            return len(seen)
        seen |= pids
        if home.uid is not None:
            subprocess.run(  # noqa: S603 - our own program
                [sys.executable, "-IS", "-c", _KILL_AS, str(home.uid)], check=False, timeout=30
            )
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(ROUND_S)
    raise RuntimeError(f"processes of spawn {home.spawn_id} do not end: {sorted(pids)}")


def processes_of(home: Home) -> Iterator[int]:
    """Ids of the living processes of a spawn."""
    mark = f"{MARK}={home.spawn_id}".encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            is_theirs = home.uid is not None and home.uid in _uids(entry)
            # The mark is on our own guard too, which root keeps in front of their server.
            is_marked = mark in (entry / "environ").read_bytes().split(b"\0")
            if (is_theirs or is_marked) and not _is_dead(entry):
                yield int(entry.name)


def start_time(pid: int) -> int | None:
    """When the process started, in ticks since boot; None if there is none.

    With the pid it names one process for good, where the pid alone may be handed out again.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def _free_uid(homes: Path) -> int:
    taken = {home.uid for home in every(homes)}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                taken |= _uids(entry)
    # At random: another commons on this machine draws from the same range.
    while (uid := random.choice(SPAWN_UIDS)) in taken:  # noqa: S311 - no secret
        pass
    return uid


def _uids(process: Path) -> set[int]:
    for line in (process / "status").read_text().splitlines():
        if line.startswith("Uid:"):
            return {int(word) for word in line.split()[1:]}
    return set()


def _is_dead(process: Path) -> bool:
    return (process / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"


def _owned_by(folder: Path, uid: int) -> list[Path]:
    found: list[Path] = []
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(OSError):
                if path.lstat().st_uid == uid:
                    found.append(path)
    return found


def _remove_tree(path: Path) -> None:
    def retry(function: Callable[[str], object], name: str, _error: object) -> None:
        # Without root, a folder that its owner closed must be opened first.
        for closed in (Path(name).parent, Path(name)):
            with contextlib.suppress(OSError):
                if not closed.is_symlink():
                    closed.chmod(stat.S_IRWXU)
        if function in (os.open, os.scandir, os.rmdir) and Path(name).is_dir():
            shutil.rmtree(name)
        else:
            function(name)

    shutil.rmtree(path, onerror=retry)
