"""What the hub asks of the site: a token for each spawn, when it is to end, and that it has.

Every token handed out is noted on disk until the site has taken it back, so that a crash of hub
or site leaves none behind that nobody will revoke. Its expiry is the last resort.
"""

import asyncio
import json
import logging
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

REQUEST_TIMEOUT_S = 10.0
REVOKE_ATTEMPTS = 3
RETRY_S = 1.0

log = logging.getLogger("nbcommons_hub")


class TokenRefused(Exception):
    """The site hands out no token; ``jupyterhub_message`` is shown to the person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.jupyterhub_message = message


@dataclass(frozen=True, slots=True)
class SpawnToken:
    """What a person's Jupyter shows to the site."""

    token: str
    expires_at: str  # RFC 3339


@dataclass(frozen=True, slots=True)
class SpawnEnd:
    """What the site has on record: when the spawn is to end (seconds since 1970)."""

    expires_at: float
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A token that is not revoked yet: for whose server it was, and until when that may live.

    Times in seconds since 1970. ``expires_at``: the end as last known; ``latest_at``: beyond
    which it is never put off; both None while the site has not answered.
    """

    spawn_id: str
    username: str
    server: str
    started_at: float = 0.0
    expires_at: float | None = None
    latest_at: float | None = None


class SiteTokens:
    """Mints and revokes spawn tokens at the site."""

    def __init__(self, *, internal_url: str, secret: str, folder: Path) -> None:
        self.address = f"{internal_url}/internal/hub/spawns"
        self.folder = folder
        self._headers = {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        folder.mkdir(mode=0o700, exist_ok=True)

    async def mint(
        self,
        *,
        spawn_id: str,
        username: str,
        server: str,
        lifetime_s: int,
        longest_s: int,
        profile: str = "",
    ) -> SpawnToken:
        """A token for this spawn. Raises ``TokenRefused`` with a sentence for the person.

        longest_s: how long it can live at most, however often its end is put off.
        """
        at = time.time()
        note: dict[str, Any] = {"username": username, "server": server, "started_at": at}
        # Noted first: a token of which we never heard back must be revoked too.
        self._write(spawn_id, note)
        wish = {"username": username, "spawn_id": spawn_id, "lifetime_s": lifetime_s}
        body = json.dumps(wish | {"profile": profile})
        try:
            response = await self._send("POST", self.address, body)
        except HTTPClientError as error:
            log.warning("no token for %s: the site answered %s", username, error.code)
            if error.code == 403:  # noqa: PLR2004
                raise TokenRefused(
                    "Your account may not run notebooks. Ask an administrator."
                ) from error
            raise TokenRefused(
                "The Commons did not answer, so your Jupyter was not started. "
                "Try again in a minute."
            ) from error
        except OSError as error:
            log.warning("no token for %s: %s", username, error)
            raise TokenRefused(
                "The Commons did not answer, so your Jupyter was not started. "
                "Try again in a minute."
            ) from error
        found = json.loads(response)
        latest_at = at + longest_s
        if "latest_at" in found:
            latest_at = min(latest_at, _seconds(found["latest_at"]))
        ends = {"expires_at": _seconds(found["expires_at"]), "latest_at": latest_at}
        self._write(spawn_id, note | ends)
        return SpawnToken(token=str(found["token"]), expires_at=str(found["expires_at"]))

    async def end_of(self, spawn_id: str) -> SpawnEnd | None:
        """When the spawn is to end; None when the site does not say."""
        try:
            found = json.loads(await self._send("GET", f"{self.address}/{spawn_id}", None))
            return SpawnEnd(_seconds(found["expires_at"]), found["has_ended"] is True)
        except (HTTPClientError, OSError, ValueError, LookupError, TypeError) as error:
            log.warning("the end of spawn %s is not known: %s", spawn_id, error)
            return None

    def note_end(self, note: Note, expires_at: float) -> None:
        """Remember an end that was put off; nothing when the spawn has ended meanwhile."""
        if (self.folder / f"{note.spawn_id}.json").exists():
            content = {"username": note.username, "server": note.server}
            ends = {"expires_at": expires_at, "latest_at": note.latest_at}
            self._write(note.spawn_id, content | {"started_at": note.started_at} | ends)

    async def revoke(self, spawn_id: str, *, attempts: int = REVOKE_ATTEMPTS) -> bool:
        """Take the token back; returns False when the site could not be told (yet)."""
        for attempt in range(attempts):
            try:
                await self._send("DELETE", f"{self.address}/{spawn_id}", None)
            except (HTTPClientError, OSError) as error:
                log.warning("token of spawn %s not revoked yet: %s", spawn_id, error)
                if attempt + 1 < attempts:
                    await asyncio.sleep(RETRY_S * 2**attempt)
            else:
                (self.folder / f"{spawn_id}.json").unlink(missing_ok=True)
                return True
        return False

    def notes(self) -> list[Note]:
        """All tokens that are not revoked yet; nobody's, where a note cannot be read."""
        found: list[Note] = []
        for path in self.folder.glob("*.json"):
            try:
                note = Note(path.stem, **json.loads(path.read_text()))
            except (OSError, ValueError, LookupError, TypeError) as error:
                log.warning("the note of spawn %s cannot be read: %s", path.stem, error)
                note = Note(path.stem, "", "")  # its name is enough to take the token back
            found.append(note)
        return found

    def notes_of(self, username: str, server: str) -> list[Note]:
        return [n for n in self.notes() if (n.username, n.server) == (username, server)]

    def _write(self, spawn_id: str, note: dict[str, Any]) -> None:
        fresh = self.folder / f".{spawn_id}.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(note))
        fresh.replace(self.folder / f"{spawn_id}.json")

    async def _send(self, method: str, url: str, body: str | None) -> bytes:
        response = await AsyncHTTPClient().fetch(
            HTTPRequest(
                url,
                method=method,
                headers=self._headers,
                body=body,
                connect_timeout=REQUEST_TIMEOUT_S,
                request_timeout=REQUEST_TIMEOUT_S,
                follow_redirects=False,
            )
        )
        return bytes(response.body)


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()
