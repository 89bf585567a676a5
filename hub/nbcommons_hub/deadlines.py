"""Stops Jupyters whose time is over, whichever spawner started them.

The site has the record: people may put the end off there. It is asked shortly before the end; when
it does not answer, the end that was last known counts. What is known lies on disk beside the
spawn's token, so a hub that was down goes on where it was.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import quote

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from nbcommons_hub.site import Note, SiteTokens

LOOK_EVERY_S = 5.0
ASK_AHEAD_S = 60.0
STOP_TIMEOUT_S = 60.0

log = logging.getLogger("nbcommons_hub")


class Deadlines:
    """Looks at every living spawn. ``stop``: ends the server of a person (name, server)."""

    def __init__(
        self,
        tokens: SiteTokens,
        live: set[str],
        stop: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self.tokens = tokens
        self.live = live
        self.stop = stop

    async def keep(self) -> None:
        """For ever: look, and stop what is over."""
        while True:
            running = [n for n in self.tokens.notes() if n.spawn_id in self.live]
            # Side by side: to stop one may take seconds.
            looks = [self.look_at(note, at=time.time()) for note in running]
            for error in await asyncio.gather(*looks, return_exceptions=True):
                if error is not None:
                    log.warning("a Jupyter whose time is over was not stopped yet: %s", error)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look_at(self, note: Note, *, at: float) -> None:
        """Stop the server if its time is over by what site and note say at ``at``."""
        expires_at = note.expires_at
        if expires_at is None or at < expires_at - ASK_AHEAD_S:
            return
        told = await self.tokens.end_of(note.spawn_id)
        has_ended = told is not None and told.has_ended
        if told is not None and told.expires_at > expires_at:
            # Never past what the guard in front of the server was given.
            expires_at = min(told.expires_at, note.latest_at or expires_at)
            self.tokens.note_end(note, expires_at)
        if has_ended or at >= expires_at:
            log.info("spawn %s of %s: its time is over", note.spawn_id, note.username)
            await self.stop(note.username, note.server)


def stop_over(api_url: str, token: str) -> Callable[[str, str], Awaitable[None]]:
    """Stops servers over the hub's own API, as the culler does."""

    async def stop(username: str, server: str) -> None:
        name = quote(username, safe="")
        path = f"users/{name}/servers/{quote(server, safe='')}"
        try:
            await AsyncHTTPClient().fetch(
                HTTPRequest(
                    f"{api_url}/{path if server else f'users/{name}/server'}",
                    method="DELETE",
                    headers={"Authorization": f"token {token}"},
                    request_timeout=STOP_TIMEOUT_S,
                )
            )
        except HTTPClientError as error:
            # Just starting or stopping, or gone by itself: the next look will tell.
            if error.code not in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}:
                raise

    return stop
