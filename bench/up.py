"""How long ``nbcommons up`` takes, and how much memory it needs: first start, later starts, stop.

Run as ``python bench/up.py [--starts 3]``; as root it is what a server sees.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _report import report

from nbcommons.launch import network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=3)
    starts = parser.parse_args().starts
    place = Path(tempfile.mkdtemp(prefix="nbc-bench-", dir="/tmp"))
    place.chmod(0o711)
    try:
        rows = [measure(place / "data", number) for number in range(starts)]
    finally:
        shutil.rmtree(place)
    report("up", rows)


def measure(root: Path, number: int) -> dict[str, Any]:
    """One start and stop: seconds until all is reachable, MB by part, seconds to stop."""
    (port,) = network.free_ports(1)
    command = [sys.executable, "-m", "nbcommons.launch.cli", "up"]
    load = os.getloadavg()[0]
    began = time.monotonic()
    process = subprocess.Popen(
        [*command, "--data", str(root), "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip().startswith("Stop "):
            break
    ready_s = time.monotonic() - began
    time.sleep(2)
    parts = json.loads((root / "running.json").read_text())["parts"]
    memory = {"supervisor": pss_mb(process.pid, with_children=False)}
    memory |= {name: pss_mb(pid, with_children=True) for name, pid in parts.items()}
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    process.wait()
    return {
        "start": "first" if number == 0 else "later",
        "load before": round(load, 1),
        "reachable after s": round(ready_s, 1),
        "stopped after s": round(time.monotonic() - began, 1),
        "all MB": sum(memory.values()),
        **{f"{name} MB": size for name, size in memory.items()},
    }


def pss_mb(pid: int, *, with_children: bool) -> int:
    """Proportional memory of a process, in MB, shared pages counted by share."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return own // 1024 + sum(
        pss_mb(child, with_children=True) for child in (children(pid) if with_children else [])
    )


def children(pid: int) -> list[int]:
    """Processes that ``pid`` has started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(word) for word in found]


if __name__ == "__main__":
    main()
