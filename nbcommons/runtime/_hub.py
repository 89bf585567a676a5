"""The hub's HTTP API: the only place that speaks it. Each call has a limit and a named failure.

The token shown here can start and stop everybody's Jupyter; it is used for that and nothing else.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import quote

import httpx
import structlog
from django.conf import settings

from nbcommons.core.errors import Unavailable

log = structlog.get_logger(__name__)

CONNECT_TIMEOUT_S = 1.0
ANSWER_TIMEOUT_S = 4.0
# The hub answers a start only once the Jupyter is up or 10 s have gone; nobody waits for that.
START_TIMEOUT_S = 1.0
# A Jupyter gets some seconds to end before it is killed; a job waits for that.
STOP_TIMEOUT_S = 30.0
# How long signing out waits for a sign of life.
ALIVE_TIMEOUT_S = 1.0


class HubUnreachable(Unavailable):
    """The hub does not answer."""

    title: ClassVar[str] = "Jupyter does not answer"

    def __init__(self) -> None:
        super().__init__(
            "Nothing is lost. Try again in a minute; if it goes on, tell whoever runs the "
            "Notebook Commons here."
        )


class HubRefused(Unavailable):
    """The hub answers, but does not do it; the message says why as far as the hub tells."""

    title: ClassVar[str] = "Your Jupyter could not be started"


class ServerState(StrEnum):
    """What a person's Jupyter is doing."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Server:
    """A person's Jupyter as the hub sees it; ``started_at`` is None while it is stopped.

    active_at: when somebody last did something in it, as far as the hub knows.
    """

    state: ServerState
    started_at: datetime | None = None
    active_at: datetime | None = None


class HubClient:
    """Keeps connections to one hub open; one per process, safe to share between threads."""

    def __init__(self, api_url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=api_url.rstrip("/") + "/",
            headers={"Authorization": f"token {token}", "Accept": "application/json"},
            timeout=httpx.Timeout(ANSWER_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            trust_env=False,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def is_answering(self) -> bool:
        """Whether the hub answers at all, within a second."""
        try:
            response = self._http.get("", timeout=ALIVE_TIMEOUT_S)
        except httpx.TransportError:
            return False
        return response.status_code == HTTPStatus.OK

    def server_of(self, username: str) -> Server:
        """What the person's Jupyter is doing. Raises ``HubUnreachable`` or ``HubRefused``."""
        with _named_failures():
            response = self._http.get(f"users/{quote(username, safe='')}")
        if response.status_code == HTTPStatus.NOT_FOUND:
            return Server(ServerState.STOPPED)
        _require_success(response)
        return _parse_server(response.json())

    def start_server(self, username: str, *, profile: str = "") -> None:
        """Ask for the person's Jupyter; it may be starting or running already.

        profile: which kind, where the hub knows several; what runs already stays as it is.
        Returns as soon as the hub has the wish. Raises ``HubUnreachable`` or ``HubRefused``.
        """
        name = quote(username, safe="")
        with _named_failures():
            found = self._http.get(f"users/{name}")
        if found.status_code == HTTPStatus.NOT_FOUND:
            # Somebody who has never been at the hub: it starts nothing for names it does not know.
            with _named_failures():
                made = self._http.post(f"users/{name}")
            if made.status_code != HTTPStatus.CONFLICT:  # made meanwhile by somebody else
                _require_success(made)
        else:
            _require_success(found)
            if _parse_server(found.json()).state in {ServerState.STARTING, ServerState.READY}:
                return
        response = self._ask_to_start(name, {"profile": profile} if profile else {})
        if response is not None and not _is_running_already(response):
            _require_success(response)

    def stop_server(self, username: str, *, is_awaited: bool = True) -> None:
        """Stop the person's Jupyter, if there is one. Raises as ``start_server``.

        is_awaited: whether to wait for its end, and not only until the hub has the wish.
        """
        patience_s = STOP_TIMEOUT_S if is_awaited else START_TIMEOUT_S
        try:
            with _named_failures():
                response = self._http.delete(
                    f"users/{quote(username, safe='')}/server",
                    timeout=httpx.Timeout(patience_s, connect=CONNECT_TIMEOUT_S),
                )
        except _StillBusy:
            if is_awaited:
                raise
            return
        if response.status_code != HTTPStatus.NOT_FOUND and not _is_stopped_already(response):
            _require_success(response)

    def why_not_started(self, username: str) -> str:
        """Why the last start failed, in the hub's words; "" when it did not fail.

        Raises ``HubUnreachable``.
        """
        for event in self._progress_of(username):
            message = str(event.get("message", "")) if event.get("failed") else ""
            return message.removeprefix("Spawn failed:").strip()
        return ""

    def words_in_line(self, username: str) -> str:
        """Where the person stands in the line of those who start theirs; "" in no line.

        Raises ``HubUnreachable``.
        """
        for event in self._progress_of(username):
            if event.get("progress"):  # the first says only that the hub has the wish
                return str(event.get("message", "")) if event.get("place") else ""
        return ""

    def _progress_of(self, username: str) -> Iterator[dict[str, Any]]:
        """What the hub tells of a start, as it happens; nothing when none is known."""
        path = f"users/{quote(username, safe='')}/server/progress"
        with _named_failures(), self._http.stream("GET", path) as response:
            if response.status_code == HTTPStatus.OK:
                for line in response.iter_lines():
                    if line.startswith("data:"):
                        yield json.loads(line.removeprefix("data:"))

    def _ask_to_start(self, name: str, options: dict[str, str]) -> httpx.Response | None:
        """The hub's answer; None when it is still busy starting, which is all we want."""
        try:
            with _named_failures():
                return self._http.post(
                    f"users/{name}/server",
                    json=options,
                    timeout=httpx.Timeout(START_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
                )
        except _StillBusy:
            return None


class _StillBusy(HubUnreachable):
    """The request arrived, the answer is not there yet."""


def hub() -> HubClient:
    """The client of the site's own hub; the same one each time in one process."""
    return _shared(settings.NBCOMMONS_HUB_API_URL, settings.NBCOMMONS_HUB_TOKEN)


@lru_cache(maxsize=2)
def _shared(api_url: str, token: str) -> HubClient:
    return HubClient(api_url, token)


@contextmanager
def _named_failures() -> Iterator[None]:
    try:
        yield
    except httpx.ReadTimeout as error:
        raise _StillBusy from error
    except httpx.TransportError as error:
        log.warning("hub_unreachable", error=type(error).__name__)
        raise HubUnreachable from error


def _require_success(response: httpx.Response) -> None:
    if response.is_success:
        return
    log.warning("hub_refused", status=response.status_code, path=response.url.path)
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise HubRefused(
            "Many people are starting theirs just now, or all places are taken. "
            "Try again in a minute or two."
        )
    raise HubRefused(
        _message_in(response)
        or "Try again in a minute; if it goes on, tell whoever runs the Notebook Commons here."
    )


def _message_in(response: httpx.Response) -> str:
    """The sentence that the hub's own hooks wrote for the person, if there is one."""
    try:
        message = response.json().get("message", "")
    except (json.JSONDecodeError, AttributeError):
        return ""
    # Anything short of a sentence is the hub's own shorthand, which helps nobody.
    return str(message) if str(message).rstrip().endswith((".", "!")) else ""


def _is_running_already(response: httpx.Response) -> bool:
    is_refused = response.status_code == HTTPStatus.BAD_REQUEST
    return is_refused and "already running" in response.text


def _is_stopped_already(response: httpx.Response) -> bool:
    is_refused = response.status_code == HTTPStatus.BAD_REQUEST
    return is_refused and "not running" in response.text


def _parse_server(user: dict[str, Any]) -> Server:
    server = user.get("servers", {}).get("")
    if server is None:
        return Server(ServerState.STOPPED)
    started_at = _moment(server.get("started"))
    active_at = _moment(server.get("last_activity"))
    if server.get("pending") == "stop":
        return Server(ServerState.STOPPING, started_at)
    if server.get("ready"):
        return Server(ServerState.READY, started_at, active_at)
    if server.get("pending") == "spawn" or not server.get("stopped", False):
        return Server(ServerState.STARTING, started_at)
    return Server(ServerState.STOPPED)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
