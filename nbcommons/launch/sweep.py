"""Clears what a killed commons left running, before a new one starts on the same folder."""

import contextlib
import os
import signal
import time
from pathlib import Path

from nbcommons.launch.data import DataFolder
from nbcommons_hub import groups, homes

# Every process of ours carries the folder it works for. People's Jupyters do not: they are
# known by their homes.
MARK = "NBCOMMONS_FOLDER"
PATIENCE_S = 20.0
POLL_S = 0.1


def mark(folder: DataFolder) -> dict[str, str]:
    """What makes a child recognisable as one of this folder's."""
    return {MARK: str(folder.root)}


def leftovers(folder: DataFolder) -> list[int]:
    """Processes of an earlier run on this folder. The folder's lock must be held."""
    wanted = f"{MARK}={folder.root}".encode()
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def clear(folder: DataFolder) -> tuple[int, int]:
    """End processes and wipe homes of an earlier run; returns how many of each.

    They have been told to end when their supervisor died, and get some time for it: the hub
    stops Jupyters and PostgreSQL writes its files. Then they are killed.
    """
    pids = leftovers(folder)
    deadline = time.monotonic() + PATIENCE_S
    while (running := leftovers(folder)) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    for pid in running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    stale = homes.every(folder.homes)
    where = groups.place() if stale else None
    for home in stale:
        homes.wipe(home, where)
    return len(pids), len(stale)
