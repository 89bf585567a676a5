"""traefik, the only listening door: two host names on one port, and what each may reach.

The site's host leads to the site and nowhere else; Jupyter's host leads to the hub and to
people's Jupyters, whose routes the hub writes beside ours. Any other host name is not found.
"""

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nbcommons.launch.data import DataFolder, write_private
from nbcommons.launch.errors import CannotStart
from nbcommons.launch.network import LOOPBACK_4, LOOPBACK_6

# Entry points, by the names that the hub's proxy class is told too.
DOOR = "http"
DOOR_6 = "http6"
INTERNAL = "internal"
# Above every rule that the hub writes: those rank by their length.
SITE_PRIORITY = 100_000
# Taken from all that comes in by the door; on its way to the site it then carries a secret, which
# people's Jupyters never see. The site believes and serves by it (nbcommons.core.door).
EDGE_HEADER = "X-Nbcommons-Edge"
IDLE_TIMEOUT_S = 600
# What a form adds to the largest file.
FORM_BYTES = 2_000_000
# Of a request's body; what is more waits in a temporary file that goes with the request.
BODY_MEMORY_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything listens. ``site`` ends without, ``jupyter`` with a slash."""

    site: str
    jupyter: str
    door_port: int
    has_ipv6: bool
    web_port: int
    hub_port: int
    edge_port: int
    # In containers door and site have other addresses than this machine's own.
    door_host: str = LOOPBACK_4
    web_host: str = LOOPBACK_4

    @property
    def internal(self) -> str:
        return f"http://{self.web_host}:{self.web_port}"

    @property
    def hub_api(self) -> str:
        return f"http://{LOOPBACK_4}:{self.hub_port}{urlsplit(self.jupyter).path}hub/api"

    @property
    def edge_api(self) -> str:
        return f"http://{LOOPBACK_4}:{self.edge_port}"

    @property
    def site_host(self) -> str:
        return urlsplit(self.site).hostname or ""

    @property
    def jupyter_host(self) -> str:
        return urlsplit(self.jupyter).hostname or ""


def binary() -> Path:
    """The traefik of this environment. Raises ``CannotStart`` when there is none."""
    beside = Path(sys.executable).parent / "traefik"
    if beside.exists():
        return beside
    if found := shutil.which("traefik"):
        return Path(found)
    raise CannotStart(
        "traefik is not installed.", "Install nbcommons with its dependencies again."
    )


def static_configuration(addresses: Addresses, folder: DataFolder) -> dict[str, Any]:
    """What traefik is told once: where it listens, and where its rules are."""
    doors = {DOOR: f"{addresses.door_host}:{addresses.door_port}"}
    if addresses.has_ipv6:
        doors[DOOR_6] = f"[{LOOPBACK_6}]:{addresses.door_port}"
    points: dict[str, Any] = {
        name: {
            "address": address,
            "transport": {
                # The default of 60 s cuts slow uploads off in the middle.
                "respondingTimeouts": {
                    "readTimeout": "0s",
                    "idleTimeout": f"{IDLE_TIMEOUT_S}s",
                },
                "lifeCycle": {"graceTimeOut": "1s"},
            },
            # X-Forwarded-* of callers is thrown away, also in spellings that WSGI would take
            # for the real one (X_Forwarded_For).
            "forwardedHeaders": {"insecure": False},
            "http": {"aliasHeadersStrategy": "delete", "middlewares": ["mark@file"]},
        }
        for name, address in doors.items()
    }
    points[INTERNAL] = {
        "address": f"{LOOPBACK_4}:{addresses.edge_port}",
        "http": {"aliasHeadersStrategy": "delete"},
    }
    return {
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
        "log": {"level": "WARN", "noColor": True},
        "api": {},
        "ping": {"entryPoint": INTERNAL},
        "providers": {
            "providersThrottleDuration": "0s",
            "file": {"directory": str(folder.edge / "dynamic"), "watch": True},
        },
        "entryPoints": points,
    }


def dynamic_configuration(addresses: Addresses, *, secret: str) -> dict[str, Any]:
    """Our own routes: the site. The hub writes its own into a file beside."""
    mark = {EDGE_HEADER: ""}  # empty: taken away
    if addresses.site.startswith("https:"):
        # Whoever ends TLS in front of us speaks plain HTTP to us; callers cannot say otherwise.
        mark["X-Forwarded-Proto"] = "https"
    doors = [DOOR, DOOR_6] if addresses.has_ipv6 else [DOOR]
    # Server-to-server addresses are no part of what the door shows.
    site = f"Host(`{addresses.site_host}`) && !PathRegexp(`(?i)^(/|%2f)+internal(/|%2f|$)`)"
    if addresses.site_host == addresses.jupyter_host:  # --trusted
        site += f" && !PathPrefix(`{urlsplit(addresses.jupyter).path.rstrip('/')}`)"
    return {
        "http": {
            "routers": {
                "site": {
                    "rule": site,
                    "entryPoints": doors,
                    "service": "site",
                    "middlewares": ["by-door", "whole"],
                    "priority": SITE_PRIORITY,
                },
            },
            "middlewares": {
                "mark": {"headers": {"customRequestHeaders": mark}},
                "by-door": {"headers": {"customRequestHeaders": {EDGE_HEADER: secret}}},
                # The site has few threads: slow uploads must not wait in them.
                "whole": {
                    "buffering": {
                        "maxRequestBodyBytes": largest_body(),
                        "memRequestBodyBytes": BODY_MEMORY_BYTES,
                    }
                },
            },
            "services": {
                "site": {
                    "loadBalancer": {
                        "passHostHeader": True,
                        "servers": [{"url": addresses.internal}],
                    }
                }
            },
        }
    }


def largest_body() -> int:
    """Most bytes of a request that reach the site: the largest file, in a form."""
    return int(os.environ.get("NBCOMMONS_MAX_RAW_BYTES", "20000000")) + FORM_BYTES


def write_configuration(addresses: Addresses, folder: DataFolder, *, secret: str) -> Path:
    """Write both files, forget routes of an earlier run; returns the static file."""
    # JSON is YAML; traefik goes by the ending.
    static = folder.edge / "traefik.yaml"
    site = folder.edge / "dynamic" / "site.yaml"
    (folder.edge / "dynamic" / "hub.toml").unlink(missing_ok=True)
    for path, content in (
        (site, dynamic_configuration(addresses, secret=secret)),
        (static, static_configuration(addresses, folder)),
    ):
        write_private(path, json.dumps(content, indent=1), owner=folder.site_account)
    return static
