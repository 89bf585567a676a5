"""The list of floors, read from the contract itself, and what the side-door tests share."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE = ROOT / "nbcommons"


def _floors() -> dict[str, int]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c.get("containers") == ["nbcommons"])
    return {
        room.strip(" ()"): len(layers) - place
        for place, layer in enumerate(layers)
        for room in layer.split("|")
    }


FLOORS = _floors()
ROOMS = sorted(path.parent.name for path in SITE.glob("*/__init__.py"))


def is_below(room: str, other: str) -> bool:
    """Whether ``room`` may know ``other``: the same room, or one on a lower floor."""
    return room == other or FLOORS[other] < FLOORS[room]
