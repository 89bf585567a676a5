"""Fills a fresh home: starred and recently run notebooks, in folders, without hurry."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from uuid import UUID

from jupyter_nbcommons.copies import Copies
from jupyter_nbcommons.environment_site import EnvironmentSite
from jupyter_nbcommons.errors import JupyterSideError
from jupyter_nbcommons.received import ReceivedNotebook

# After this the person's own notebook is open, and the start is not slowed.
WAIT_S = 6.0
MOST = 40
PAUSE_S = 0.1

_FOLDER = re.compile(r"[A-Za-z][A-Za-z ]{0,39}")

log = logging.getLogger("jupyter_nbcommons")

Fetch = Callable[[UUID, int | None], Awaitable[ReceivedNotebook]]


async def fill_home(
    site: EnvironmentSite, fetch: Fetch, copies: Copies, *, wait_s: float = WAIT_S
) -> int:
    """Put the person's notebooks into folders, never over anything; returns how many.

    What fails is left out: nobody waits for it, and each opens by its page as well.
    """
    await asyncio.sleep(wait_s)
    try:
        wanted = await site.home()
    except JupyterSideError as error:
        log.info("nbcommons: the home was not filled: %s", error)
        return 0
    known = set(await asyncio.to_thread(copies.known_digests))
    written = 0
    for one in wanted[:MOST]:
        # Opened meanwhile, or in a folder before: one file of each is enough.
        if not _FOLDER.fullmatch(one.folder) or str(one.uuid) in known:
            continue
        try:
            notebook = await fetch(one.uuid, one.revision)
            if await asyncio.to_thread(copies.write_into, one.folder, notebook):
                known.add(str(one.uuid))
                written += 1
        except JupyterSideError:
            continue
        except OSError as error:
            log.info("nbcommons: the home takes no more: %s", error)
            break
        await asyncio.sleep(PAUSE_S)
    return written
