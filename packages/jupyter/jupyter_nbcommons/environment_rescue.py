"""Takes changed notebooks along before this Jupyter closes: as private drafts, without results."""

import asyncio
import contextlib
from collections.abc import Collection
from dataclasses import dataclass

from jupyter_nbcommons.copies import Copies
from jupyter_nbcommons.environment_changes import LARGEST_RESCUED, Changed, Changes
from jupyter_nbcommons.environment_site import EnvironmentSite
from jupyter_nbcommons.errors import JupyterSideError, NotTaken

MOST_AT_ONCE = 100
TOGETHER = 3
_NOT_YET = f"{MOST_AT_ONCE} are saved at a time, and it was not its turn yet. Try it again."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a notebook. message: why it was not saved, else empty."""

    path: str
    draft: str | None
    message: str

    @property
    def is_saved(self) -> bool:
        return self.draft is not None


class Rescue:
    """One rescue at a time: two buttons pressed make no two drafts of one notebook."""

    def __init__(self, copies: Copies, changes: Changes, site: EnvironmentSite) -> None:
        """Take what ``changes`` finds among ``copies`` to ``site``."""
        self._copies = copies
        self._changes = changes
        self._site = site
        self._turn = asyncio.Lock()

    async def save(self, paths: Collection[str] | None = None) -> list[Outcome]:
        """What became of each changed notebook; ``paths``: of these alone. Never raises for one."""
        async with self._turn:
            found = await asyncio.to_thread(self._changes.found)
            wanted = [one for one in found if paths is None or one.path in paths]
            places = asyncio.Semaphore(TOGETHER)

            async def save(one: Changed) -> Outcome:
                async with places:
                    return await self._save(one)

            outcomes = await asyncio.gather(*map(save, wanted[:MOST_AT_ONCE]))
            # Nothing is passed over in silence: what is not named counts as safe.
            return [
                *outcomes,
                *(Outcome(o.path, None, _NOT_YET) for o in wanted[MOST_AT_ONCE:]),
            ]

    async def _save(self, one: Changed) -> Outcome:
        try:
            bare = await asyncio.to_thread(self._bare, one.path)
            name = one.path.rpartition("/")[2]
            draft = await self._site.rescue(bare, file_name=name)
        except JupyterSideError as error:
            return Outcome(one.path, None, str(error))
        # It is safe by now; at worst it is offered again.
        with contextlib.suppress(OSError):
            await asyncio.to_thread(self._changes.note_rescued, one.digest)
        return Outcome(one.path, draft, "")

    def _bare(self, path: str) -> bytes:
        """The notebook without its results: they do not even leave this Jupyter."""
        # Only here: reading it costs time at every start, and most never close unsaved.
        from nbcommons_ipynb.canonical import canonical_bytes  # noqa: PLC0415
        from nbcommons_ipynb.errors import NotANotebook  # noqa: PLC0415
        from nbcommons_ipynb.limits import Limits  # noqa: PLC0415
        from nbcommons_ipynb.parsing import parse  # noqa: PLC0415
        from nbcommons_ipynb.stripping import strip  # noqa: PLC0415

        raw = self._copies.read(path, most_bytes=LARGEST_RESCUED)
        if raw is None:
            raise NotTaken("It is too large to be saved from here. Download it.")
        try:
            # The size that counts is that without results.
            parsed = parse(raw, limits=Limits(raw_bytes=LARGEST_RESCUED))
            stripped = strip(parsed.document, bytes_before=len(raw))
        except NotANotebook as error:
            raise NotTaken(f"{error} Download it if you need it.") from error
        return canonical_bytes(stripped.document)
