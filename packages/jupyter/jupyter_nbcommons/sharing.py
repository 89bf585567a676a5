"""A person's notebooks and the Commons: share, save, suggest, compare, find. Knows no Tornado."""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from jupyter_nbcommons import facts
from jupyter_nbcommons.copies import Copies
from jupyter_nbcommons.errors import (
    BadAnswer,
    ChangedMeanwhile,
    DraftGone,
    JupyterSideError,
    NotAllowed,
    NotTaken,
    NotThere,
    PermissionEnded,
    SiteUnreachable,
    TooLarge,
)
from jupyter_nbcommons.received import read_origin
from nbcommons_client import errors as client
from nbcommons_client.async_client import AsyncCommons
from nbcommons_client.values import Me, Notebook, NotebookFile

T = TypeVar("T")

MOST_BYTES = 6_000_000
READ_TIMEOUT_S = 15.0
WRITE_TIMEOUT_S = 40.0
# Who somebody is changes rarely, and every look at a notebook asks.
ME_LASTS_S = 300.0
RESULTS_A_PAGE = 10

_DIGEST = re.compile(r"[0-9a-f]{64}")
# Fields of a form that name a notebook: nobody types them, so only the notebook can be amiss.
_ABOUT_ANOTHER = frozenset({"replaces", "forks"})
# As a suggestion names what it is made of.
_DRAFT = "draft"
_UNREACHABLE = (
    "The Commons does not answer at the moment. Nothing is lost: your notebook is here as it "
    "was. Try again in a minute."
)
_GONE = (
    "The Commons has no such notebook for you any more: it was removed, or is no longer shared "
    "with you. Your file is here as it was."
)
_DRAFT_GONE = (
    "What was prepared for the Commons is not there any more. Your notebook is here as it was. "
    "Press once more."
)
_ENDED = (
    "The Commons no longer answers this Jupyter: its time is over, or you signed out. Your "
    "notebook is here as it was. Download it, or press “Run in Jupyter” in the Commons once "
    "more and do it from there."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the notebook of a request lies here, and the digest of what it holds."""

    path: str
    digest: str


class Sharing:
    """Speaks to the Commons in the person's name; every method raises ``JupyterSideError``."""

    def __init__(self, commons: AsyncCommons, copies: Copies, *, site_url: str) -> None:
        """Share by ``commons``; ``copies`` remembers what of it is there."""
        self._commons = commons
        self._copies = copies
        self._site_url = site_url
        self._me: tuple[float, Me] | None = None

    async def me(self) -> dict[str, Any]:
        """Who the person is, and the teams that they may publish for."""
        return facts.me_json(await self._who())

    async def notebook(self, uuid: UUID, *, base: int | None) -> dict[str, Any]:
        """What the Commons says of a notebook, with the digest of version ``base`` if given."""
        told = self._told(await answered(self._commons.notebook(uuid)), await self._who())
        if base is not None:
            told["base_digest"] = await self._digest(uuid, base)
        return told

    async def draft(self, body: bytes, *, file_name: str) -> dict[str, Any]:
        """A draft of the notebook in ``body``, and what in the Commons is like it."""
        bringing = self._commons.bring_in(body, file_name=file_name)
        draft = await answered(bringing, timeout_s=WRITE_TIMEOUT_S)
        try:
            alike = await answered(self._commons.alike(draft.id))
        except JupyterSideError:
            alike = ()  # a help, not a condition
        return facts.draft_json(draft, alike)

    async def discard(self, draft: UUID) -> None:
        """Throw a draft away; it would expire anyway."""
        await answered(self._commons.discard(draft))

    async def publish(
        self, draft: UUID, said: Mapping[str, Any], place: Place | None
    ) -> dict[str, Any]:
        """Publish a draft as ``said``, and remember that what lies at ``place`` is there.

        Raises ``DraftGone`` besides.
        """
        publishing = self._commons.publish(draft, **said)
        notebook = await answered(
            publishing, timeout_s=WRITE_TIMEOUT_S, gone=DraftGone(_DRAFT_GONE)
        )
        if place is not None:
            await self.note(place, notebook.uuid, notebook.version)
        return self._told(notebook, await self._who())

    async def note(self, place: Place, uuid: UUID, revision: int) -> None:
        """Remember that what lies at ``place`` is in the Commons as that version."""
        if not _DIGEST.fullmatch(place.digest):
            return
        try:
            await asyncio.to_thread(
                self._copies.note_saved, place.path, uuid, revision, place.digest
            )
        except (OSError, ValueError):
            return  # what is forgotten is offered for saving once more

    async def suggest(self, uuid: UUID, draft: UUID, said: Mapping[str, Any]) -> dict[str, Any]:
        """Suggest a draft to whoever looks after the notebook: where the suggestion stands."""
        suggesting = self._commons.suggest_change(uuid, draft, **said)
        change = await answered(suggesting, timeout_s=WRITE_TIMEOUT_S)
        return self._suggested(change.id)

    async def suggestion(self, draft: UUID) -> dict[str, Any]:
        """Where the suggestion stands that was made of a draft; it has the draft's id."""
        change = await answered(self._commons.suggested_change(draft))
        return self._suggested(change.id)

    def _suggested(self, change: UUID) -> dict[str, Any]:
        return {"id": str(change), "url": f"{self._site_url}/changes/{change}/"}

    async def compare(
        self,
        uuid: UUID,
        notebook: bytes,
        *,
        revision: int | None,
        base: int | None,
        is_towards_mine: bool,
    ) -> dict[str, Any]:
        """``notebook`` compared with a version, the newest if ``revision`` is None.

        base: the version that ``notebook`` was made from, if it is another.
        """
        theirs = await self.file(uuid, revision)
        began = None
        if base is not None and base != theirs.revision:
            with contextlib.suppress(NotThere):
                began = (await self.file(uuid, base)).body
        told = await asyncio.to_thread(
            _compared, notebook, theirs.body, began, is_towards_mine=is_towards_mine
        )
        read = read_origin(theirs.body)
        return {**told, "version": theirs.revision, "digest": read and read[1]}

    async def search(self, words: str, offset: int) -> dict[str, Any]:
        """One page of what a search finds; without words, what is most used."""
        asked = self._commons.search(words, limit=RESULTS_A_PAGE, offset=offset)
        return facts.search_json(await answered(asked))

    async def file(self, uuid: UUID, revision: int | None) -> NotebookFile:
        """A version's file; the newest if ``revision`` is None."""
        asked = self._commons.content(uuid, revision, most_bytes=MOST_BYTES)
        return await answered(asked)

    async def _digest(self, uuid: UUID, revision: int) -> str | None:
        try:
            read = read_origin((await self.file(uuid, revision)).body)
        except NotThere:
            return None
        return read and read[1]

    async def _who(self) -> Me:
        now = time.monotonic()
        if self._me is None or now - self._me[0] > ME_LASTS_S:
            self._me = now, await answered(self._commons.me())
        return self._me[1]

    def _told(self, notebook: Notebook, me: Me) -> dict[str, Any]:
        return facts.notebook_json(notebook, me, site_url=self._site_url)


def _compared(
    mine: bytes, theirs: bytes, base: bytes | None, *, is_towards_mine: bool
) -> dict[str, Any]:
    # Not at the start: see there.
    from jupyter_nbcommons.comparing import compared  # noqa: PLC0415

    return compared(mine, theirs, base, is_towards_mine=is_towards_mine)


async def answered(
    asked: Awaitable[T], *, timeout_s: float = READ_TIMEOUT_S, gone: NotThere | None = None
) -> T:
    """The answer of the Commons, or what stands in its way in words for the person.

    gone: what to raise for what is not there; None: the notebook is not.
    """
    try:
        async with asyncio.timeout(timeout_s):
            return await asked
    except client.NotSignedIn as error:
        raise PermissionEnded(_ENDED) from error
    except client.Denied as error:
        raise NotAllowed(
            f"{error} Your notebook is here as it was. You can make your own copy of it in the "
            "Commons instead."
        ) from error
    except client.NotThere as error:
        raise gone or NotThere(_GONE) from error
    except client.ChangedMeanwhile as error:
        raise ChangedMeanwhile(str(error)) from error
    except (client.TooLarge, client.TooMuch) as error:
        raise TooLarge(str(error)) from error
    except client.Invalid as error:
        raise _refusal(error) from error
    except client.TooOften as error:
        raise SiteUnreachable(str(error)) from error
    except (client.CallFailed, TimeoutError) as error:
        is_answer = isinstance(error, client.BadAnswer) and error.status == 200  # noqa: PLR2004
        if is_answer:
            raise BadAnswer("The Commons answered in a way that cannot be read.") from error
        raise SiteUnreachable(_UNREACHABLE) from error


def _refusal(error: client.Invalid) -> JupyterSideError:
    problem = error.problem
    if problem is None:
        return NotTaken(str(error))
    if _ABOUT_ANOTHER & problem.errors.keys():
        return NotThere(_GONE)
    if _DRAFT in problem.errors:
        return DraftGone(_DRAFT_GONE)
    return NotTaken(problem.detail, errors=problem.errors)
