"""JupyterLab without anything of ours, of the same environment, to compare with."""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.jupyter.servers import free_port, is_open, jupyter_environment, wait_until

OURS = "@nbcommons"
TOKEN = "of-the-bench"
USER = "bob"
START_S = 120
# What our hub leaves out too; the rest of what a plain installation loads.
UNNEEDED = ("jupyter_lsp", "notebook", "notebook_shim")
# A hub that starts nothing and forwards nothing. It is there to be asked who somebody is.
HUB = f"""
from jupyterhub.proxy import Proxy
class Nothing(Proxy):
    async def add_route(self, routespec, target, data): self.routes[routespec] = \\
        {{"routespec": routespec, "target": target, "data": data}}
    async def delete_route(self, routespec): self.routes.pop(routespec, None)
    async def get_all_routes(self): return self.routes
    routes = {{}}
    should_start = False
c.JupyterHub.proxy_class = Nothing
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.bind_url = "http://127.0.0.1:PUBLIC/"
c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.hub_port = HUB
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.services = [{{"name": "bench", "api_token": "{TOKEN}"}}]
c.JupyterHub.load_roles = [{{"name": "user", "scopes": ["self"]}}, {{
    "name": "bench", "services": ["bench"],
    "scopes": ["access:servers", "admin:users", "users:activity"]}}]
c.JupyterHub.load_groups = {{"all": {{"users": ["{USER}"]}}}}
"""


@dataclass(frozen=True, slots=True)
class Bare:
    """A running one. base: its address, with a slash at the end."""

    base: str
    process: "subprocess.Popen[bytes]"

    def address(self, name: str) -> str:
        """Where its JupyterLab shows a file, whoever is asking."""
        return f"{self.base}lab/tree/{name}?token={TOKEN}"


@contextlib.contextmanager
def plain(home: Path, *, is_lean: bool) -> Iterator[Bare]:
    """JupyterLab as somebody starts it on their own machine."""
    port = free_port()
    command = [sys.executable, "-m", "jupyter_server", f"--IdentityProvider.token={TOKEN}"]
    options = [f"--port={port}", "--ServerApp.port_retries=0", *_options(is_lean=is_lean)]
    with _started([*command, *options], home, port) as process:
        yield Bare(f"http://127.0.0.1:{port}/", process)


@contextlib.contextmanager
def hub() -> Iterator[int]:
    """The hub that a single-user server asks; the port of its own address."""
    folder, port, public = Path(tempfile.mkdtemp()), free_port(), free_port()
    config = folder / "jupyterhub_config.py"
    config.write_text(HUB.replace("PUBLIC", str(public)).replace("= HUB", f"= {port}"))
    command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
    with _started(command, folder, port, JUPYTERHUB_CRYPT_KEY="0" * 64):
        yield port


@contextlib.contextmanager
def singleuser(home: Path, hub_port: int, port: int, *, is_lean: bool) -> Iterator[Bare]:
    """``jupyterhub-singleuser``, started with what a hub would give to it and nothing more."""
    hub_url, prefix = f"http://127.0.0.1:{hub_port}/hub/", f"/user/{USER}/"
    environment = {
        "JUPYTERHUB_API_TOKEN": TOKEN,
        "JUPYTERHUB_API_URL": f"{hub_url}api",
        "JUPYTERHUB_ACTIVITY_URL": f"{hub_url}api/users/{USER}/activity",
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_CLIENT_ID": f"jupyterhub-user-{USER}",
        "JUPYTERHUB_HOST": "",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": json.dumps(["access:servers"]),
        "JUPYTERHUB_OAUTH_CALLBACK_URL": f"{prefix}oauth_callback",
        "JUPYTERHUB_SERVER_NAME": "",
        "JUPYTERHUB_SERVICE_PREFIX": prefix,
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}{prefix}",
        "JUPYTERHUB_USER": USER,
        "JUPYTERHUB_ALLOW_TOKEN_IN_URL": "1",
    }
    command = [sys.executable, "-m", "jupyterhub.singleuser", *_options(is_lean=is_lean)]
    with _started(command, home, port, **environment) as process:
        yield Bare(f"http://127.0.0.1:{port}{prefix}", process)


def all_but_ours() -> str:
    """A folder with links to every lab extension that is installed but ours."""
    folder = Path(tempfile.mkdtemp())
    for manifest in Path(sys.prefix, "share/jupyter/labextensions").glob("**/package.json"):
        name = json.loads(manifest.read_text("utf-8")).get("name", "")
        if "jupyterlab" in manifest.read_text("utf-8") and not name.startswith(OURS):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                target.symlink_to(manifest.parent)
    return str(folder)


def _options(*, is_lean: bool) -> list[str]:
    # News and looks for updates go to the network, whose moods are not what is measured.
    extensions = {"jupyterlab": True, "jupyter_nbcommons": False}
    lean = []
    if is_lean:
        extensions |= dict.fromkeys(UNNEEDED, False)
        lean = ["--ServerApp.tornado_settings={'page_config_data': {'buildCheck': False}}"]
    return [
        *lean,
        "--allow-root", "--no-browser", "--ip=127.0.0.1",
        f"--ServerApp.jpserver_extensions={extensions!r}",
        f"--LabApp.labextensions_path=['{all_but_ours()}']",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip


@contextlib.contextmanager
def _started(
    command: list[str], home: Path, port: int, **more: str
) -> Iterator["subprocess.Popen[bytes]"]:
    with (home / ".log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=home,
            env=jupyter_environment(home, PYTHONDONTWRITEBYTECODE="1", **more),
            stdout=log,
            stderr=log,
        )
    try:
        wait_until(lambda: process.poll() is not None or is_open(port), timeout_s=START_S)
        if process.poll() is not None:
            raise SystemExit(f"it did not start: {(home / '.log').read_text()[-2000:]}")
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()
        process.wait()
