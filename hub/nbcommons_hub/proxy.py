"""The hub's routes in traefik: on Jupyter's host name only, readable by traefik's account."""

import os
import secrets
from pathlib import Path
from typing import Any

from jupyterhub_traefik_proxy.fileprovider import TraefikFileProviderProxy
from jupyterhub_traefik_proxy.traefik_utils import TraefikConfigFileHandler
from traitlets import Integer, Unicode, default


class SharedFile(TraefikConfigFileHandler):  # type: ignore[misc]
    """Writes the routes so that traefik, under another account, can read them at once."""

    def __init__(self, file_path: str, gid: int) -> None:
        super().__init__(file_path)
        self.gid = gid

    def atomic_dump(self, data: dict[str, Any]) -> None:
        path = Path(self.file_path)
        # Without traefik's ending: half a file is never read.
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            self._dump(data, file)
            if self.gid >= 0:
                os.fchown(file.fileno(), -1, self.gid)
                os.fchmod(file.fileno(), 0o640)
        fresh.replace(path)


class OneHostProxy(TraefikFileProviderProxy):  # type: ignore[misc]
    """Every route holds for one host name: on the site's name nothing leads to Jupyter."""

    host = Unicode(config=True, help="Host name of Jupyter, without a port")
    gid = Integer(-1, config=True, help="Group that may read the routes; -1: none")

    @default("dynamic_config_handler")
    def _default_handler(self) -> SharedFile:
        return SharedFile(self.dynamic_config_file, self.gid)

    def _set_dynamic_config_file(self, change: Any) -> None:
        self.dynamic_config_handler = SharedFile(change.new, self.gid)

    def _dynamic_config_for_route(
        self, routespec: str, target: str, data: Any
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        ours, theirs = super()._dynamic_config_for_route(routespec, target, data)
        for router in ours["http"]["routers"].values():
            router["rule"] = f"Host(`{self.host}`) && ( {router['rule']} )"
        return ours, theirs
