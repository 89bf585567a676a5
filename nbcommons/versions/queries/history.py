"""The list of versions of a notebook."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.core.paging import Pager, pager_of
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.versions._items import summary_of
from nbcommons.versions.models import ChangeSize
from nbcommons.versions.queries.addresses import (
    compare_url,
    history_url,
    notebook_url,
    version_url,
)
from nbcommons_ipynb.diff.model import Counts

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version in the list. Addresses are empty where there is nothing to do.

    size: what it changed in words; empty while that is not counted yet.
    """

    number: int
    label: str
    message: str
    author: str
    username: str
    created_at: datetime
    cell_count: int
    size: str
    is_current: bool
    is_from_change: bool
    url: str
    download_url: str
    compare_url: str
    restore_url: str
    label_url: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The page. first_number is above 1 where earlier versions are hidden from the reader."""

    title: str
    notebook_url: str
    compare_url: str
    rows: tuple[VersionRow, ...]
    count: int
    first_number: int
    may_edit: bool
    pager: Pager
    from_number: int
    to_number: int

    @property
    def has_two(self) -> bool:
        return len(self.rows) > 1


def history_page(actor: Actor, notebook: Notebook, *, page: int) -> HistoryPage:
    """Versions of ``notebook``, which ``actor`` may see, newest first; its current one is there.

    The number of queries does not grow with the list.
    """
    may_edit = guard.allows(actor, Action.NOTEBOOK_EDIT, notebook)
    visible = guard.revisions_for(actor, notebook)
    count = visible.count()
    page_count = max(1, -(-count // PAGE_SIZE))
    page = min(page, page_count)
    start = (page - 1) * PAGE_SIZE
    # One more than is shown: the last one's link needs the number before.
    found = list(visible.select_related("author", "change_size")[start : start + PAGE_SIZE + 1])
    rows = tuple(
        _row(
            notebook,
            revision,
            found[place + 1] if place + 1 < len(found) else None,
            may_edit=may_edit,
        )
        for place, revision in enumerate(found[:PAGE_SIZE])
    )
    oldest = visible.order_by("number").values_list("number", flat=True).first()
    return HistoryPage(
        title=notebook.title,
        notebook_url=notebook_url(notebook),
        compare_url=reverse("versions:compare", args=[notebook.uuid]),
        rows=rows,
        count=count,
        first_number=oldest or 1,
        may_edit=may_edit,
        pager=pager_of(
            page=page,
            page_count=page_count,
            url_of=lambda number: f"{history_url(notebook)}?page={number}",
        ),
        from_number=rows[1].number if len(rows) > 1 else 0,
        to_number=rows[0].number if rows else 0,
    )


def _row(
    notebook: Notebook, revision: Revision, before: Revision | None, *, may_edit: bool
) -> VersionRow:
    number = revision.number
    is_current = revision.pk == notebook.current_revision_id
    may_restore = may_edit and not is_current
    return VersionRow(
        number=number,
        label=revision.label,
        message=revision.message,
        author=str(revision.author),
        username=revision.author.username,
        created_at=revision.created_at,
        cell_count=revision.cell_count,
        # What it changed against a version that is hidden tells of that version: say nothing.
        size=_size(revision) if before is not None else "",
        is_current=is_current,
        is_from_change=revision.from_change is not None,
        url=version_url(notebook, number),
        download_url=version_url(notebook, number, "download"),
        compare_url=compare_url(notebook, before.number, number) if before is not None else "",
        restore_url=version_url(notebook, number, "restore") if may_restore else "",
        label_url=version_url(notebook, number, "label") if may_edit else "",
    )


def _size(revision: Revision) -> str:
    size: ChangeSize | None = getattr(revision, "change_size", None)
    if size is None:
        return ""
    counts = Counts(size.changed, size.moved, size.added, size.removed, same=0)
    if not size.has_other_changes:
        return summary_of(counts)
    also = "metadata changed"
    return f"{summary_of(counts)}, {also}" if not counts.is_nothing else "Metadata changed"
