"""Sends calls: the only module that knows httpx."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from importlib import metadata
from typing import Any, TypeVar

import httpx

from nbcommons_client._call import Answer, Call, FileBody, finished, query_of
from nbcommons_client.errors import BadAnswer, CallFailed, Closed, TooMuch, Unreachable
from nbcommons_client.retrying import (
    ONCE,
    RETRIED_STATUSES,
    Patience,
    asked_pause_s,
    pause_before_next,
)
from nbcommons_client.settings import Settings

T = TypeVar("T")

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
PREFIX = "/api/v1"
_CHUNK_BYTES = 65_536


class Sender:
    """Sends calls and waits for their answers."""

    def __init__(
        self,
        settings: Settings,
        *,
        patience: Patience,
        timeout: httpx.Timeout = TIMEOUT,
        uses_proxies: bool = True,
    ) -> None:
        self._patience = patience
        self._address = settings.address
        self._http = httpx.Client(**_options(settings, timeout, uses_proxies=uses_proxies))

    def close(self) -> None:
        self._http.close()

    def send(self, call: Call[T]) -> T:
        """What ``call`` gives. Raises ``CallFailed``."""
        patience = self._patience if call.may_repeat else ONCE
        attempt = 0
        while True:
            attempt += 1
            outcome = self._once(call)
            pause_s = _pause(patience, attempt, outcome)
            if pause_s is None:
                return _read(call, outcome)
            time.sleep(pause_s)

    def _once(self, call: Call[Any]) -> Answer | CallFailed:
        if self._http.is_closed:
            return Closed("The client was closed: make another.")
        parts: list[bytes] = []
        try:
            with self._http.stream(**_request(call, content=_parts_of(call))) as response:
                too_large = _refusal(call, response)
                if too_large:
                    return too_large
                size = 0
                for part in response.iter_raw():
                    size += len(part)
                    if size > call.most_bytes:
                        return _too_large()
                    parts.append(part)
                return _answer(response, parts)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _unreachable(self._address, error)


class AsyncSender:
    """Sends calls without holding up the event loop."""

    def __init__(
        self,
        settings: Settings,
        *,
        patience: Patience,
        timeout: httpx.Timeout = TIMEOUT,
        uses_proxies: bool = True,
    ) -> None:
        self._patience = patience
        self._address = settings.address
        self._http = httpx.AsyncClient(**_options(settings, timeout, uses_proxies=uses_proxies))

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, call: Call[T]) -> T:
        """What ``call`` gives. Raises ``CallFailed``."""
        patience = self._patience if call.may_repeat else ONCE
        attempt = 0
        while True:
            attempt += 1
            outcome = await self._once(call)
            pause_s = _pause(patience, attempt, outcome)
            if pause_s is None:
                return _read(call, outcome)
            await asyncio.sleep(pause_s)

    async def _once(self, call: Call[Any]) -> Answer | CallFailed:
        if self._http.is_closed:
            return Closed("The client was closed: make another.")
        parts: list[bytes] = []
        try:
            request = _request(call, content=_async_parts_of(call))
            async with self._http.stream(**request) as response:
                too_large = _refusal(call, response)
                if too_large:
                    return too_large
                size = 0
                async for part in response.aiter_raw():
                    size += len(part)
                    if size > call.most_bytes:
                        return _too_large()
                    parts.append(part)
                return _answer(response, parts)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _unreachable(self._address, error)


def _options(
    settings: Settings, timeout: httpx.Timeout, *, uses_proxies: bool
) -> dict[str, Any]:
    return {
        "base_url": settings.address + PREFIX,
        "timeout": timeout,
        "trust_env": uses_proxies,
        # Where nothing is encrypted there is nothing to check: reading certificates takes a while.
        "verify": settings.address.startswith("https:"),
        # A redirect could carry the token elsewhere, a packed body grow without end.
        "follow_redirects": False,
        "headers": {
            "Authorization": f"Bearer {settings.token}",
            "Accept": "application/json, application/problem+json",
            "Accept-Encoding": "identity",
            "User-Agent": f"nbcommons/{_version()}",
        },
    }


def _version() -> str:
    try:
        return metadata.version("nbcommons")
    except metadata.PackageNotFoundError:
        return "unknown"


def _request(call: Call[Any], *, content: Any) -> dict[str, Any]:
    headers: dict[str, str] = dict(call.headers)
    options: dict[str, Any] = {"method": call.method, "url": call.path}
    if pairs := query_of(call.query):
        options["params"] = pairs
    if call.is_json:
        options["json"] = call.json
    elif content is not None:
        options["content"] = content
        headers.setdefault("Content-Type", "application/json")
        if isinstance(call.body, FileBody):
            headers["Content-Length"] = str(call.body.size_bytes)
    return {**options, "headers": headers}


def _parts_of(call: Call[Any]) -> bytes | Iterator[bytes] | None:
    return _parts_of_file(call.body) if isinstance(call.body, FileBody) else call.body


def _parts_of_file(file: FileBody) -> Iterator[bytes]:
    with file.path.open("rb") as opened:
        while part := opened.read(_CHUNK_BYTES):
            yield part


def _async_parts_of(call: Call[Any]) -> bytes | AsyncIterator[bytes] | None:
    return _async_parts_of_file(call.body) if isinstance(call.body, FileBody) else call.body


async def _async_parts_of_file(file: FileBody) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(file.path.open, "rb") as opened:
        while part := await asyncio.to_thread(opened.read, _CHUNK_BYTES):
            yield part


def _refusal(call: Call[Any], response: httpx.Response) -> CallFailed | None:
    """What is wrong with an answer before its body is read."""
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) > call.most_bytes:
        return _too_large()
    if response.headers.get("content-encoding", "identity") != "identity":
        return BadAnswer("The Commons sent something packed, which was not asked for.")
    return None


def _too_large() -> CallFailed:
    return TooMuch("The Commons sent more than was asked for.")


def _answer(response: httpx.Response, parts: list[bytes]) -> Answer:
    headers: Mapping[str, str] = {k.lower(): v for k, v in response.headers.items()}
    return Answer(status=response.status_code, headers=headers, body=b"".join(parts))


def _unreachable(address: str, error: Exception) -> CallFailed:
    # Not the text of the error alone: some have none.
    why = f"{type(error).__name__}: {error}"
    failure = Unreachable(f"The Commons at {address} does not answer ({why}).")
    failure.__cause__ = error
    return failure


def _pause(patience: Patience, attempt: int, outcome: Answer | CallFailed) -> float | None:
    """How long to wait before the next try; None when ``outcome`` is the last."""
    if isinstance(outcome, Unreachable):
        return pause_before_next(patience, attempt=attempt, asked_s=None)
    if isinstance(outcome, CallFailed) or outcome.status not in RETRIED_STATUSES:
        return None
    asked_s = asked_pause_s(outcome.headers)
    return pause_before_next(patience, attempt=attempt, asked_s=asked_s)


def _read(call: Call[T], outcome: Answer | CallFailed) -> T:
    if isinstance(outcome, CallFailed):
        raise outcome
    return finished(call, outcome, retry_after_s=asked_pause_s(outcome.headers))
