"""The Commons as an object for ``async``: the same calls as ``client``."""

import os
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from nbcommons_client import _calls as calls, _together as together
from nbcommons_client._call import MOST_BYTES, Call, T
from nbcommons_client._calls import MOST_IN_A_PAGE, UNSET, Unset
from nbcommons_client._transport import AsyncSender
from nbcommons_client.retrying import Patience
from nbcommons_client.settings import settings_from
from nbcommons_client.together import Change, ChangeRow, Star, Starred
from nbcommons_client.values import (
    Alike,
    Binned,
    Diff,
    Draft,
    DraftRow,
    Filters,
    Found,
    Health,
    Me,
    Notebook,
    NotebookFile,
    Page,
    Receipt,
    Revision,
    Search,
    Share,
    Suggestion,
)

NO_FILTERS = Filters()
NO_DECISIONS: Mapping[str, str] = {}


class AsyncCommons:
    """A Notebook Commons, in the name of the person whose token it is; never waits for it.

    ``address`` and ``token`` are found as ``settings_from`` says where they are not given. Calls
    that may be repeated are, when the Commons is busy or away, as ``patience`` says. Every method
    raises a ``CallFailed``. Use it in a ``async with`` block, or close it.
    """

    def __init__(
        self,
        address: str | None = None,
        *,
        token: str | None = None,
        patience: Patience | None = None,
        uses_proxies: bool = True,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """Raises ``NotConfigured`` without a token; asks nothing of the Commons yet."""
        settings = settings_from(address, token, environment=environment)
        self.address = settings.address
        self._sender = AsyncSender(
            settings, patience=patience or Patience(), uses_proxies=uses_proxies
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._sender.close()

    async def send(self, call: Call[T]) -> T:
        """What a call gives that has no method here."""
        return await self._sender.send(call)

    async def me(self) -> Me:
        """Who calls."""
        return await self._sender.send(calls.me())

    async def notebook(self, uuid: UUID) -> Notebook:
        """What the notebook is."""
        return await self._sender.send(calls.notebook(uuid))

    async def notebook_if_changed(self, known: Notebook) -> Notebook:
        """The notebook as it is now: ``known`` itself when nothing has changed."""
        return await self._sender.send(calls.notebook_if_changed(known))

    async def content(
        self, uuid: UUID, revision: int | None = None, *, most_bytes: int = MOST_BYTES
    ) -> NotebookFile:
        """The notebook itself: the newest version, or the one with this number."""
        return await self._sender.send(calls.content(uuid, revision, most_bytes=most_bytes))

    async def revisions(
        self, uuid: UUID, *, limit: int = 20, offset: int = 0
    ) -> Page[Revision]:
        """Some of its versions, the newest first."""
        return await self._sender.send(calls.revisions(uuid, limit, offset))

    async def all_revisions(self, uuid: UUID) -> AsyncIterator[Revision]:
        """All of its versions, the newest first."""
        offset: int | None = 0
        while offset is not None:
            page = await self.revisions(uuid, limit=MOST_IN_A_PAGE, offset=offset)
            for item in page.items:
                yield item
            offset = page.next_offset

    async def revision(self, uuid: UUID, number: int) -> Revision:
        """One of its versions."""
        return await self._sender.send(calls.revision(uuid, number))

    async def label_revision(self, uuid: UUID, number: int, label: str) -> Revision:
        """Give a version a name, or take it away with an empty one."""
        return await self._sender.send(calls.label_revision(uuid, number, label))

    async def restore_revision(self, uuid: UUID, number: int) -> Revision:
        """Make an older version the newest."""
        return await self._sender.send(calls.restore_revision(uuid, number))

    async def diff(self, uuid: UUID, old: int, new: int) -> Diff:
        """What changed between two versions."""
        return await self._sender.send(calls.diff(uuid, old, new))

    async def change(
        self,
        uuid: UUID,
        *,
        title: str | Unset = UNSET,
        description: str | Unset = UNSET,
        tags: Iterable[str] | Unset = UNSET,
        category: str | Unset = UNSET,
        language: str | Unset = UNSET,
        language_version: str | Unset = UNSET,
        visibility: str | Unset = UNSET,
        share_with: Iterable[Share] | Unset = UNSET,
        labels: Iterable[str] | Unset = UNSET,
        if_match: str | None = None,
    ) -> Notebook:
        """Change what is said of a notebook, or who sees it; the rest stays.

        if_match: the ``etag`` of what was read; then raises ``ChangedMeanwhile`` if it is older.
        """
        changes = {
            "title": title,
            "description": description,
            "tags": tags,
            "category": category,
            "language": language,
            "language_version": language_version,
            "visibility": visibility,
            "labels": labels,
        }
        return await self._sender.send(calls.change(uuid, changes, share_with, if_match))

    async def remove(self, uuid: UUID, *, if_match: str | None = None) -> Binned:
        """Put a notebook into the bin."""
        return await self._sender.send(calls.remove(uuid, if_match))

    async def restore(self, uuid: UUID) -> Notebook:
        """Take a notebook out of the bin."""
        return await self._sender.send(calls.restore(uuid))

    async def deprecate(
        self,
        uuid: UUID,
        reason: str,
        *,
        alternatives: Iterable[UUID] = (),
        is_frozen: bool = False,
    ) -> Notebook:
        """Tell everybody not to rely on a notebook, and what to use instead."""
        call = calls.deprecate(uuid, reason, alternatives, is_frozen=is_frozen)
        return await self._sender.send(call)

    async def take_deprecation_back(self, uuid: UUID) -> Notebook:
        """Say that a notebook may be relied on again."""
        return await self._sender.send(calls.take_deprecation_back(uuid))

    async def bring_in(
        self, file: str | os.PathLike[str] | bytes, *, file_name: str | None = None
    ) -> Draft:
        """Bring a notebook in: the path of a file, which is read while it is sent, or its bytes.

        The Commons takes its results out before it keeps anything. Raises ``OSError`` when there
        is no such file.
        """
        return await self._sender.send(calls.bring_in(file, file_name))

    async def drafts(self, *, limit: int = 20, offset: int = 0) -> Page[DraftRow]:
        """Some of the caller's drafts, the newest first."""
        return await self._sender.send(calls.drafts(limit, offset))

    async def draft(self, uuid: UUID) -> Draft:
        """One of the caller's drafts."""
        return await self._sender.send(calls.draft(uuid))

    async def draft_content(self, uuid: UUID) -> bytes:
        """What would be published of a draft, as a file."""
        return await self._sender.send(calls.draft_content(uuid))

    async def alike(self, uuid: UUID) -> tuple[Alike, ...]:
        """What is here already that is like a draft, the likest first."""
        return await self._sender.send(calls.alike(uuid))

    async def discard(self, uuid: UUID) -> None:
        """Throw a draft away."""
        await self._sender.send(calls.discard(uuid))

    async def publish(
        self,
        draft: UUID,
        *,
        title: str | Unset = UNSET,
        description: str | Unset = UNSET,
        tags: Iterable[str] | Unset = UNSET,
        category: str | Unset = UNSET,
        visibility: str | Unset = UNSET,
        share_with: Iterable[str] | Unset = UNSET,
        labels: Iterable[str] | Unset = UNSET,
        owner: str | Unset = UNSET,
        message: str | Unset = UNSET,
        replaces: UUID | None = None,
        replaces_version: int | None = None,
        forks: UUID | None = None,
        decisions: Mapping[str, str] = NO_DECISIONS,
        keep_pictures: Iterable[int] | None = None,
        if_match: str | None = None,
    ) -> Notebook:
        """Publish a draft; what is not said is as the draft proposes.

        replaces: as the next version of this notebook; ``replaces_version`` is the one it began
        from. forks: as a copy of this one. decisions: ``fine`` or ``blank`` by the key of what may
        be a secret.
        """
        said = {
            "title": title,
            "description": description,
            "tags": tags,
            "category": category,
            "visibility": visibility,
            "share_with": share_with,
            "labels": labels,
            "owner": owner,
            "message": message,
            "replaces": replaces,
            "replaces_version": replaces_version,
            "forks": forks,
        }
        call = calls.publish(draft, said, decisions, keep_pictures, if_match)
        return await self._sender.send(call)

    async def search(
        self,
        words: str = "",
        filters: Filters = NO_FILTERS,
        *,
        limit: int = 20,
        offset: int = 0,
    ) -> Search:
        """Some of the notebooks that a search finds, in its order."""
        return await self._sender.send(calls.search(words, filters, limit, offset))

    async def search_all(
        self, words: str = "", filters: Filters = NO_FILTERS
    ) -> AsyncIterator[Found]:
        """All notebooks that a search finds; ``Unavailable`` while search is being rebuilt."""
        offset: int | None = 0
        while offset is not None:
            page = await self.search(words, filters, limit=MOST_IN_A_PAGE, offset=offset)
            found = calls.some_of(page)
            for item in found.page.items:
                yield item
            offset = found.page.next_offset

    async def suggest(self, words: str, *, limit: int = 8) -> tuple[Suggestion, ...]:
        """What somebody may mean who has typed ``words`` so far."""
        return await self._sender.send(calls.suggest(words, limit))

    async def health(self, uuid: UUID) -> Health:
        """How a notebook is doing."""
        return await self._sender.send(calls.health(uuid))

    async def report_executions(self, events: Sequence[Mapping[str, Any]]) -> Receipt:
        """Report runs of cells; each has an ``id`` of its own and counts once."""
        return await self._sender.send(calls.report_executions(events))

    async def star(self, uuid: UUID) -> Star:
        """Whether the caller starred a notebook, and how many people did."""
        return await self._sender.send(together.star(uuid))

    async def give_star(self, uuid: UUID) -> Star:
        """Star a notebook; done again, nothing changes."""
        return await self._sender.send(together.give_star(uuid))

    async def take_star_back(self, uuid: UUID) -> Star:
        """Star it no longer; done again, nothing changes."""
        return await self._sender.send(together.take_star_back(uuid))

    async def starred(self, *, limit: int = 20, offset: int = 0) -> Page[Starred]:
        """Some of the notebooks that the caller starred, last starred first."""
        return await self._sender.send(together.starred(limit, offset))

    async def suggested_changes(
        self,
        notebook: UUID | None = None,
        *,
        state: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Page[ChangeRow]:
        """Changes that the caller suggested, or may decide about, the newest first.

        notebook: of this one alone. state: open, withdrawn, accepted or declined.
        """
        return await self._sender.send(together.changes(notebook, state, limit, offset))

    async def suggested_change(self, uuid: UUID) -> Change:
        """One of them."""
        return await self._sender.send(together.suggested(uuid))

    async def suggested_content(self, uuid: UUID) -> bytes:
        """The notebook as the change would have it, as a file."""
        return await self._sender.send(together.suggested_content(uuid))

    async def suggested_diff(self, uuid: UUID) -> Diff:
        """What the change would change in the newest version."""
        return await self._sender.send(together.suggested_diff(uuid))

    async def suggest_change(
        self,
        notebook: UUID,
        draft: UUID,
        message: str,
        *,
        based_on: int | None = None,
        secrets: Mapping[str, str] = NO_DECISIONS,
        keep_pictures: Iterable[int] | None = None,
    ) -> Change:
        """Suggest a draft of the caller's to whoever looks after the notebook.

        based_on: the version that it began from, else what the file says. secrets: ``fine`` or
        ``blank`` by the key of what may be a secret.
        """
        call = together.suggest(
            notebook,
            draft,
            message,
            based_on=based_on,
            secrets=secrets,
            keep_pictures=keep_pictures,
        )
        return await self._sender.send(call)

    async def withdraw_change(self, uuid: UUID) -> Change:
        """Suggest a change of the caller's no longer."""
        return await self._sender.send(together.withdraw(uuid))

    async def decline_change(self, uuid: UUID, reason: str) -> Change:
        """Say that a notebook of the caller's stays without the change, and why."""
        return await self._sender.send(together.decline(uuid, reason))
