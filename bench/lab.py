"""What our extension adds to JupyterLab: to its load, to opening a notebook, to its start.

    python bench/lab.py [--rounds 5] [--only start|load] [--python PATH]

Two Jupyters run side by side on one machine, one with the extension and one bare, and are asked
in each round in an order of its own, so that all meet the same load. The site is a stand-in: what
a click takes in the site and the hub is measured by ``opening.py``. Starts are of
``jupyter_server``, without a hub; PATH is the Python of another environment to start them in, as
that of the image (``deploy/image/README.md``).
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from _ratio import compared, shuffled
from _report import report
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from _bare import all_but_ours

from tests.jupyter.conftest import connected_environment
from tests.jupyter.servers import (
    JUPYTER_TOKEN,
    StandInSite,
    free_port,
    is_open,
    notebook_text,
    running_site,
    wait_until,
)

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
UNNEEDED = ("jupyter_lsp", "jupyter_server_terminals", "notebook_shim")
PATIENCE_MS = 120_000
# What the browser fetched of ours, and how long each took; cached or not.
FETCHED = """() => performance.getEntriesByType('resource')
  .filter(entry => entry.name.includes('/@nbcommons/'))
  .map(entry => [entry.decodedBodySize, entry.duration])"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("start", "load"))
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    with running_site(Path(tempfile.mkdtemp())) as site:
        if options.only != "load":
            report("lab_start", starts(site, options.rounds, options.python))
        if options.only != "start":
            report("lab_load", loads(site, options.rounds))


def starts(site: StandInSite, rounds: int, python: str) -> list[dict[str, object]]:
    """Seconds and processor seconds until Jupyter answers, by what it has to load."""
    kinds = {
        "all server extensions": {},
        "without those not needed": dict.fromkeys(UNNEEDED, False),
        "without those, and without ours": dict.fromkeys(
            (*UNNEEDED, "jupyter_nbcommons"), False
        ),
    }
    seen: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for number in range(rounds):
        for kind in shuffled(list(kinds), number):
            began = time.monotonic()
            with jupyter(site, kinds[kind], python=python) as (_url, process):
                seen[kind].append((time.monotonic() - began, cpu_seconds(process.pid)))
    return [
        {
            "start": kind,
            "n": rounds,
            "ready median s": middle(ready for ready, _cpu in times),
            "processor median s": middle(cpu for _ready, cpu in times),
        }
        for kind, times in seen.items()
    ]


def loads(site: StandInSite, rounds: int) -> list[dict[str, object]]:
    """A notebook opened in the bare JupyterLab, in ours, and by our link, in turn."""
    uuid = site.add_notebook("A notebook", notebook_text(*["x = 1"] * 20))
    ours = dict.fromkeys(UNNEEDED, False)
    seen: dict[str, list[float]] = {}
    fetched: list[list[list[float]]] = []
    with (
        jupyter(site, ours) as (url, _process),
        jupyter(site, {**ours, "jupyter_nbcommons": False}, is_bare=True) as (bare, _bare),
        sync_playwright() as browsers,
    ):
        browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        file = "lab/tree/A notebook.ipynb?reset&"
        addresses = {
            "by our link": f"{url}/nbcommons/open?uuid={uuid}&revision=1&",
            "bare JupyterLab": f"{bare}/{file}",
            "JupyterLab with ours": f"{url}/{file}",
        }
        for number in range(rounds + 1):
            for kind in shuffled(list(addresses), number):
                seconds, parts = opened(browser, f"{addresses[kind]}token={JUPYTER_TOKEN}")
                # The first round fills caches of the servers.
                if number:
                    seen.setdefault(kind, []).append(seconds)
                    fetched += [parts] if kind == "JupyterLab with ours" else []
        browser.close()
    base = seen["bare JupyterLab"]
    rows: list[dict[str, object]] = [
        dict(compared(kind, times, base, to="bare JupyterLab")) for kind, times in seen.items()
    ]
    sizes = sum(size for size, _duration in fetched[0])
    return [*rows, {"what": "of ours fetched", "kB": round(sizes / 1000, 1)}]


def opened(browser: Browser, address: str) -> tuple[float, list[list[float]]]:
    """Seconds from a new browser profile's first request to cells that can be seen."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    began = time.monotonic()
    page.goto(address, wait_until="commit")
    page.locator(".jp-NotebookPanel:visible .jp-Cell").first.wait_for()
    seconds = time.monotonic() - began
    parts = page.evaluate(FETCHED)
    context.close()
    return seconds, parts


@contextlib.contextmanager
def jupyter(
    site: StandInSite,
    extensions: dict[str, bool],
    *,
    is_bare: bool = False,
    python: str = sys.executable,
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A JupyterLab with a notebook in a home of its own; its address and its process."""
    home, port = Path(tempfile.mkdtemp()), free_port()
    (home / "A notebook.ipynb").write_text(notebook_text(*["x = 1"] * 20))
    command = [
        python, "-m", "jupyter_server", "--allow-root", "--no-browser",
        "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
        "--ServerApp.base_url=/user/ada/", f"--IdentityProvider.token={JUPYTER_TOKEN}",
        f"--ServerApp.jpserver_extensions={ {'jupyterlab': True, **extensions}!r}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    if is_bare:
        command.append(f"--LabApp.labextensions_path=['{all_but_ours()}']")
    process = subprocess.Popen(
        command,
        cwd=home,
        env=connected_environment(home, site),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: is_open(port), timeout_s=120, what="Jupyter's start")
        yield f"http://127.0.0.1:{port}/user/ada", process
    finally:
        process.kill()
        process.wait()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def middle(values: Iterator[float] | list[float]) -> float:
    return round(statistics.median(values), 2)


if __name__ == "__main__":
    main()
