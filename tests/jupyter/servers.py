"""Real servers for the tests of the Jupyter side: a stand-in site, and Jupyter itself."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

HERE = Path(__file__).parent
SPAWN_TOKEN = "nbs_of-this-test"
JUPYTER_TOKEN = "the-persons-own"


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def wait_until(is_true: Callable[[], Any], *, timeout_s: float = 15, what: str = "it") -> Any:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if value := is_true():
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what} did not happen within {timeout_s} s")


def notebook_text(*sources: str, **metadata: Any) -> str:
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {
            "cells": cells,
            "metadata": {"kernelspec": kernel, **metadata},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


class StandInSite:
    """The stand-in site as a process that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.forget()

    def forget(self) -> None:
        """Begin anew: no notebooks, no events, good behaviour."""
        for path in self.folder.iterdir():
            path.unlink()
        self.behave(token=SPAWN_TOKEN, notebooks={})

    def behave(self, **changes: Any) -> None:
        path = self.folder / "site.json"
        state = json.loads(path.read_text()) if path.exists() else {}
        new = path.with_suffix(".new")
        new.write_text(json.dumps({**state, **changes}))
        new.replace(path)

    def add_notebook(self, title: str, *versions: str, **more: Any) -> str:
        uuid = str(uuid4())
        notebooks = json.loads((self.folder / "site.json").read_text())["notebooks"]
        texts = {str(number): text for number, text in enumerate(versions, 1)}
        notebooks[uuid] = {"title": title, "versions": texts, **more}
        self.behave(notebooks=notebooks)
        return uuid

    def add_version(self, uuid: str, text: str) -> None:
        notebooks = json.loads((self.folder / "site.json").read_text())["notebooks"]
        versions = notebooks[uuid]["versions"]
        versions[str(len(versions) + 1)] = text
        self.behave(notebooks=notebooks)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "stand_in_site.py"), str(self.folder), str(self.port)]
        )
        wait_until(lambda: is_open(self.port), what="the stand-in site's start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def events(self) -> list[dict[str, Any]]:
        return self._lines("events.jsonl")

    def batch_sizes(self) -> list[int]:
        return [line["size"] for line in self._lines("batches.jsonl")]

    def requests(self) -> list[str]:
        """What was asked, without what a Jupyter asks about itself now and then."""
        asked = [f"{line['method']} {line['path']}" for line in self._lines("requests.jsonl")]
        return [one for one in asked if " /api/v1/me/" not in one]

    def told(self) -> list[dict[str, Any]]:
        """What Jupyters said of themselves."""
        return self._lines("told.jsonl")

    def drafts(self) -> list[dict[str, Any]]:
        return self._lines("drafts.jsonl")

    def _lines(self, name: str) -> list[dict[str, Any]]:
        path = self.folder / name
        if not path.exists():
            return []
        # The site may be writing the last one at this moment.
        whole, _, _ = path.read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]


class RunningJupyter:
    """A real Jupyter Server with the extension, as a process of its own."""

    def __init__(
        self,
        folder: Path,
        environment: dict[str, str],
        *,
        with_lab: bool,
        with_notebook: bool = False,
    ) -> None:
        self.home = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/user/ada"
        self.log = folder / ".server.log"
        self.private_folder = folder / ".local/share/nbcommons"
        self._environment = environment
        self._with_lab = with_lab
        self._with_notebook = with_notebook
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        extensions = {
            "jupyter_nbcommons": True,
            "jupyterlab": self._with_lab,
            "jupyter_lsp": False,
            "jupyter_server_terminals": False,
            "notebook_shim": self._with_notebook,
            **({"notebook": True} if self._with_notebook else {}),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "jupyter_server",
                    "--allow-root", "--no-browser", "--ip=127.0.0.1",
                    f"--port={self.port}", "--ServerApp.port_retries=0",
                    "--ServerApp.base_url=/user/ada/",
                    f"--IdentityProvider.token={JUPYTER_TOKEN}",
                    f"--ServerApp.jpserver_extensions={extensions!r}",
                    "--LabApp.news_url=None",
                    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                ],
                cwd=self.home,
                env=self._environment,
                stdout=log,
                stderr=log,
            )  # fmt: skip
        wait_until(lambda: is_open(self.port), timeout_s=60, what="Jupyter's start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """End it as the hub does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=20)
            self.process = None

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"token {JUPYTER_TOKEN}"}
        return httpx.Client(headers=headers, timeout=30, trust_env=False)

    def open(self, uuid: str, **query: Any) -> httpx.Response:
        with self.client() as client:
            return client.get(f"{self.url}/nbcommons/open", params={"uuid": uuid, **query})

    def report(self, *events: dict[str, Any]) -> httpx.Response:
        with self.client() as client:
            return client.post(f"{self.url}/nbcommons/executions", json={"events": events})

    def status(self) -> dict[str, Any]:
        with self.client() as client:
            return client.get(f"{self.url}/nbcommons/status").json()

    def notebooks(self) -> list[str]:
        return sorted(path.name for path in self.home.glob("*.ipynb"))


def is_open(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def jupyter_environment(home: Path, **more: str) -> dict[str, str]:
    """A clean environment of a person's Jupyter; the site's names only when given."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    packages = HERE.parents[1] / "packages"
    paths = [str(packages / name) for name in ("jupyter", "client", "ipynb")]
    return {
        **kept,
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join(paths),
        "JUPYTER_PLATFORM_DIRS": "1",
        **more,
    }


@contextlib.contextmanager
def running_site(folder: Path) -> Iterator[StandInSite]:
    site = StandInSite(folder)
    site.start()
    try:
        yield site
    finally:
        site.kill()


@contextlib.contextmanager
def running_jupyter(
    home: Path,
    environment: dict[str, str],
    *,
    with_lab: bool = False,
    with_notebook: bool = False,
) -> Iterator[RunningJupyter]:
    jupyter = RunningJupyter(home, environment, with_lab=with_lab, with_notebook=with_notebook)
    jupyter.start()
    try:
        yield jupyter
    finally:
        jupyter.kill()


def event(**changes: Any) -> dict[str, Any]:
    """A sound report of one run, as JupyterLab sends it."""
    return {
        "id": str(uuid4()),
        "notebook": str(uuid4()),
        "revision": 3,
        "cell": {"fingerprint": "d41d8cd98f00b204e9800998ecf8427e", "id": "cell-1", "index": 0},
        "success": True,
        "runtime_ms": 1200,
        "at": "2026-11-22T10:00:00.000Z",
        **changes,
    }
