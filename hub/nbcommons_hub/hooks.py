"""What happens around each spawn, whichever spawner starts it: memory, token, its end."""

import asyncio
import json
import logging
import secrets
import sqlite3
from pathlib import Path
from typing import Any

from nbcommons_hub import homes
from nbcommons_hub.settings import HubSettings
from nbcommons_hub.site import SiteTokens

SWEEP_EVERY_S = 15.0

log = logging.getLogger("nbcommons_hub")


class NoRoom(Exception):
    """The machine cannot take another Jupyter now; ``jupyterhub_message`` says so."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.jupyterhub_message = message


class Hooks:
    """The hub's two hooks, and the task that takes back tokens which a crash left behind."""

    def __init__(self, settings: HubSettings, tokens: SiteTokens, live: set[str]) -> None:
        self.settings = settings
        self.tokens = tokens
        self.live = live  # spawns that run: their tokens are not to be touched

    async def before_spawn(self, spawner: Any) -> None:
        """Make a home and fetch the spawn's token from the site."""
        self._require_memory()
        is_ours = hasattr(spawner, "new_home")
        spawn_id = spawner.new_home().spawn_id if is_ours else secrets.token_hex(8)
        self.live.add(spawn_id)
        granted = await self.tokens.mint(
            spawn_id=spawn_id,
            username=spawner.user.name,
            server=spawner.name,
            lifetime_s=self.settings.lifetime_s,
        )
        spawner.environment = {
            **spawner.environment,
            homes.MARK: spawn_id,
            "NBCOMMONS_TOKEN": granted.token,
            "NBCOMMONS_EXPIRES_AT": granted.expires_at,
        }

    async def after_stop(self, spawner: Any) -> None:
        """Take back every token of this person's server."""
        for note in self.tokens.notes_of(spawner.user.name, spawner.name):
            self.live.discard(note.spawn_id)
            await self.tokens.revoke(note.spawn_id)

    async def keep_revoking(self) -> None:
        """For ever: take back tokens whose spawn has ended and which the site still honours."""
        while True:
            for note in self.tokens.notes():
                if note.spawn_id not in self.live:
                    try:
                        await self.tokens.revoke(note.spawn_id, attempts=1)
                    except (OSError, ValueError) as error:
                        log.warning("token of spawn %s not revoked: %s", note.spawn_id, error)
            await asyncio.sleep(SWEEP_EVERY_S)

    def _require_memory(self) -> None:
        available = available_memory_mb()
        if available is not None and available < self.settings.spare_memory_mb:
            raise NoRoom(
                "There is no room for another Jupyter right now: the machine's memory is in "
                "use. Try again when somebody has finished, or stop a Jupyter of your own."
            )


def available_memory_mb() -> int | None:
    """Memory that can be used without swapping; None where the kernel does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    found = {name: int(value.split()[0]) for name, value in (x.split(":") for x in lines)}
    return found["MemAvailable"] // 1024


def live_spawns(database: Path) -> set[str]:
    """Spawns that the hub's database says are running; it must not be open elsewhere yet."""
    if not database.exists():
        return set()
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        tables = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'spawners'").fetchone()
        rows = (
            db.execute("SELECT state FROM spawners WHERE server_id IS NOT NULL").fetchall()
            if tables
            else []
        )
    states = (json.loads(row[0]) for row in rows if row[0])
    return {state["spawn_id"] for state in states if "spawn_id" in state}


def sweep(folder: Path, live: set[str]) -> int:
    """Wipe the homes of spawns that no longer run; returns how many there were."""
    stale = [home for home in homes.every(folder) if home.spawn_id not in live]
    for home in stale:
        homes.wipe(home)
    return len(stale)
