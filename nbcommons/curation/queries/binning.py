"""What waits in the bin, and what deleting a notebook would mean."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.queries import circle_of, readers_in
from nbcommons.core.actor import Actor
from nbcommons.core.paging import Pager, pager_of
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.queries import keeper_of

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DeletePage:
    """What the page that asks before deleting shows. ``readers`` lose it, its owner counted."""

    uuid: UUID
    title: str
    version: int
    readers: int
    forks: int
    days: int
    gone_at: datetime
    is_deprecated: bool
    may_deprecate: bool

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"


@dataclass(frozen=True, slots=True)
class BinRow:
    """A notebook in the bin. ``deleted_by`` is empty when it was the looker or the system.

    ``days_left`` counts a day that has begun; 0 once its time is over.
    """

    uuid: UUID
    title: str
    keeper: str
    is_team_owned: bool
    deleted_at: datetime
    deleted_by: str
    gone_at: datetime
    days_left: int


@dataclass(frozen=True, slots=True)
class BinPage:
    """The bin of somebody."""

    rows: tuple[BinRow, ...]
    total: int
    days: int
    pager: Pager

    @property
    def mine_url(self) -> str:
        return "/mine/"


def delete_page(actor: Actor, notebook: Notebook, *, at: datetime) -> DeletePage:
    """What deleting ``notebook`` would mean; its current version is there."""
    revision = notebook.current_revision
    forks = guard.notebooks_for(actor).filter(forked_from=notebook)
    return DeletePage(
        uuid=notebook.uuid,
        title=notebook.title,
        version=revision.number if revision else 1,
        readers=readers_in(circle_of(notebook)).count(),
        forks=forks.count(),
        days=settings.NBCOMMONS_BIN_DAYS,
        gone_at=at + timedelta(days=settings.NBCOMMONS_BIN_DAYS),
        is_deprecated=notebook.deprecated_at is not None,
        may_deprecate=guard.allows(actor, Action.NOTEBOOK_SHARE, notebook),
    )


def bin_page(actor: Actor, *, page: int, at: datetime) -> BinPage:
    """What ``actor`` may take back, deleted last first; two queries."""
    binned = guard.notebooks_for(actor, Action.NOTEBOOK_RESTORE)
    total = binned.count()
    first = (page - 1) * PAGE_SIZE
    rows = binned.select_related("owner", "owner_team", "deleted_by")
    shown = rows.order_by("-deleted_at", "-pk")[first : first + PAGE_SIZE]
    return BinPage(
        rows=tuple(bin_row(actor, notebook, at=at) for notebook in shown),
        total=total,
        days=settings.NBCOMMONS_BIN_DAYS,
        pager=pager_of(
            page=page,
            page_count=-(-total // PAGE_SIZE),
            url_of=lambda number: f"?page={number}",
        ),
    )


def binned_count(actor: Actor) -> int:
    """How many notebooks ``actor`` may take back from the bin."""
    return guard.notebooks_for(actor, Action.NOTEBOOK_RESTORE).count()


def bin_row(actor: Actor, notebook: Notebook, *, at: datetime) -> BinRow:
    """``notebook``, which is in the bin; owner, team and who deleted it are there."""
    deleted_at = notebook.deleted_at or at
    gone_at = deleted_at + timedelta(days=settings.NBCOMMONS_BIN_DAYS)
    by_other = notebook.deleted_by is not None and notebook.deleted_by_id != actor.person_id
    return BinRow(
        uuid=notebook.uuid,
        title=notebook.title,
        keeper=keeper_of(notebook),
        is_team_owned=notebook.owner_team_id is not None,
        deleted_at=deleted_at,
        deleted_by=str(notebook.deleted_by) if by_other else "",
        gone_at=gone_at,
        days_left=max(-((at - gone_at) // timedelta(days=1)), 0),
    )
