"""What happens around each spawn, whichever spawner starts it: memory, token, its end."""

import asyncio
import contextlib
import json
import logging
import secrets
import sqlite3
from pathlib import Path
from typing import Any

from nbcommons_hub import groups, homes, kinds, line
from nbcommons_hub.settings import HubSettings
from nbcommons_hub.site import SiteTokens

SWEEP_EVERY_S = 15.0
RUNNING = (
    "SELECT users.name, spawners.name, spawners.state FROM spawners "
    "JOIN users ON users.id = spawners.user_id WHERE spawners.server_id IS NOT NULL"
)

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
        """Wait in line; then make a home and fetch the spawn's token from the site."""
        await _take_turn(spawner)
        is_ours = hasattr(spawner, "new_home")
        if is_ours:  # others start theirs on other machines
            self._require_memory()
        spawn_id = spawner.new_home().spawn_id if is_ours else secrets.token_hex(8)
        self.live.add(spawn_id)
        kind = kinds.kind_for(spawner.user_options, self.settings)
        kinds.fit(spawner, kind)
        granted = await self.tokens.mint(
            spawn_id=spawn_id,
            username=spawner.user.name,
            server=spawner.name,
            lifetime_s=kind.lifetime_s,
            longest_s=kind.longest_s,
            profile=kind.slug,
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


async def _take_turn(spawner: Any) -> None:
    """Wait until it is this spawn's turn to start; others get theirs when it has.

    Not within the hub's limit for a start: its clock runs from when the spawner begins.
    """
    start = spawner._spawn_future  # noqa: SLF001 - the hub's task for all of this start
    await line.starts.enter(line.name_of(spawner))
    if start is None:
        line.starts.leave()
    else:
        start.add_done_callback(lambda _: line.starts.leave())


def available_memory_mb() -> int | None:
    """Memory that can be used without swapping; None where the kernel does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    found = {name: int(value.split()[0]) for name, value in (x.split(":") for x in lines)}
    return found["MemAvailable"] // 1024


def live_spawns(database: Path, tokens: SiteTokens) -> set[str]:
    """Spawns that run by the hub's database, which must not be open elsewhere yet.

    A spawner of ours keeps the spawn's id in its state; of any other, the newest token noted
    for the same server tells it.
    """
    if not database.exists():
        return set()
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        tables = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'spawners'").fetchone()
        rows = db.execute(RUNNING).fetchall() if tables else []
    found: set[str] = set()
    for username, server, state in rows:
        known = json.loads(state).get("spawn_id") if state else None
        notes = sorted(tokens.notes_of(username, server), key=lambda note: note.started_at)
        if known is not None:
            found.add(known)
        elif notes:
            found.add(notes[-1].spawn_id)
    return found


def sweep(folder: Path, live: set[str], where: groups.Place | None = None) -> int:
    """Wipe the homes of spawns that no longer run; returns how many there were."""
    stale = [home for home in homes.every(folder) if home.spawn_id not in live]
    for home in stale:
        homes.wipe(home, where)
    return len(stale)
