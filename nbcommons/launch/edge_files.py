"""Writes the door's two files where no supervisor does: in containers, before traefik starts.

    python -m nbcommons.launch.edge_files FOLDER SITE:PORT

FOLDER is shared with the hub, which writes its routes into ``FOLDER/edge/dynamic``. Addresses and
the door's secret come from the environment, as for the site.
"""

import os
import sys
from pathlib import Path

from nbcommons.launch import edge
from nbcommons.launch.data import DataFolder

DOOR_PORT = 8080
HUB_PORT = 8081
API_PORT = 8082


def main(root: str, site: str) -> None:
    """Write ``traefik.yaml`` and the site's routes below ``root``/edge."""
    folder = DataFolder(root=Path(root), site_account=None, postgres_account=None)
    (folder.edge / "dynamic").mkdir(parents=True, exist_ok=True)
    host, _, port = site.partition(":")
    addresses = edge.Addresses(
        site=os.environ["NBCOMMONS_SITE_URL"].rstrip("/"),
        jupyter=os.environ["NBCOMMONS_JUPYTER_URL"].rstrip("/") + "/",
        door_port=DOOR_PORT,
        has_ipv6=False,
        web_port=int(port),
        hub_port=HUB_PORT,
        edge_port=API_PORT,
        door_host="",
        web_host=host,
    )
    edge.write_configuration(addresses, folder, secret=os.environ["NBCOMMONS_EDGE_SECRET"])


if __name__ == "__main__":
    main(*sys.argv[1:])
