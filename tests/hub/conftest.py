"""A real hub behind a real traefik; only the site is played by a few lines."""

import contextlib
import json
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nbcommons.launch import data, edge, network, programs
from nbcommons.launch.postgres import exec_prefix

TIMEOUT_S = 60


class Site(ThreadingHTTPServer):
    """Plays the site towards the hub: hands out spawn tokens, remembers what came back."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), SiteHandler)
        self.minted: dict[str, str] = {}  # spawn id -> username
        self.revoked: list[str] = []
        self.posted: list[str] = []  # paths, as soon as a request begins
        self.refuses = False
        self.is_down = False
        self.ends: dict[str, float] = {}  # spawn id -> end, as people put it off
        self.profiles: list[str] = []
        self.ended: set[str] = set()
        self.asked: list[str] = []  # spawn ids of which the hub wanted to know the end
        threading.Thread(target=self.serve_forever, daemon=True).start()


class SiteHandler(BaseHTTPRequestHandler):
    server: Site

    def do_POST(self):
        self.server.posted.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.is_down:
            return self._answer(503, {})
        if self.server.refuses:
            return self._answer(403, {})
        asked = json.loads(body)
        self.server.minted[asked["spawn_id"]] = asked["username"]
        self.server.profiles.append(asked.get("profile", ""))
        self.server.ends[asked["spawn_id"]] = time.time() + asked.get("lifetime_s", 60)
        token = f"nbs_{asked['spawn_id']}"
        expires_at = as_text(self.server.ends[asked["spawn_id"]])
        return self._answer(201, {"token": token, "expires_at": expires_at})

    def do_DELETE(self):
        if self.server.is_down:
            return self._answer(503, {})
        self.server.revoked.append(self.path.rsplit("/", 1)[1])
        return self._answer(204, None)

    def do_GET(self):
        spawn_id = self.path.removeprefix("/internal/hub/spawns/")
        if spawn_id in self.server.ends and self.server.is_down:
            return self._answer(503, {})
        if spawn_id in self.server.ends:
            self.server.asked.append(spawn_id)
            expires_at = as_text(self.server.ends[spawn_id])
            has_ended = spawn_id in self.server.ended
            return self._answer(200, {"expires_at": expires_at, "has_ended": has_ended})
        return self._answer(200, {"path": self.path, "headers": dict(self.headers.items())})

    def _answer(self, status, content):
        self.send_response(status)
        body = b"" if content is None else json.dumps(content).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def as_text(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


@dataclass
class Answer:
    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    def json(self):
        return json.loads(self.text)


@dataclass
class Stage:
    """Hub, traefik and the played site."""

    folder: data.DataFolder
    addresses: edge.Addresses
    keys: data.Secrets
    site: Site
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)

    def start(self, name, program):
        log = (self.folder.logs / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [*exec_prefix(program.account), *program.command],
            env={**program.environment, **self.extra},
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
        log.close()

    def start_edge(self):
        written = edge.write_configuration(
            self.addresses, self.folder, secret=self.keys.edge_secret
        )
        self.start("edge", programs.door(self.folder, self.addresses, written))
        wait_until(lambda: self.door("/", host=self.addresses.site_host).status == 200)

    def start_hub(self):
        site = programs.site_environment(self.folder, self.keys, self.addresses, "none")
        self.start("hub", programs.hub(self.folder, self.keys, self.addresses, site))
        wait_until(lambda: self.door("/jupyter/hub/health").status == 200)

    def stop(self, name, number=signal.SIGTERM):
        process = self.processes.pop(name)
        process.send_signal(number)
        process.wait(timeout=TIMEOUT_S)

    def door(self, path, *, host=None, headers=None, method="GET", body=None) -> Answer:
        """What the only listening door answers, for a host name of our choice."""
        port = self.addresses.door_port
        host = host or self.addresses.jupyter_host
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}",
            headers={"Host": f"{host}:{port}", **(headers or {})},
            method=method,
            data=body,
        )
        return fetch(request)

    def api(self, method, path, token=None, body=None) -> Answer:
        request = urllib.request.Request(
            self.addresses.hub_api + path,
            headers={"Authorization": f"token {token or self.keys.hub_token}"},
            method=method,
            data=json.dumps(body or {}).encode() if method == "POST" else None,
        )
        return fetch(request)

    def spawn(self, name: str, **options: str) -> dict:
        """Start the person's Jupyter and wait for it; returns the hub's words about it."""
        self.api("POST", f"/users/{name}")
        answer = self.api("POST", f"/users/{name}/server", body=options)
        assert answer.status in (201, 202), answer
        wait_until(lambda: self.server(name).get("ready"))
        return self.server(name)

    def server(self, name: str) -> dict:
        return self.api("GET", f"/users/{name}").json().get("servers", {}).get("", {})

    def homes(self) -> list[Path]:
        return list(self.folder.homes.iterdir())

    def log_of(self, name: str) -> str:
        return (self.folder.logs / f"{name}.log").read_text()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def fetch(request) -> Answer:
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=20) as response:
            return Answer(response.status, response.read().decode(), dict(response.headers))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read().decode(), dict(error.headers))
    except OSError as error:
        return Answer(0, str(error))


def wait_until(check, timeout_s=TIMEOUT_S):
    deadline = time.monotonic() + timeout_s
    while not check():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.1)


@contextlib.contextmanager
def make_stage(jupyter_host: str = "127.0.0.1", **extra: str) -> Iterator[Stage]:
    root = Path(tempfile.mkdtemp(prefix="nbc-hub-", dir="/tmp"))
    root.chmod(0o711)
    folder = data.prepare(root / "data")
    door, web, hub, internal = network.free_ports(4)
    addresses = edge.Addresses(
        site=f"http://localhost:{door}",
        jupyter=f"http://{jupyter_host}:{door}/jupyter/",
        door_port=door,
        has_ipv6=network.has_ipv6_loopback() and jupyter_host != "localhost",
        web_port=web,
        hub_port=hub,
        edge_port=internal,
    )
    site = Site(web)
    extra = {"NBCOMMONS_ISOLATION": "none", **extra}
    stage = Stage(folder, addresses, data.load_secrets(folder), site, extra=extra)
    try:
        stage.start_edge()
        stage.start_hub()
        yield stage
    finally:
        for name in ("hub", "edge"):
            if name in stage.processes:
                stage.stop(name)
        site.shutdown()
        site.server_close()
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with make_stage() as found:
        yield found
