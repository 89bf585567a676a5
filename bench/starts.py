"""Twenty people press Run at once: do all get in, how long does it take, does the site stay quick?

    python bench/starts.py [--people 20]

A whole commons is started (as root it is what a server sees), with people, one notebook and a
session for each. Beside them one reader asks for the notebook's page again and again, before and
during the starts; both figures are of the same run.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from _report import report

from nbcommons.launch import network

QUIET_S = 20.0
PATIENCE_S = 900.0
# Runs inside the site's own process: people, a notebook for all of them, and their sessions.
FILL = """
import json, sys
from datetime import UTC, datetime
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from nbcommons.core.actor import Actor
from nbcommons.intake.operations.bulk import import_notebook
from nbcommons.people.models import Person
from nbcommons.rendering.operations import render_missing
system = Actor.system("bench")
author = Person.objects.create(username="author", full_name="An Author")
cells = [{"cell_type": "markdown", "metadata": {}, "source": "# Figures of the month"}]
for number in range(40):
    source = f"values = [x ** 2 for x in range({number})]\\nsum(values)"
    code = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    cells.append(code | {"source": source})
document = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
import_notebook(system, owner_id=author.pk, raw=json.dumps(document).encode(),
    file_name="Figures.ipynb", origin="bench/1", visibility="everyone", at=datetime.now(UTC))
render_missing(system, limit=1)
engine = import_module(settings.SESSION_ENGINE)
sessions = []
for number in range(COUNT + 1):
    person = Person.objects.create(username=f"person{number}", full_name=f"Person {number}")
    session = engine.SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    sessions.append(session.session_key)
from nbcommons.notebooks.models import Notebook
found = Notebook.objects.get(title__startswith="Figures")
filled = {"sessions": sessions, "uuid": str(found.uuid)}
print("FILLED " + json.dumps(filled | {"cookie": settings.SESSION_COOKIE_NAME}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    people = parser.parse_args().people
    place = Path(tempfile.mkdtemp(prefix="nbc-bench-", dir="/tmp"))
    place.chmod(0o711)
    (port,) = network.free_ports(1)
    load = os.getloadavg()[0]
    process = start(place / "data", port)
    try:
        filled = fill(place / "data", people)
        rows = measure(f"http://localhost:{port}", filled, people, place / "data")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        shutil.rmtree(place)
    report("starts", [{**row, "load before": round(load, 1)} for row in rows])


def start(root: Path, port: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "nbcommons.launch.cli", "up"]
    process = subprocess.Popen(
        [*command, "--data", str(root), "--port", str(port)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip().startswith("Stop "):
            break
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return process


def fill(root: Path, people: int) -> dict[str, Any]:
    code = FILL.replace("COUNT", str(people))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "nbcommons.launch.cli",
            "--data",
            str(root),
            "shell",
            "-c",
            code,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"FILLED (.*)", done.stdout)
    if found is None:
        raise SystemExit(f"nothing was filled in: {done.stdout}\n{done.stderr}")
    return dict(json.loads(found[1]))


def measure(site: str, filled: dict[str, Any], people: int, root: Path) -> list[dict[str, Any]]:
    """Page times before and during, time from the press to ready for everybody."""
    reader = Reader(site, filled)
    before = reader.read_for(QUIET_S)
    during: list[float] = []
    over = threading.Event()
    watch = threading.Thread(target=reader.read_until, args=(over, during))
    memory = Memory(root)
    watch.start()
    memory.start()
    with ThreadPoolExecutor(people) as pool:
        presses = [
            pool.submit(press, site, filled, number, time.monotonic())
            for number in range(people)
        ]
        waits = [press.result() for press in presses]
    over.set()
    watch.join()
    most_mb = memory.stop()
    ready = sorted(wait["ready_s"] for wait in waits if wait["ready_s"] is not None)
    return [
        {
            "people": people,
            "got in": len(ready),
            "saw their place": sum(wait["was_in_line"] for wait in waits),
            "first s": round(ready[0], 1),
            "half s": round(statistics.median(ready), 1),
            "last s": round(ready[-1], 1),
            "page p50 ms before": ms(before, 50),
            "page p95 ms before": ms(before, 95),
            "page p50 ms during": ms(during, 50),
            "page p95 ms during": ms(during, 95),
            "pages during": len(during),
            "memory MB": most_mb,
        }
    ]


def ms(walls: list[float], percent: int) -> float:
    return round(1000 * statistics.quantiles(walls, n=100)[percent - 1], 1)


class Reader:
    """Somebody who reads the notebook's page, ten times a second at most."""

    def __init__(self, site: str, filled: dict[str, Any]) -> None:
        self.http = client(site, filled, 0)
        self.path = f"/notebooks/{filled['uuid']}/"

    def read(self) -> float:
        began = time.perf_counter()
        answer = self.http.get(self.path)
        answer.raise_for_status()
        assert "Figures" in answer.text
        return time.perf_counter() - began

    def read_for(self, seconds: float) -> list[float]:
        self.read()
        walls = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            walls.append(self.read())
            time.sleep(0.1)
        return walls

    def read_until(self, over: threading.Event, walls: list[float]) -> None:
        while not over.is_set():
            walls.append(self.read())
            time.sleep(0.1)


class Memory(threading.Thread):
    """The most memory (MB) that the machine used beyond what it did at the start."""

    def __init__(self, root: Path) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.first = available_mb()
        self.least = self.first
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(1):
            self.least = min(self.least, available_mb())

    def stop(self) -> int:
        self.is_over.set()
        return self.first - self.least


def available_mb() -> int:
    text = Path("/proc/meminfo").read_text()
    found = re.search(r"MemAvailable:\s+(\d+)", text)
    assert found is not None
    return int(found[1]) >> 10


def client(site: str, filled: dict[str, Any], number: int) -> httpx.Client:
    cookies = {filled["cookie"]: filled["sessions"][number]}
    return httpx.Client(base_url=site, cookies=cookies, timeout=60, trust_env=False)


def press(site: str, filled: dict[str, Any], number: int, began: float) -> dict[str, Any]:
    """One person presses Run and waits on the page as a browser does."""
    run = f"/notebooks/{filled['uuid']}/run/"
    was_in_line = False
    with client(site, filled, number + 1) as http:
        page = http.get(f"/notebooks/{filled['uuid']}/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1]}
        answer = http.post(run, data=form, headers={"Origin": site})
        while time.monotonic() - began < PATIENCE_S:
            if not (answer.is_success or answer.is_redirect) or "did not start" in answer.text:
                print(f"person{number}: {answer.status_code} {answer.text[:2000]}")
                return {"ready_s": None, "was_in_line": was_in_line}
            was_in_line |= " in line" in answer.text
            if is_ready(answer):
                return {"ready_s": time.monotonic() - began, "was_in_line": was_in_line}
            time.sleep(1)
            answer = http.get(run, params={"part": "progress"}, headers={"HX-Request": "true"})
    return {"ready_s": None, "was_in_line": was_in_line}


def is_ready(answer: httpx.Response) -> bool:
    """The page leads on to Jupyter."""
    away = answer.headers.get("HX-Redirect", "") + answer.headers.get("Location", "")
    return "oauth_login" in away or "Your Jupyter is ready" in answer.text


if __name__ == "__main__":
    main()
