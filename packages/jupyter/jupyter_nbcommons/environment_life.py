"""Looks after this Jupyter while it lives: its end, what the Commons knows of it, its settings."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

from jupyter_nbcommons import environment_settings as lab
from jupyter_nbcommons.environment_changes import Changes
from jupyter_nbcommons.environment_site import EnvironmentSite, Lifetime
from jupyter_nbcommons.errors import JupyterSideError, PermissionEnded

LOOK_EVERY_S = 20.0
REPORT_EVERY_S = 240.0
ASK_EVERY_S = 60.0
MOST_NAMED = 50
NAME_LENGTH = 200
LAST_WORDS_S = 3.0

log = logging.getLogger("jupyter_nbcommons")


class Life:
    """Runs in the server's event loop until ``stop``; knows the end as the Commons has it."""

    def __init__(
        self,
        site: EnvironmentSite,
        changes: Changes,
        *,
        expires_at: datetime | None,
        settings_folder: Path,
        kernels: Callable[[], int],
        fill: Callable[[], Coroutine[Any, Any, int]],
        now: Callable[[], datetime],
    ) -> None:
        """``kernels``: how many run. ``fill``: puts notebooks into the home, once."""
        self._site = site
        self._changes = changes
        self._folder = settings_folder
        self._kernels = kernels
        self._fill = fill
        self._now = now
        self._lifetime = Lifetime(expires_at, 0)
        self._asked_at: datetime | None = None
        self._reported: dict[str, Any] | None = None
        self._reported_at: datetime | None = None
        self._settings_mark: tuple[tuple[str, int], ...] = ()
        self._keeps_settings = False
        self._tasks: list[asyncio.Task[Any]] = []

    def start(self) -> None:
        """Begin."""
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._run(), name="nbcommons life"),
                asyncio.create_task(self._fill(), name="nbcommons home"),
            ]

    async def stop(self) -> None:
        """End; hands in settings once more, for a few seconds at most."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        with contextlib.suppress(TimeoutError, JupyterSideError):
            async with asyncio.timeout(LAST_WORDS_S):
                await self._hand_in_settings()

    @property
    def expires_at(self) -> datetime | None:
        return self._lifetime.expires_at

    async def lifetime(self) -> Lifetime:
        """The end as it stands; asks the Commons once a minute at most, and never fails."""
        now = self._now()
        is_known = self._asked_at is not None and (
            (now - self._asked_at).total_seconds() < ASK_EVERY_S
        )
        if not is_known:
            self._asked_at = now
            try:
                self._keep(await self._site.lifetime())
            except JupyterSideError as error:
                log.info("nbcommons: the end is not known anew: %s", error)
        return self._lifetime

    async def extend(self) -> Lifetime:
        """Put the end off. Raises ``JupyterSideError``."""
        self._keep(await self._site.extend())
        return self._lifetime

    async def _run(self) -> None:
        await self._bring_settings()
        while True:
            try:
                await self.lifetime()
                await self._report()
                await self._hand_in_settings()
            except PermissionEnded:
                return  # its time is over: nothing more to say
            except JupyterSideError as error:
                log.info("nbcommons: the Commons was not told: %s", error)
            except OSError as error:
                log.info("nbcommons: the home could not be read: %s", error)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _bring_settings(self) -> None:
        try:
            kept = await self._site.kept_settings()
        except JupyterSideError as error:
            log.info("nbcommons: settings of JupyterLab were not brought: %s", error)
            return
        self._keeps_settings = kept.is_wanted
        if kept.is_wanted:
            await asyncio.to_thread(lab.restore, self._folder, kept.files)
        self._settings_mark = await asyncio.to_thread(lab.mark_of, self._folder)

    async def _hand_in_settings(self) -> None:
        mark = await asyncio.to_thread(lab.mark_of, self._folder)
        if not self._keeps_settings or mark == self._settings_mark:
            return
        await self._site.keep_settings(await asyncio.to_thread(lab.gathered, self._folder))
        self._settings_mark = mark

    async def _report(self) -> None:
        found = await asyncio.to_thread(self._changes.found)
        names = [one.path[:NAME_LENGTH] for one in found[:MOST_NAMED]]
        report = {
            "changed": names,
            "more": len(found) - len(names),
            "kernels": self._kernels(),
        }
        now = self._now()
        is_due = self._reported_at is None or (
            (now - self._reported_at).total_seconds() >= REPORT_EVERY_S
        )
        if report != self._reported or is_due:
            await self._site.report(report)
            self._reported, self._reported_at = report, now

    def _keep(self, lifetime: Lifetime) -> None:
        # Without one on record there is still the one that the hub told.
        ends = lifetime.expires_at or self._lifetime.expires_at
        self._lifetime = Lifetime(ends, lifetime.extension_s)
