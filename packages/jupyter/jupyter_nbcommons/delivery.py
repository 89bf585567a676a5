"""Delivers what is in the outbox to the Commons, patiently."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jupyter_nbcommons.errors import CannotWrite, SiteUnreachable
from jupyter_nbcommons.outbox import Outbox, Waiting

MOST_IN_A_BATCH = 500
# A run of several cells reports them one after the other: this gathers them into one request.
GATHER_S = 0.05
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
LAST_FLUSH_S = 3.0
# After so many refused one by one, it is not a single report that is wrong.
MOST_SINGLE_REFUSALS = 8

ACCEPTED = frozenset(range(200, 300))
FORBIDDEN = frozenset({401, 403})
# The batch is fine, the moment is not: the site is starting, moving or overloaded.
LATER = frozenset({404, 405, 408, 421, 425, 429}) | frozenset(range(300, 400))
REFUSED = frozenset(range(400, 500)) - FORBIDDEN - LATER

log = logging.getLogger("jupyter_nbcommons")

Post = Callable[[dict[str, Any]], Awaitable[int]]
"""Sends a batch to the Commons and returns the HTTP status; raises ``SiteUnreachable``."""


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """How the delivery stands. last_delivery_at: None until the first one."""

    queued: int
    last_delivery_at: datetime | None
    is_stopped: bool
    dropped: int


class Delivery:
    """Runs in the server's event loop until ``stop``."""

    def __init__(self, outbox: Outbox, post: Post, *, now: Callable[[], datetime]) -> None:
        """Deliver what is in ``outbox`` by ``post``; ``now`` is the clock."""
        self._outbox = outbox
        self._post = post
        self._now = now
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._batch = MOST_IN_A_BATCH
        self._single_refusals = 0
        self._dropped = 0
        self._last_delivery_at: datetime | None = None
        self._is_stopped = False

    def start(self) -> None:
        """Begin; what an earlier server left in the outbox goes first."""
        if self._task is None:
            self._wake.set()
            self._task = asyncio.create_task(self._run(), name="nbcommons delivery")

    def announce(self) -> None:
        """Say that there is something new in the outbox."""
        self._wake.set()

    async def stop(self, *, timeout_s: float = LAST_FLUSH_S) -> None:
        """End; tries once more to deliver what is left, for ``timeout_s`` at most."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        try:
            async with asyncio.timeout(timeout_s):
                while await self._deliver_once():
                    pass
        except (TimeoutError, SiteUnreachable, CannotWrite):
            log.info("nbcommons: some reports of runs are left for the next start")

    def state(self) -> DeliveryState:
        """How the delivery stands now."""
        return DeliveryState(
            queued=len(self._outbox),
            last_delivery_at=self._last_delivery_at,
            is_stopped=self._is_stopped,
            dropped=self._dropped + self._outbox.dropped,
        )

    async def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._is_stopped:
            try:
                delivered = await self._deliver_once()
            except (SiteUnreachable, CannotWrite) as error:
                log.info("nbcommons: reports of runs wait: %s", error)
                # Jitter: all Jupyters meet the site's restart in the same second.
                await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
                continue
            pause_s = FIRST_PAUSE_S
            if not delivered:
                await self._wake.wait()
                self._wake.clear()
                await asyncio.sleep(GATHER_S)

    async def _deliver_once(self) -> bool:
        """Deliver one batch; whether there was one, and another may follow.

        Raises ``SiteUnreachable`` when it should be tried again later, ``CannotWrite``.
        """
        if self._is_stopped:
            return False
        batch = await asyncio.to_thread(self._outbox.oldest, self._batch)
        if not batch:
            return False
        status = await self._post({"events": [one.body for one in batch]})
        if status in ACCEPTED:
            self._last_delivery_at = self._now()
            self._single_refusals = 0
            self._batch = min(self._batch * 2, MOST_IN_A_BATCH)
            await asyncio.to_thread(self._outbox.remove, batch)
        elif status in FORBIDDEN:
            self._is_stopped = True
            log.warning("nbcommons: the Commons takes no more reports from here (%d)", status)
        elif status in REFUSED:
            await self._narrow_or_drop(batch, status)
        else:
            raise SiteUnreachable(f"The Commons answered {status}.")
        return True

    async def _narrow_or_drop(self, batch: Sequence[Waiting], status: int) -> None:
        """Look for the report that made the Commons refuse; give up only that one."""
        if len(batch) > 1 and self._single_refusals < MOST_SINGLE_REFUSALS:
            self._batch = len(batch) // 2
            return
        self._single_refusals += 1
        if self._single_refusals >= MOST_SINGLE_REFUSALS:
            self._batch = MOST_IN_A_BATCH
        self._dropped += len(batch)
        log.warning("nbcommons: the Commons refused %d reports (%d)", len(batch), status)
        await asyncio.to_thread(self._outbox.remove, batch)
