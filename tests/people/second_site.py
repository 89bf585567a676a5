"""A whole second site in processes of its own, which signs people in to the first."""

import html
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

ROOT = Path(__file__).parents[2]
PASSWORD = "a long enough secret"
START_S = 60


@dataclass(frozen=True)
class SecondSite:
    """A running site with people of its own."""

    url: str
    environment: dict[str, str]
    browsers: dict[str, httpx.Client] = field(default_factory=dict)

    def manage(self, *words: str, typed: str = "") -> str:
        """What one of its commands prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def add_person(self, username: str, **options: str) -> None:
        words = [f"--{name}={value}" for name, value in options.items()]
        self.manage(
            "person", "create", username, *words, "--password-stdin", typed=f"{PASSWORD}\n"
        )

    def add_client(self, redirect_uri: str) -> tuple[str, str]:
        """Register the first site with this one: client id and secret."""
        told = self.manage("identity_client", "add", "First", "--redirect-uri", redirect_uri)
        found = re.findall(r"client_(?:id|secret): (\S+)", told)
        return found[0], found[1]

    def sign_in_at(self, address: str, username: str) -> httpx.Response:
        """Follow ``address`` in the browser of ``username``; the answer that leads away from here.

        They sign in the first time, as a form asks them to; later their session is known.
        """
        browser = self.browsers.get(username)
        if browser is None:
            browser = self.browsers[username] = httpx.Client(base_url=self.url, timeout=20)
            form = browser.get(address, follow_redirects=True).text
            fields = dict(
                re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
            )
            answer = browser.post(
                "/sign-in/",
                data=fields
                | {
                    "next": html.unescape(fields["next"]),
                    "login": username,
                    "password": PASSWORD,
                },
                headers={"Origin": self.url},
            )
        else:
            answer = browser.get(address)
        while (target := _next_here(answer)) is not None:
            answer = browser.get(target)
        return answer


def _next_here(answer: httpx.Response) -> str | None:
    """Where on the same site ``answer`` leads on by itself; None if nowhere."""
    if answer.is_redirect:
        target = answer.headers["Location"]
        return target if target.startswith("/") else None
    onward = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
    return html.unescape(onward.group(1)) if onward else None


@contextmanager
def second_site(database_url: str, folder: Path) -> Iterator[SecondSite]:
    """Start one beside the database of the tests, and end it."""
    parts = urlsplit(database_url)
    name = f"second_{os.getpid()}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    port = _free_port()
    # Another host name than that of the first site: cookies do not tell ports apart.
    url = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DJANGO_SETTINGS_MODULE": "nbcommons.config.settings.dev",
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
        "NBCOMMONS_DATA": str(folder),
        "NBCOMMONS_SITE_URL": url,
        "NBCOMMONS_LOG_LEVEL": "ERROR",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
    }
    site = SecondSite(url, environment)
    site.manage("migrate", "--verbosity=0")
    site.manage("setup_site")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"{url}/.well-known/openid-configuration")
        yield site
    finally:
        for browser in site.browsers.values():
            browser.close()
        process.terminate()
        process.wait(10)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(url)
