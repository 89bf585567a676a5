"""Ties the parts together inside Jupyter Server."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp

from jupyter_nbcommons.answering import Connection
from jupyter_nbcommons.copies import Copies
from jupyter_nbcommons.delivery import Delivery
from jupyter_nbcommons.errors import CannotWrite
from jupyter_nbcommons.handlers import handlers
from jupyter_nbcommons.kernels import installed_kernels
from jupyter_nbcommons.opening import Opener
from jupyter_nbcommons.outbox import Outbox
from jupyter_nbcommons.settings import private_folder, take_settings
from jupyter_nbcommons.sharing import Sharing
from jupyter_nbcommons.site import Site


class NbcommonsExtension(ExtensionApp):
    """Dormant, and quiet, in a Jupyter that no Commons started."""

    name = "jupyter_nbcommons"

    def initialize_handlers(self) -> None:
        """Connect, if there is a Commons, and say which addresses are answered."""
        self._site: Site | None = None
        self.connection = self._connected()
        self.handlers.extend(handlers(self.connection))

    def _connected(self) -> Connection | None:
        settings = take_settings(os.environ)
        if settings is None or self.serverapp is None:
            return None
        folder = private_folder(os.environ)
        try:
            outbox = Outbox(folder / "outbox")
        except CannotWrite as error:
            # Without a place to write, nothing else here could work either.
            self.log.warning("nbcommons: not connected to the Commons: %s", error)
            return None
        specs = self.serverapp.kernel_spec_manager
        kernels = () if specs is None else installed_kernels(specs.get_all_specs())
        self._site = Site(settings, kernels=kernels)
        copies = Copies(Path(self.serverapp.root_dir), folder / "copies.json")
        return Connection(
            settings=settings,
            started_at=_now(),
            opener=Opener(copies, self._site),
            outbox=outbox,
            delivery=Delivery(outbox, self._site.report, now=_now),
            sharing=Sharing(self._site.commons, copies, site_url=settings.site_url),
        )

    async def _start_jupyter_server_extension(self, _serverapp: Any) -> None:
        """Called when the event loop runs."""
        if self.connection is not None:
            self.connection.delivery.start()

    async def stop_extension(self) -> None:
        """Called when the server shuts down: one last delivery, and no more."""
        if self.connection is not None and self._site is not None:
            await self.connection.delivery.stop()
            await self._site.close()
            self.connection.outbox.close()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the server's start is an edge, and reads the clock
