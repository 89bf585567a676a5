"""Looks at the machine before a start: each fault is a sentence, with what to do about it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from nbcommons.launch import network, postgres
from nbcommons.launch.accounts import Account, is_root
from nbcommons.launch.data import DataFolder
from nbcommons.launch.errors import CannotStart

LEAST_MEMORY_MB = 1024
COMFORTABLE_MEMORY_MB = 2048
LEAST_DISK_MB = 512
# Any id that is not ours: what it cannot read, people's Jupyters cannot read either.
STRANGER_UID = 300_000
# Finds and reads them, without running them: that would cost two seconds at each start.
NEEDED_BY_STRANGERS = """
import importlib.util, sys
for name in ("jupyterhub", "jupyterlab", "ipykernel", "jupyter_nbcommons", "nbcommons"):
    found = importlib.util.find_spec(name)
    if found is None:
        sys.exit(f"{name} is not there for other accounts")
    open(found.origin, "rb").close()
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about this machine. ``is_fatal``: a start would not work."""

    problem: str
    advice: str
    is_fatal: bool


def examine(folder: DataFolder, port: int, *, uses_own_database: bool) -> list[Finding]:
    """Everything that speaks against a start on this machine, the worst first."""
    found = [
        *check_port(port),
        *check_readable(),
        *check_memory(),
        *check_disk(folder),
        *(check_cluster(folder) if uses_own_database else []),
        *check_account(),
    ]
    return sorted(found, key=lambda finding: not finding.is_fatal)


def require(findings: list[Finding], *, force: bool) -> None:
    """Raise ``CannotStart`` for the first fatal finding, unless forced."""
    for finding in findings:
        if finding.is_fatal and not force:
            raise CannotStart(finding.problem, finding.advice)


def check_port(port: int) -> list[Finding]:
    """Is the port free, on both addresses that ``localhost`` may mean?"""
    addresses = [network.LOOPBACK_4]
    if network.has_ipv6_loopback():
        addresses.append(network.LOOPBACK_6)
    if all(network.is_free(port, address) for address in addresses):
        return []
    holder = network.holder_of(port)
    who = f" by “{holder.name}” (process {holder.pid})" if holder else " by another program"
    return [
        Finding(
            f"Port {port} is taken{who}.",
            f"Stop that program, or choose another port: nbcommons up --port {port + 1}",
            is_fatal=True,
        )
    ]


def check_readable() -> list[Finding]:
    """As root, people's Jupyters run under other accounts: can those use this Python?"""
    if not is_root():
        return []
    command = [*_as_stranger(), sys.executable, "-c", NEEDED_BY_STRANGERS]
    done = subprocess.run(  # noqa: S603 - our own program
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd="/",
        env={"PATH": os.defpath, "HOME": "/nonexistent", "LANG": "C.UTF-8"},
    )
    if done.returncode == 0:
        return []
    closed = _closed_parent(Path(sys.executable)) or _closed_parent(Path(sys.prefix))
    words = (done.stderr.strip() or "no reason given").splitlines()[-1]
    where = f"{closed} is closed to other accounts" if closed else words
    return [
        Finding(
            f"People's Jupyters cannot use this Python: {where}.",
            "Install nbcommons where every account may read it, for example with a virtual "
            "environment below /opt made from /usr/bin/python3.",
            is_fatal=True,
        )
    ]


def check_memory() -> list[Finding]:
    """Is there memory for the parts and at least one Jupyter?"""
    available = available_memory_mb()
    if available is None or available >= COMFORTABLE_MEMORY_MB:
        return []
    is_fatal = available < LEAST_MEMORY_MB
    return [
        Finding(
            f"Only {available} MB of memory are free; a commons with one Jupyter needs "
            f"about {LEAST_MEMORY_MB} MB, with several {COMFORTABLE_MEMORY_MB} MB.",
            "Stop other programs" + (", or start anyway with --force." if is_fatal else "."),
            is_fatal=is_fatal,
        )
    ]


def check_disk(folder: DataFolder) -> list[Finding]:
    """Is there room for the database, the index and people's homes?"""
    free = shutil.disk_usage(folder.root).free >> 20
    if free >= LEAST_DISK_MB:
        return []
    return [
        Finding(
            f"Only {free} MB are free on the disk of {folder.root}.",
            f"Make room for at least {LEAST_DISK_MB} MB, or choose another --data folder.",
            is_fatal=True,
        )
    ]


def check_cluster(folder: DataFolder) -> list[Finding]:
    """Was the database made by the PostgreSQL we bring, and can its account reach it?"""
    found = data_version(folder)
    ours = postgres.major_version()
    if found is not None and found != ours:
        return [
            Finding(
                f"The database in {folder.postgres} was made by PostgreSQL {found}; "
                f"this nbcommons brings PostgreSQL {ours}.",
                f"With the nbcommons that made it, write a backup (pg_dump), then start this "
                f"one with an empty data folder and load the backup. Or keep PostgreSQL "
                f"{found} running yourself and set DATABASE_URL.",
                is_fatal=True,
            )
        ]
    if is_root() and (closed := _closed_parent(folder.root)):
        return [
            Finding(
                f"{closed} is closed to other accounts, so PostgreSQL and people's Jupyters, "
                "which do not run as root, cannot reach the data folder.",
                f"Choose another with --data, or open it: chmod o+x {closed}",
                is_fatal=True,
            )
        ]
    return []


def data_version(folder: DataFolder) -> int | None:
    """Major version of the PostgreSQL that made the folder's database."""
    return postgres.data_version(folder.postgres / "data")


def check_account() -> list[Finding]:
    """Without root, nothing parts one person's Jupyter from another's, or from the site."""
    if is_root():
        return []
    return [
        Finding(
            "Not started as root: everybody's notebooks run under your own account and can "
            "read your files, the site's secrets and each other's work.",
            "Fine for you alone. For several people start it as root: each Jupyter then gets "
            "a user id of its own.",
            is_fatal=False,
        )
    ]


def available_memory_mb() -> int | None:
    """Memory to be had without swapping, within a container's limit; None if not told."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    values = {name: value.split()[0] for name, _, value in (x.partition(":") for x in lines)}
    available = int(values["MemAvailable"]) >> 10
    group = Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text().strip()
        used = int((group / "memory.current").read_text())
    except OSError:
        return available
    return available if limit == "max" else min(available, (int(limit) - used) >> 20)


def _as_stranger() -> list[str]:
    stranger = Account(name="stranger", uid=STRANGER_UID, gid=STRANGER_UID)
    return postgres.exec_prefix(stranger)


def _closed_parent(path: Path) -> Path | None:
    """The outermost folder on the way to ``path`` that other accounts may not enter."""
    resolved = path.resolve()
    for folder in [*reversed(resolved.parents), resolved]:
        if folder.is_dir() and not folder.stat().st_mode & 0o001:
            return folder
    return None
