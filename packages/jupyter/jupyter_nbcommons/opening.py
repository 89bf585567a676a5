"""Opens a notebook of the Commons in a person's Jupyter: their own copy, or a new one."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlencode
from uuid import UUID

from jupyter_nbcommons.copies import Copies, Copy
from jupyter_nbcommons.errors import BadLink, JupyterSideError
from jupyter_nbcommons.received import ReceivedNotebook

MOST_REVISION = 2**31 - 1


class Source(Protocol):
    """Where notebooks come from."""

    async def notebook(self, uuid: UUID, revision: int | None) -> ReceivedNotebook: ...
    async def newest_version(self, uuid: UUID) -> int: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What a link asks for. revision: None for the newest version."""

    uuid: UUID
    revision: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to show. is_kept: it was there before. newest: a newer version, if one is known."""

    uuid: UUID
    path: str
    is_kept: bool = False
    is_edited: bool = False
    newest: int | None = None

    def address(self) -> str:
        """Where JupyterLab shows the file, relative to the server's base address."""
        hints: dict[str, str] = {}
        if self.is_kept:
            hints = {"nbcommons-copy": "edited" if self.is_edited else "unchanged"}
            if self.newest is not None:
                hints |= {
                    "nbcommons-newest": str(self.newest),
                    "nbcommons-uuid": str(self.uuid),
                }
        query = f"?{urlencode(hints)}" if hints else ""
        return f"lab/tree/{quote(self.path, safe='/')}{query}"


def parse_wish(uuid: str, revision: str) -> Wish:
    """The wish in a link's two values; ``revision`` may be empty. Raises ``BadLink``."""
    try:
        # UUID() alone also takes braces and «urn:uuid:».
        wanted = UUID(uuid) if len(uuid) == len(str(UUID(int=0))) else None
        number = int(revision) if revision.isascii() and revision.isdecimal() else None
    except ValueError:
        wanted, number = None, None
    is_number_sound = number is not None and 1 <= number <= MOST_REVISION
    if wanted is None or (revision and not is_number_sound):
        raise BadLink(
            "It should name a notebook. Go back to the notebook in the Commons and press "
            "“Run in Jupyter” once more."
        )
    return Wish(wanted, number)


class Opener:
    """Finds or makes the file for a wish; one wish per notebook at a time."""

    def __init__(self, copies: Copies, source: Source) -> None:
        """Open copies in ``copies``, new ones from ``source``."""
        self._copies = copies
        self._source = source
        # Two clicks at once must not make two files.
        self._turns: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def open(self, wish: Wish) -> Opened:
        """The file for ``wish``: never overwrites what the person has.

        Raises a ``JupyterSideError``.
        """
        async with self._turns[wish.uuid]:
            copies = await asyncio.to_thread(self._copies.of, wish.uuid)
            if wish.revision is None and copies:
                return await self._kept_beside_newest(wish, copies[0])
            for copy in copies:
                if copy.revision == wish.revision:
                    return Opened(wish.uuid, copy.path, is_kept=True, is_edited=copy.is_edited)
            older = [c for c in copies if wish.revision and c.revision < wish.revision]
            if older:
                return _kept(wish, older[0], wish.revision)
            # A version older than the copies was asked for by its number: it gets its own.
            return await self._new(wish, with_version=bool(copies))

    async def add_newest(self, uuid: UUID) -> Opened:
        """The newest version as a file of its own beside the person's copies.

        Raises a ``JupyterSideError``.
        """
        async with self._turns[uuid]:
            notebook = await self._source.notebook(uuid, None)
            copies = await asyncio.to_thread(self._copies.of, uuid)
            for copy in copies:
                if copy.revision == notebook.revision:
                    return Opened(uuid, copy.path, is_kept=True, is_edited=copy.is_edited)
            written = await asyncio.to_thread(
                self._copies.write, notebook, with_version=bool(copies)
            )
            return Opened(uuid, written.path)

    async def _kept_beside_newest(self, wish: Wish, copy: Copy) -> Opened:
        try:
            newest = await self._source.newest_version(wish.uuid)
        except JupyterSideError:
            # The person's own file opens whatever the Commons says.
            newest = copy.revision
        return _kept(wish, copy, newest)

    async def _new(self, wish: Wish, *, with_version: bool) -> Opened:
        notebook = await self._source.notebook(wish.uuid, wish.revision)
        written = await asyncio.to_thread(
            self._copies.write, notebook, with_version=with_version
        )
        return Opened(wish.uuid, written.path)


def _kept(wish: Wish, copy: Copy, newest: int | None) -> Opened:
    return Opened(
        wish.uuid,
        copy.path,
        is_kept=True,
        is_edited=copy.is_edited,
        newest=newest if newest and newest > copy.revision else None,
    )
