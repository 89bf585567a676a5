"""The parts of a commons: with which command each starts, as whom, and when it is ready."""

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from nbcommons.launch import edge, network, postgres
from nbcommons.launch.accounts import Account, is_root
from nbcommons.launch.data import DataFolder, Secrets
from nbcommons.launch.edge import Addresses

SETTINGS_MODULE = "nbcommons.config.settings.production"
# Served on the internal port too, without a person.
SITE_ANSWERS = "/.well-known/openid-configuration"
WEB_WORKERS = 2
WEB_THREADS = 4
# Settings of the operator that every part of the site may read. Anything else of the caller's
# environment stays outside: it may hold secrets that are none of ours.
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
KEPT_PREFIXES = ("NBCOMMONS_", "DJANGO_", "EMAIL_", "OTEL_")
PROXY_NAMES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

Check = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Program:
    """One process that the supervisor keeps alive."""

    name: str
    label: str  # for people
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    is_ready: Check
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout_s: float = 10.0
    start_timeout_s: float = 60.0
    # A part that people cannot do without: when it gives up, everything stops.
    is_vital: bool = True

    def with_environment(self, environment: Mapping[str, str]) -> "Program":
        return replace(self, environment=environment)


def site_environment(
    folder: DataFolder, keys: Secrets, addresses: Addresses, database_url: str
) -> dict[str, str]:
    """What web, worker and commands of the site read."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or name in PROXY_NAMES or name.startswith(KEPT_PREFIXES)
    }
    return {
        "LANG": "C.UTF-8",
        **kept,
        "PATH": program_path(),
        "HOME": str(folder.site),
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE),
        "DATABASE_URL": database_url,
        "NBCOMMONS_DATA": str(folder.site),
        "NBCOMMONS_SITE_URL": addresses.site,
        "NBCOMMONS_JUPYTER_URL": addresses.jupyter,
        "NBCOMMONS_INTERNAL_URL": addresses.internal,
        "NBCOMMONS_HUB_API_URL": addresses.hub_api,
        "NBCOMMONS_SECRET_KEY": keys.secret_key,
        "NBCOMMONS_HUB_SECRET": keys.hub_secret,
        "NBCOMMONS_HUB_TOKEN": keys.hub_token,
        "NBCOMMONS_OIDC_CLIENT_SECRET": keys.oidc_client_secret,
        "NBCOMMONS_EDGE_SECRET": keys.edge_secret,
        "NBCOMMONS_OIDC_KEY_FILE": str(folder.oidc_key),
    }


def program_path() -> str:
    """PATH of our children: this environment's programs first."""
    return os.pathsep.join(
        (str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")
    )


def database(cluster: postgres.Cluster) -> Program:
    """PostgreSQL of our own."""

    async def is_ready() -> bool:
        return await postgres.answers(cluster)

    return Program(
        name="postgres",
        label="Database",
        command=tuple(postgres.server_command(cluster)),
        environment=postgres.environment(),
        is_ready=is_ready,
        account=cluster.account,
        stop_signal=signal.SIGINT,  # fast: ends connections, keeps every commit
        stop_timeout_s=20,
        start_timeout_s=postgres.START_TIMEOUT_S,
    )


def web(folder: DataFolder, addresses: Addresses, environment: Mapping[str, str]) -> Program:
    """The site."""

    async def is_ready() -> bool:
        status = await network.status_of(addresses.web_port, SITE_ANSWERS)
        return status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR

    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--host", network.LOOPBACK_4, "--port", str(addresses.web_port)]
    command += ["--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS)]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "5"]
    command += ["--log-level", "warning", "nbcommons.config.wsgi:application"]
    return Program(
        name="web",
        label="Site",
        command=tuple(command),
        environment=environment,
        is_ready=is_ready,
        account=folder.site_account,
    )


def worker(folder: DataFolder, environment: Mapping[str, str]) -> Program:
    """Jobs of the site, and the search index, which has one writer."""

    async def is_ready() -> bool:
        return True  # it takes jobs when it has started; nobody waits for it

    return Program(
        name="worker",
        label="Jobs",
        command=(sys.executable, "-m", "nbcommons.launch.manage", "worker"),
        environment=environment,
        is_ready=is_ready,
        account=folder.site_account,
        stop_timeout_s=15,
        is_vital=False,
    )


def door(folder: DataFolder, addresses: Addresses, configuration: Path) -> Program:
    """traefik, the only listening door."""

    async def is_ready() -> bool:
        return await network.status_of(addresses.edge_port, "/ping") == HTTPStatus.OK

    return Program(
        name="edge",
        label="Door",
        command=(str(edge.binary()), "--configfile", str(configuration)),
        environment={"PATH": program_path(), "HOME": "/", "GOMAXPROCS": "2", "GOGC": "50"},
        is_ready=is_ready,
        account=folder.site_account,
        stop_timeout_s=5,
    )


def hub(
    folder: DataFolder, keys: Secrets, addresses: Addresses, site: Mapping[str, str]
) -> Program:
    """JupyterHub, which starts people's Jupyters."""
    path = urlsplit(addresses.jupyter).path

    async def is_ready() -> bool:
        status = await network.status_of(addresses.hub_port, f"{path}hub/health")
        return status == HTTPStatus.OK

    configuration = resources.files("nbcommons_hub") / "jupyterhub_config.py"
    shared = (
        "NBCOMMONS_SITE_URL",
        "NBCOMMONS_JUPYTER_URL",
        "NBCOMMONS_INTERNAL_URL",
        "NBCOMMONS_ISOLATION",
        "NBCOMMONS_ISOLATION_SEES",
        "NBCOMMONS_PROFILES",
    )
    environment = {
        name: value
        for name, value in site.items()
        if name in {*KEPT, *PROXY_NAMES, *shared} or name.startswith("NBCOMMONS_ENVIRONMENT_")
    }
    environment |= {
        "PATH": program_path(),
        "HOME": str(folder.hub),
        "NBCOMMONS_HUB_FOLDER": str(folder.hub),
        "NBCOMMONS_HOMES": str(folder.homes),
        "NBCOMMONS_HUB_PORT": str(addresses.hub_port),
        "NBCOMMONS_HUB_SECRET": keys.hub_secret,
        "NBCOMMONS_HUB_TOKEN": keys.hub_token,
        "NBCOMMONS_CULLER_TOKEN": keys.culler_token,
        "NBCOMMONS_OIDC_CLIENT_SECRET": keys.oidc_client_secret,
        "NBCOMMONS_EDGE_API_URL": addresses.edge_api,
        "NBCOMMONS_EDGE_PASSWORD": keys.edge_password,
        "NBCOMMONS_EDGE_ROUTES": str(folder.edge / "dynamic" / "hub.toml"),
        "NBCOMMONS_EDGE_GID": str(folder.site_account.gid if folder.site_account else -1),
    }
    return Program(
        name="hub",
        label="Jupyter",
        command=(sys.executable, "-m", "jupyterhub", "--config", str(configuration)),
        environment=environment,
        is_ready=is_ready,
        stop_timeout_s=40,
        is_vital=False,
    )


def culler(
    folder: DataFolder, keys: Secrets, addresses: Addresses, *, idle_s: int, lifetime_s: int
) -> Program:
    """What stops Jupyters that nobody uses or that are past their lifetime.

    Beside the hub, not below it: it would outlive a hub that is killed.
    """

    async def is_ready() -> bool:
        return True

    every = max(5, min(60, idle_s // 4, lifetime_s // 4))
    command = [sys.executable, "-m", "jupyterhub_idle_culler", "--url", addresses.hub_api]
    command += [f"--timeout={idle_s}", f"--max-age={lifetime_s}", f"--cull-every={every}"]
    environment = {
        "PATH": program_path(),
        "HOME": str(folder.site) if is_root() else str(folder.hub),
        "JUPYTERHUB_API_TOKEN": keys.culler_token,
    }
    return Program(
        name="culler",
        label="Closing idle Jupyters",
        command=tuple(command),
        environment=environment,
        is_ready=is_ready,
        account=folder.site_account,
        is_vital=False,
    )
