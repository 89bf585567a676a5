"""The Commons as seen from a person's Jupyter: the only module that speaks to it."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from jupyter_nbcommons.errors import BadAnswer, NotThere, PermissionEnded, SiteUnreachable
from jupyter_nbcommons.kernels import Kernel
from jupyter_nbcommons.received import ReceivedNotebook, read_notebook
from jupyter_nbcommons.settings import Settings
from nbcommons_client import errors as client
from nbcommons_client.async_client import AsyncCommons
from nbcommons_client.retrying import ONCE

T = TypeVar("T")

# A stripped notebook is at most 5 MB; the rest is for being written with spaces.
MOST_BYTES = 6_000_000
READ_TIMEOUT_S = 20.0
METADATA_TIMEOUT_S = 3.0
REPORT_TIMEOUT_S = 10.0
MOST_TITLE_CHARACTERS = 500

_SAY_AGAIN = "Your Jupyter could not reach the Commons. This is usually over in a minute."
_ACCEPTED = 202


class Site:
    """A client with this spawn's token; one per server."""

    def __init__(self, settings: Settings, *, kernels: Sequence[Kernel] = ()) -> None:
        """Speak to the Commons named in ``settings``; ``kernels`` are those installed here."""
        self._settings = settings
        self._kernels = kernels
        # Tried once: a person waits for the answer, and reports have a patience of their own.
        # Server to server: no proxy comes between, unless the Commons is far from this Jupyter.
        self._commons = AsyncCommons(
            settings.internal_url,
            token=settings.token,
            patience=ONCE,
            uses_proxies=settings.is_own,
            environment={},
        )

    @property
    def commons(self) -> AsyncCommons:
        """The client itself, for ``sharing``, which has words of its own for what goes wrong."""
        return self._commons

    async def close(self) -> None:
        """Drop what is under way."""
        await self._commons.close()

    async def notebook(self, uuid: UUID, revision: int | None) -> ReceivedNotebook:
        """The notebook, in the newest version if ``revision`` is None.

        Raises ``NotThere``, ``PermissionEnded``, ``SiteUnreachable``, ``BadAnswer``.
        """
        file = await _answered(
            self._commons.content(uuid, revision, most_bytes=MOST_BYTES),
            timeout_s=READ_TIMEOUT_S,
        )
        return read_notebook(
            file.body,
            uuid=uuid,
            revision=file.revision,
            title=file.title[:MOST_TITLE_CHARACTERS],
            site_url=self._settings.site_url,
            kernels=self._kernels,
        )

    async def newest_version(self, uuid: UUID) -> int:
        """The number of the notebook's newest version. Raises as ``notebook`` does."""
        told = await _answered(self._commons.notebook(uuid), timeout_s=METADATA_TIMEOUT_S)
        return told.version

    async def report(self, payload: dict[str, Any]) -> int:
        """Send a batch of reports; the HTTP status. Raises ``SiteUnreachable``."""
        try:
            async with asyncio.timeout(REPORT_TIMEOUT_S):
                await self._commons.report_executions(payload["events"])
        except client.CallFailed as error:
            if error.status is None:
                raise SiteUnreachable(_SAY_AGAIN) from error
            return error.status
        except TimeoutError as error:
            raise SiteUnreachable(_SAY_AGAIN) from error
        return _ACCEPTED


async def _answered(asked: Awaitable[T], *, timeout_s: float) -> T:
    """The answer, or what stands in its way in words for this Jupyter's person."""
    try:
        async with asyncio.timeout(timeout_s):
            return await asked
    except (client.NotSignedIn, client.Denied) as error:
        raise PermissionEnded(
            "The Commons no longer answers this Jupyter, because its time is over or it "
            "was closed. Press “Run in Jupyter” once more and you get a new one."
        ) from error
    except client.NotThere as error:
        raise NotThere(
            "It may have been removed, or it is not shared with you. "
            "The Commons shows what you can open."
        ) from error
    except client.Invalid as error:
        raise NotThere("The Commons knows no notebook or version with this address.") from error
    except client.TooMuch as error:
        raise BadAnswer("The Commons sent more than any notebook may hold.") from error
    except (client.CallFailed, TimeoutError) as error:
        raise _unreachable_or_bad(error) from error


def _unreachable_or_bad(error: Exception) -> BadAnswer | SiteUnreachable:
    is_answer = isinstance(error, client.BadAnswer) and error.status == 200  # noqa: PLR2004
    if is_answer:
        return BadAnswer("The Commons answered with something that is no notebook.")
    return SiteUnreachable(_SAY_AGAIN)
