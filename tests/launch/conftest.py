"""A whole commons, started by the one command as a person would."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from nbcommons.launch import network

START_S = 150
STOP_S = 60


@dataclass
class Running:
    """One ``nbcommons up`` under test."""

    root: Path
    port: int
    process: subprocess.Popen
    lines: list[str] = field(default_factory=list)

    @property
    def site(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def jupyter(self) -> str:
        return f"http://127.0.0.1:{self.port}/jupyter/"

    @property
    def first_link(self) -> str:
        return re.search(r"(http://\S+/join/\S+)", "\n".join(self.lines))[1]

    def pids(self) -> dict[str, int]:
        return json.loads((self.root / "running.json").read_text())["parts"]

    def await_ready(self) -> "Running":
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.strip().startswith("Stop "):
                return self
        self.process.wait(timeout=10)
        raise AssertionError("\n".join(["did not start:", *self.lines]))

    def stop(self, number=signal.SIGTERM) -> int:
        self.process.send_signal(number)
        with contextlib.suppress(ValueError):
            self.lines += self.process.stdout.read().splitlines()
        return self.process.wait(timeout=STOP_S)

    def command(self, *arguments: str) -> subprocess.CompletedProcess:
        return nbcommons("--data", str(self.root), *arguments)


def nbcommons(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "nbcommons.launch.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=START_S,
        env=clean_environment(**environment),
    )


def clean_environment(**extra: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NBCOMMONS_", "DJANGO_", "DATABASE_", "PYTEST_"))
    }
    return {**kept, **extra}


def start(root: Path, port: int, *prefix: str, **environment: str) -> Running:
    command = [*prefix, sys.executable, "-m", "nbcommons.launch.cli", "up"]
    process = subprocess.Popen(
        [*command, "--data", str(root), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=clean_environment(PYTHONUNBUFFERED="1", **environment),
        start_new_session=True,
    )
    return Running(root, port, process)


@contextlib.contextmanager
def place() -> Iterator[Path]:
    """A folder that other accounts may pass through, as /var/lib is."""
    found = Path(tempfile.mkdtemp(prefix="nbc-up-", dir="/tmp"))
    found.chmod(0o711)
    try:
        yield found
    finally:
        shutil.rmtree(found, ignore_errors=True)


@contextlib.contextmanager
def commons_up(*prefix: str, **environment: str) -> Iterator[Running]:
    with place() as folder:
        (port,) = network.free_ports(1)
        running = start(folder / "data", port, *prefix, **environment)
        try:
            yield running.await_ready()
        finally:
            if running.process.poll() is None:
                running.stop()
            running.process.stdout.close()


@pytest.fixture(scope="package")
def commons() -> Iterator[Running]:
    with commons_up() as running:
        yield running


class Person:
    """Somebody at a browser: cookies, forms, and nothing that the pages do not offer."""

    def __init__(self, commons: Running, name: str) -> None:
        self.commons = commons
        self.name = name
        self.password = f"a long password of {name}"
        self.web = httpx.Client(follow_redirects=True, timeout=60)

    def send(self, url: str, **fields: str) -> httpx.Response:
        page = self.web.get(url)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
        return self.web.post(
            str(page.url),
            data={"csrfmiddlewaretoken": token, **fields},
            headers={"Origin": self.commons.site, "Referer": str(page.url)},
        )

    def join(self, link: str) -> "Person":
        answer = self.send(
            link,
            full_name=self.name.title(),
            username=self.name,
            email=f"{self.name}@example.org",
            password=self.password,
        )
        assert answer.status_code == 200, answer
        assert "/join/" not in str(answer.url), answer.text
        return self

    def sign_in(self) -> "Person":
        self.send(f"{self.commons.site}/sign-in/", login=self.name, password=self.password)
        return self

    def sign_out(self) -> httpx.Response:
        return self.send(f"{self.commons.site}/sign-out/")

    def open_jupyter(self) -> httpx.Response:
        """Follow the run link and wait until our own Jupyter answers."""
        path = f"/jupyter/user/{self.name}/lab"
        asked = httpx.QueryParams({"next": "/jupyter/hub/user-redirect/lab"})
        began = time.monotonic()
        answer = self.web.get(f"{self.commons.jupyter}hub/oauth_login?{asked}")
        while not str(answer.url).split("?")[0].endswith(path):
            assert time.monotonic() - began < 90, answer.url
            assert answer.status_code < 500, answer.text
            time.sleep(0.3)
            answer = self.web.get(
                f"{self.commons.jupyter}hub/oauth_login?{asked}"
                if "spawn-pending" not in str(answer.url)
                else str(answer.url)
            )
        return answer

    def close(self) -> None:
        self.web.close()


@pytest.fixture(scope="package")
def newcomer(commons) -> Iterator[Callable[[str], Person]]:
    """Makes people: the first through the first link, others through an invitation."""
    made: list[Person] = []

    def make(name: str) -> Person:
        if not made:
            person = Person(commons, name).join(commons.first_link)
        else:
            said = commons.command("person", "invite").stdout
            person = Person(commons, name).join(re.search(r"http\S+", said)[0])
        made.append(person)
        return person

    yield make
    for person in made:
        person.close()
