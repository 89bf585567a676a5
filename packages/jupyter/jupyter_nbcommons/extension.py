"""Ties the parts together inside Jupyter Server."""

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp

from jupyter_nbcommons import nbgallery_shim
from jupyter_nbcommons.copies import Copies
from jupyter_nbcommons.delivery import Delivery
from jupyter_nbcommons.environment_changes import Changes
from jupyter_nbcommons.environment_connect import Connector, Kept, KeptConnection
from jupyter_nbcommons.environment_holder import Connection, Environment, Holder
from jupyter_nbcommons.environment_home import fill_home
from jupyter_nbcommons.environment_life import Life
from jupyter_nbcommons.environment_rescue import Rescue
from jupyter_nbcommons.environment_settings import settings_folder
from jupyter_nbcommons.environment_site import EnvironmentSite
from jupyter_nbcommons.errors import CannotWrite
from jupyter_nbcommons.handlers import handlers
from jupyter_nbcommons.kernels import installed_kernels
from jupyter_nbcommons.opening import Opener
from jupyter_nbcommons.outbox import Outbox
from jupyter_nbcommons.settings import Settings, private_folder, take_settings, web_address
from jupyter_nbcommons.sharing import Sharing
from jupyter_nbcommons.site import Site


class NbcommonsExtension(ExtensionApp):
    """Dormant, and quiet, in a Jupyter that no Commons started and nobody connected."""

    name = "jupyter_nbcommons"

    def initialize_handlers(self) -> None:
        """Connect, if there is a Commons, and say which addresses are answered."""
        if nbgallery_shim.is_wanted():
            nbgallery_shim.install()
        proposed = web_address(os.environ.get("NBCOMMONS_SITE_URL", ""))
        self.holder = Holder(proposed_site=proposed)
        settings = take_settings(os.environ)
        if settings is None:
            kept = KeptConnection(private_folder(os.environ))
            self.holder.connector = Connector(kept, self._connected_by_code)
            found = kept.read()
            settings = found.settings if found is not None else None
        if settings is not None:
            self._connect(settings)
        self.handlers.extend(handlers(self.holder))

    def _connect(self, settings: Settings) -> None:
        if self.serverapp is None:
            return
        folder = private_folder(os.environ)
        try:
            outbox = Outbox(folder / "outbox")
        except CannotWrite as error:
            # Without a place to write, nothing else here could work either.
            self.log.warning("nbcommons: not connected to the Commons: %s", error)
            return
        specs = self.serverapp.kernel_spec_manager
        kernels = () if specs is None else installed_kernels(specs.get_all_specs())
        site = Site(settings, kernels=kernels)
        copies = Copies(Path(self.serverapp.root_dir), folder / "copies.json")
        delivery = Delivery(outbox, site.report, now=_now)
        self.holder.connection = Connection(
            settings=settings,
            started_at=_now(),
            opener=Opener(copies, site),
            outbox=outbox,
            delivery=delivery,
            sharing=Sharing(site.commons, copies, site_url=settings.site_url),
        )
        if not settings.is_own:
            self.holder.environment = self._environment(settings, site, copies, folder)
        self.holder.check = EnvironmentSite(site.commons).lifetime
        self.holder.closing = partial(_close, delivery, site, outbox)

    def _environment(
        self, settings: Settings, site: Site, copies: Copies, folder: Path
    ) -> Environment:
        """What concerns a Jupyter that ends; one that its person connected is their own affair."""
        asked = EnvironmentSite(site.commons)
        changes = Changes(copies, folder / "rescued.json", site_url=settings.site_url)
        life = Life(
            asked,
            changes,
            expires_at=settings.expires_at,
            settings_folder=settings_folder(os.environ),
            kernels=self._running_kernels,
            fill=partial(fill_home, asked, site.notebook, copies),
            now=_now,
        )
        return Environment(settings.site_url, life, changes, Rescue(copies, changes, asked))

    def _running_kernels(self) -> int:
        manager = self.serverapp.kernel_manager if self.serverapp else None
        return len(manager.list_kernel_ids()) if manager is not None else 0

    async def _connected_by_code(self, kept: Kept) -> None:
        await self.holder.closing()
        self._connect(kept.settings)
        if self.holder.connection is not None:
            self.holder.connection.delivery.start()

    async def _start_jupyter_server_extension(self, _serverapp: Any) -> None:
        """Called when the event loop runs."""
        if self.holder.connection is not None:
            self.holder.connection.delivery.start()
        if self.holder.environment is not None:
            self.holder.environment.life.start()

    async def stop_extension(self) -> None:
        """Called when the server shuts down: one last delivery, and no more."""
        if self.holder.connector is not None:
            await self.holder.connector.cancel()
        if self.holder.environment is not None:
            await self.holder.environment.life.stop()
        await self.holder.closing()


async def _close(delivery: Delivery, site: Site, outbox: Outbox) -> None:
    await delivery.stop()
    await site.close()
    outbox.close()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the server's start is an edge, and reads the clock
