"""What this server is connected to at the moment: a person may connect or disconnect it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from jupyter_nbcommons.delivery import Delivery
from jupyter_nbcommons.environment_changes import Changed, Changes
from jupyter_nbcommons.environment_connect import Connector
from jupyter_nbcommons.environment_life import Life
from jupyter_nbcommons.environment_rescue import Rescue
from jupyter_nbcommons.opening import Opener
from jupyter_nbcommons.outbox import Outbox
from jupyter_nbcommons.settings import Settings
from jupyter_nbcommons.sharing import Sharing


@dataclass(frozen=True, slots=True)
class Connection:
    """Everything the handlers need; there is none without a Commons."""

    settings: Settings
    started_at: datetime
    opener: Opener
    outbox: Outbox
    delivery: Delivery
    sharing: Sharing


@dataclass(frozen=True, slots=True)
class Environment:
    """The parts about a Jupyter that the hub started and that will end."""

    site_url: str
    life: Life
    changes: Changes
    rescue: Rescue

    async def changed(self) -> list[Changed]:
        """The notebooks with changes that are nowhere else."""
        return await asyncio.to_thread(self.changes.found)


async def _nothing() -> None:
    return None


class Holder:
    """Handed to every handler. connector: None where the hub has connected us for good."""

    def __init__(self, *, proposed_site: str = "") -> None:
        """``proposed_site``: the address that the panel proposes."""
        self.connection: Connection | None = None
        self.environment: Environment | None = None
        self.connector: Connector | None = None
        self.proposed_site = proposed_site
        # Asks the Commons something each time; raises ``PermissionEnded`` when it is over.
        self.check: Callable[[], Awaitable[object]] = _nothing
        self.closing: Callable[[], Awaitable[None]] = _nothing

    async def disconnect(self) -> None:
        """Stop speaking to the Commons, and end the connection there."""
        closing, self.closing, self.connection = self.closing, _nothing, None
        self.check = _nothing
        await closing()
        if self.connector is not None:
            await self.connector.end()
