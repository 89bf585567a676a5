"""Control groups of the kernel: limits for all processes of one spawn together.

Plain Python without a framework. Where we may make groups, each spawn gets one: its memory and the
number of its processes are limited as a whole, and nobody below root gets out of it, so that every
process of the spawn is found at its end. Where we may not, the limits of single processes remain.
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

PREFIX = "nbcommons-"
# Our own processes must leave a group of the second version before it can limit others below it.
PARTS = f"{PREFIX}parts"
NEEDED = {"memory", "pids"}
MOVES = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where groups can be made: one folder of the second version, or one for each limit.

    ``trees``: what each folder limits, of "memory" and "pids".
    """

    version: int
    trees: dict[Path, frozenset[str]]

    @property
    def words(self) -> str:
        return f"control groups (version {self.version})"


def place(proc: Path = Path("/proc/self")) -> Place | None:
    """Where this process may make groups that limit memory and processes; None: nowhere."""
    mounts = _mounts(proc / "mountinfo")
    own = _own(proc / "cgroup")
    if second := _second(mounts, own):
        return second
    trees = {}
    for controller in sorted(NEEDED):
        if controller not in mounts or controller not in own:
            return None
        folder = mounts[controller] / own[controller].lstrip("/")
        if not os.access(folder, os.W_OK):
            return None
        trees[folder] = frozenset({controller})
    return Place(1, trees)


def words_about(where: Place | None) -> str:
    """Which limits hold, as a sentence for the log."""
    if where is None:
        return (
            "Limits hold for each process of a Jupyter (rlimits): control groups with memory and "
            "pids cannot be made here."
        )
    return f"Limits hold for each Jupyter as a whole: {where.words}."


def make(where: Place, spawn_id: str, *, memory_mb: int, processes: int) -> list[Path]:
    """The groups of a spawn, empty; 0 leaves a limit out. Raises ``OSError``."""
    made = []
    memory = "memory.max" if where.version > 1 else "memory.limit_in_bytes"
    for tree, limits in where.trees.items():
        group = tree / f"{PREFIX}{spawn_id}"
        group.mkdir(exist_ok=True)
        if "memory" in limits and memory_mb:
            (group / memory).write_text(str(memory_mb << 20))
            swap = group / "memory.swap.max"
            if swap.exists():
                swap.write_text("0")
        if "pids" in limits and processes:
            (group / "pids.max").write_text(str(processes))
        made.append(group)
    return made


def of(where: Place | None, spawn_id: str) -> list[Path]:
    """The groups of a spawn that are there."""
    groups = (tree / f"{PREFIX}{spawn_id}" for tree in (where.trees if where else ()))
    return [group for group in groups if group.is_dir()]


def processes_in(groups: list[Path]) -> set[int]:
    """Ids of all processes in these groups and in any that were made below them."""
    found: set[int] = set()
    for group in groups:
        for file in group.rglob("cgroup.procs"):
            with contextlib.suppress(OSError):
                found |= {int(word) for word in file.read_text().split()}
    return found


def remove(groups: list[Path]) -> None:
    """Remove groups whose processes have all ended. Raises ``OSError`` when one lives."""
    for group in groups:
        below = sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True)
        for folder in (*below, group):
            folder.rmdir()


def _second(mounts: dict[str, Path], own: dict[str, str]) -> Place | None:
    if "" not in mounts or "" not in own:
        return None
    folder = mounts[""] / own[""].lstrip("/")
    if folder.name == PARTS:
        folder = folder.parent
    try:
        if not set((folder / "cgroup.controllers").read_text().split()) >= NEEDED:
            return None
        switch = folder / "cgroup.subtree_control"
        if not set(switch.read_text().split()) >= NEEDED:
            if not _is_ours(folder):
                return None
            _move_out(folder)
            switch.write_text(" ".join(f"+{name}" for name in sorted(NEEDED)))
        probe = folder / f"{PREFIX}probe-{os.getpid()}"
        probe.mkdir()
        probe.rmdir()
    except OSError:
        return None
    return Place(2, {folder: frozenset(NEEDED)})


def _is_ours(folder: Path) -> bool:
    """Whether whoever keeps the groups of this machine has left this one to us."""
    if not (folder / "cgroup.type").exists():
        return True  # the root of what we can see, for example in a container
    for name in ("trusted.delegate", "user.delegate"):
        with contextlib.suppress(OSError):
            if os.getxattr(folder, name) == b"1":
                return True
    return False


def _move_out(folder: Path) -> None:
    parts = folder / PARTS
    parts.mkdir(exist_ok=True)
    for _ in range(MOVES):  # some may start others meanwhile
        pids = (folder / "cgroup.procs").read_text().split()
        if not pids:
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                (parts / "cgroup.procs").write_text(pid)


def _mounts(file: Path) -> dict[str, Path]:
    """Where each controller is mounted; "" for the second version."""
    found: dict[str, Path] = {}
    with contextlib.suppress(OSError):
        for line in file.read_text().splitlines():
            fields, _, after = line.partition(" - ")
            kind, _, rest = after.partition(" ")
            point = Path(fields.split()[4])
            if kind == "cgroup2":
                found[""] = point
            elif kind == "cgroup":
                options = rest.rpartition(" ")[2].split(",")
                found |= dict.fromkeys(NEEDED & set(options), point)
    return found


def _own(file: Path) -> dict[str, str]:
    """In which group we are, for each controller; "" for the second version."""
    found: dict[str, str] = {}
    with contextlib.suppress(OSError):
        for line in file.read_text().splitlines():
            _, names, path = line.split(":", 2)
            found |= dict.fromkeys(names.split(","), path)
    return found
