"""Connects a Jupyter that no Commons started, by a code that its person types there (RFC 8628)."""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx

from jupyter_nbcommons.errors import CannotWrite, NotTaken, SiteUnreachable
from jupyter_nbcommons.settings import Settings, web_address

CLIENT_ID = "nbcommons-jupyter"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
TIMEOUT_S = 20.0
LEAST_INTERVAL_S, MOST_INTERVAL_S = 1, 60
SLOWER_S = 5
MOST_WAIT_S = 1800
MOST_BYTES = 20_000
WORD_LENGTH = 200

log = logging.getLogger("jupyter_nbcommons")


class State(StrEnum):
    """How far the connection is."""

    NONE = "none"
    WAITING = "waiting"
    CONNECTED = "connected"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Kept:
    """A connection as it is kept on the disk, for its person alone."""

    site_url: str
    username: str
    machine: str
    token: str = field(repr=False)

    @property
    def settings(self) -> Settings:
        return Settings(self.site_url, self.site_url, self.token, None, is_own=True)


@dataclass(frozen=True, slots=True)
class Code:
    """What the person is shown."""

    user_code: str
    verification_uri: str
    expires_in_s: int


class KeptConnection:
    """The file that holds the connection: readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        """Keep it in ``folder``, which is made if need be."""
        self._path = folder / "connection.json"

    def read(self) -> Kept | None:
        """The connection, None when there is none that can be read."""
        try:
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(self._path, flags)) as file:
                told = json.loads(file.read(MOST_BYTES))
            kept = Kept(**{name: str(told[name]) for name in Kept.__dataclass_fields__})
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return kept if web_address(kept.site_url) and kept.token else None

    def write(self, kept: Kept) -> None:
        """Keep it in place of another. Raises ``CannotWrite``."""
        new = self._path.with_suffix(f".{os.getpid()}.new")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(new, flags, 0o600), "w") as file:
                file.write(json.dumps(asdict(kept)))
            new.replace(self._path)
        except OSError as error:
            raise CannotWrite(f"The connection cannot be kept: {error.strerror}.") from error

    def forget(self) -> None:
        """Remove it."""
        self._path.unlink(missing_ok=True)


class Connector:
    """One connection at a time; ``connected`` is called once its token is kept."""

    def __init__(
        self, kept: KeptConnection, connected: Callable[[Kept], Awaitable[None]]
    ) -> None:
        """Keep the connection in ``kept``."""
        self._kept = kept
        self._connected = connected
        self._task: asyncio.Task[None] | None = None
        self.state = State.CONNECTED if kept.read() else State.NONE
        self.code: Code | None = None

    async def begin(self, site: str, machine: str) -> Code:
        """Ask ``site`` for a code and wait for its person in the background.

        Raises ``NotTaken`` for an address that is no Commons, ``SiteUnreachable``.
        """
        address = web_address(site.strip())
        if not address:
            raise NotTaken("Give the address of the Commons, as https://commons.example.org.")
        await self.cancel()
        told = await _posted(
            f"{address}/api/v1/device/code", {"client_id": CLIENT_ID, "machine": machine}
        )
        code = Code(
            user_code=_word(told, "user_code"),
            verification_uri=_word(told, "verification_uri"),
            expires_in_s=_number(told, "expires_in", most=MOST_WAIT_S),
        )
        if not code.verification_uri.startswith(("https://", "http://")):
            raise NotTaken("That address does not answer as a Commons does.")
        self.code, self.state = code, State.WAITING
        interval_s = _number(told, "interval", most=MOST_INTERVAL_S)
        self._task = asyncio.create_task(
            self._wait(address, machine, _word(told, "device_code"), interval_s),
            name="nbcommons connection",
        )
        return code

    async def cancel(self) -> None:
        """Wait for nobody any more."""
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._task, self.code = None, None
        if self.state is State.WAITING:
            self.state = State.NONE

    async def end(self) -> None:
        """End the connection, at the Commons too if it answers."""
        await self.cancel()
        kept = self._kept.read()
        self._kept.forget()
        self.state = State.NONE
        if kept is not None:
            with contextlib.suppress(NotTaken, SiteUnreachable):
                await _posted(f"{kept.site_url}/api/v1/device/revoke", {}, token=kept.token)

    async def _wait(
        self, address: str, machine: str, device_code: str, interval_s: float
    ) -> None:
        asked = {"client_id": CLIENT_ID, "grant_type": GRANT, "device_code": device_code}
        interval_s = max(LEAST_INTERVAL_S, interval_s)
        deadline = asyncio.get_running_loop().time() + MOST_WAIT_S
        while asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(interval_s)
            try:
                told = await _posted(f"{address}/api/v1/device/token", asked)
                break
            except SiteUnreachable:
                interval_s = min(interval_s * 2, MOST_INTERVAL_S)
            except _Refused as error:
                if error.word == "slow_down":
                    interval_s = min(interval_s + SLOWER_S, MOST_INTERVAL_S)
                elif error.word != "authorization_pending":
                    is_refusal = error.word == "access_denied"
                    self.state = State.REFUSED if is_refusal else State.EXPIRED
                    return
            except NotTaken:
                self.state = State.EXPIRED
                return
        else:
            self.state = State.EXPIRED
            return
        try:
            kept = Kept(address, _word(told, "username"), machine, _word(told, "access_token"))
            self._kept.write(kept)
            await self._connected(kept)
        except (NotTaken, CannotWrite) as error:
            log.warning("nbcommons: not connected: %s", error)
            self.state = State.EXPIRED
            return
        self.state, self.code = State.CONNECTED, None


class _Refused(NotTaken):
    """An error of RFC 8628; ``word`` says which."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


async def _posted(url: str, form: dict[str, str], *, token: str = "") -> dict[str, Any]:
    """What ``url`` answers. Raises ``NotTaken`` (``_Refused`` by the RFC), ``SiteUnreachable``."""
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False) as http:
            answer = await http.post(url, data=form, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise SiteUnreachable(
            "The Commons does not answer at that address. Look at it again, or try in a minute."
        ) from error
    too_often, broken = 429, 500
    if answer.status_code == too_often or answer.status_code >= broken:
        raise SiteUnreachable("The Commons is busy. Try again in a minute.")
    try:
        told = json.loads(answer.content[:MOST_BYTES]) if answer.content else {}
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise NotTaken("That address does not answer as a Commons does.")
    if not answer.is_success:
        word = told.get("error")
        if isinstance(word, str) and len(word) <= WORD_LENGTH:
            raise _Refused(word)
        raise NotTaken("That address does not answer as a Commons does.")
    return told


def _word(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= WORD_LENGTH:
        raise NotTaken("That address does not answer as a Commons does.")
    return value


def _number(told: dict[str, Any], name: str, *, most: int) -> int:
    value = told.get(name)
    return min(value, most) if type(value) is int and value > 0 else LEAST_INTERVAL_S
