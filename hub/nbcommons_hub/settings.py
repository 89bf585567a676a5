"""What the hub is told by its environment, read once."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from nbcommons.runtime.profiles import Profile, read_profiles


@dataclass(frozen=True, slots=True)
class HubSettings:
    """Addresses end as written: ``jupyter_url`` with a slash, all others without."""

    site_url: str
    jupyter_url: str  # public
    internal_url: str  # the site, server to server
    hub_port: int
    folder: Path  # the hub's own state
    homes: Path
    hub_secret: str = field(repr=False)
    site_token: str = field(repr=False)
    culler_token: str = field(repr=False)
    oidc_client_secret: str = field(repr=False)
    edge_api_url: str
    edge_password: str = field(repr=False)
    edge_routes: Path
    edge_gid: int  # who may read the routes; -1: only ourselves
    lifetime_s: int
    extension_most_s: int  # how far the end of a Jupyter can be put off, in all
    processes: int  # most processes and threads of one person
    memory_mb: int  # most memory of one process, with control groups of one person; 0: no limit
    files: int  # most open files of one process
    most_servers: int  # most Jupyters at a time; 0: no limit
    spare_memory_mb: int  # no new Jupyter when the machine has less left
    starts_at_once: int  # most Jupyters that start at a time, others wait; 0: one per processor
    profiles: tuple[Profile, ...]  # the kinds of Jupyter to choose from
    isolation: str  # a small world for each Jupyter: auto, none or bubblewrap
    also_seen: tuple[Path, ...]  # folders seen in it besides the system, parted by colons
    spawner: str  # what starts Jupyters: local, docker or kubernetes
    hub_host: str  # where containers reach the hub
    image: str  # of the containers
    docker_network: str  # in which Docker puts containers
    processors: float  # most processors of one container
    disk_mb: int  # most files of one container, in its home and in /tmp

    @property
    def hub_api_url(self) -> str:
        """The hub's own API, from this machine."""
        return f"http://127.0.0.1:{self.hub_port}{self.base_path}hub/api"

    @property
    def base_path(self) -> str:
        return urlsplit(self.jupyter_url).path

    @property
    def jupyter_host(self) -> str:
        return urlsplit(self.jupyter_url).hostname or ""


def from_environment() -> HubSettings:
    """Raises ``KeyError`` naming the variable that is missing, or ``BadProfiles``."""
    env = os.environ
    return HubSettings(
        site_url=env["NBCOMMONS_SITE_URL"].rstrip("/"),
        jupyter_url=env["NBCOMMONS_JUPYTER_URL"].rstrip("/") + "/",
        internal_url=env["NBCOMMONS_INTERNAL_URL"].rstrip("/"),
        hub_port=int(env["NBCOMMONS_HUB_PORT"]),
        folder=Path(env["NBCOMMONS_HUB_FOLDER"]),
        homes=Path(env["NBCOMMONS_HOMES"]),
        hub_secret=env["NBCOMMONS_HUB_SECRET"],
        site_token=env["NBCOMMONS_HUB_TOKEN"],
        culler_token=env["NBCOMMONS_CULLER_TOKEN"],
        oidc_client_secret=env["NBCOMMONS_OIDC_CLIENT_SECRET"],
        edge_api_url=env["NBCOMMONS_EDGE_API_URL"],
        edge_password=env["NBCOMMONS_EDGE_PASSWORD"],
        edge_routes=Path(env["NBCOMMONS_EDGE_ROUTES"]),
        edge_gid=int(env.get("NBCOMMONS_EDGE_GID", "-1")),
        lifetime_s=int(env.get("NBCOMMONS_ENVIRONMENT_LIFETIME_S", str(8 * 3600))),
        extension_most_s=int(env.get("NBCOMMONS_ENVIRONMENT_EXTENSION_MOST_S", str(8 * 3600))),
        processes=int(env.get("NBCOMMONS_ENVIRONMENT_PROCESSES", "512")),
        memory_mb=int(env.get("NBCOMMONS_ENVIRONMENT_MEMORY_MB", "4096")),
        files=int(env.get("NBCOMMONS_ENVIRONMENT_FILES", "4096")),
        most_servers=int(env.get("NBCOMMONS_ENVIRONMENT_MOST", "0")),
        spare_memory_mb=int(env.get("NBCOMMONS_ENVIRONMENT_SPARE_MB", "400")),
        starts_at_once=int(env.get("NBCOMMONS_ENVIRONMENT_STARTS_AT_ONCE", "0")),
        profiles=read_profiles(Path(name) if (name := env.get("NBCOMMONS_PROFILES")) else None),
        isolation=env.get("NBCOMMONS_ISOLATION", "auto"),
        also_seen=tuple(
            Path(name) for name in env.get("NBCOMMONS_ISOLATION_SEES", "").split(":") if name
        ),
        spawner=env.get("NBCOMMONS_SPAWNER", "local"),
        hub_host=env.get("NBCOMMONS_HUB_HOST", "127.0.0.1"),
        image=env.get("NBCOMMONS_CONTAINER_IMAGE", "nbcommons-jupyter"),
        docker_network=env.get("NBCOMMONS_CONTAINER_NETWORK", "nbcommons-jupyters"),
        processors=float(env.get("NBCOMMONS_CONTAINER_PROCESSORS", "2")),
        disk_mb=int(env.get("NBCOMMONS_CONTAINER_DISK_MB", "4096")),
    )
