"""Two versions of a notebook compared: for programs, and as a page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.core.paging import Pager, pager_of
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.notebooks.queries import document_of
from nbcommons.versions._items import Item, entries_of, items_of, paged, summary_of
from nbcommons.versions._words import notebook_notes
from nbcommons.versions.queries.addresses import (
    compare_url,
    history_url,
    notebook_url,
    version_url,
)
from nbcommons.versions.queries.finding import versions_of
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.diff.comparing import diff
from nbcommons_ipynb.diff.model import Counts, NotebookDiff, counts_of

MOST_CHOICES = 200
"""Versions that may be chosen from a list; older ones have their place in the history."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, their documents, and what leads from the old to the new one."""

    old: Revision
    new: Revision
    old_document: Document
    new_document: Document
    difference: NotebookDiff


def comparison(
    actor: Actor, notebook: Notebook, from_number: int, to_number: int
) -> Comparison:
    """Two versions of ``notebook``, which ``actor`` may see, compared.

    Raises ``NoSuchVersion`` when one of them does not exist for ``actor``. Half a second of work
    for the largest notebooks there can be, a thousandth for usual ones.
    """
    visible = guard.revisions_for(actor, notebook)
    return _compared(*versions_of(visible, notebook, from_number, to_number))


def _compared(old: Revision, new: Revision) -> Comparison:
    before = document_of(old)
    after = before if old.content_id == new.content_id else document_of(new)
    return Comparison(old, new, before, after, diff(before, after))


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions on the page; ``word`` is From or To."""

    word: str
    number: int
    label: str
    author: str
    created_at: datetime
    url: str
    download_url: str

    @property
    def name(self) -> str:
        return f"version {self.number}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A version that may be compared."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """The page. items: those of this page of it; notes: about the notebook's own metadata."""

    title: str
    notebook_url: str
    history_url: str
    old: Side
    new: Side
    counts: Counts
    summary: str
    notes: tuple[str, ...]
    items: tuple[Item, ...]
    is_coarse: bool
    pager: Pager
    swap_url: str
    choices: tuple[Choice, ...]

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.old, self.new

    @property
    def is_same_version(self) -> bool:
        return self.old.number == self.new.number

    @property
    def is_nothing(self) -> bool:
        return self.counts.is_nothing and not self.notes

    @property
    def is_backwards(self) -> bool:
        return self.old.number > self.new.number


@dataclass(frozen=True, slots=True)
class Difference:
    """What ``versions/_difference.html`` shows of two documents, a page at a time."""

    counts: Counts
    summary: str
    notes: tuple[str, ...]
    items: tuple[Item, ...]
    is_coarse: bool
    pager: Pager

    @property
    def is_nothing(self) -> bool:
        return self.counts.is_nothing and not self.notes


def difference_between(
    before: Document, after: Document, *, page: int, url_of: Callable[[int], str]
) -> Difference:
    """What leads from one document to the other; ``url_of`` gives the address of a page."""
    return _shown(diff(before, after), before, after, page=page, url_of=url_of)


def _shown(
    difference: NotebookDiff,
    before: Document,
    after: Document,
    *,
    page: int,
    url_of: Callable[[int], str],
) -> Difference:
    pages = paged(entries_of(difference))
    page = min(page, len(pages))
    counts = counts_of(difference)
    return Difference(
        counts=counts,
        summary=summary_of(counts),
        notes=notebook_notes(difference.fields),
        items=items_of(pages[page - 1], before, after),
        is_coarse=difference.is_coarse,
        pager=pager_of(page=page, page_count=len(pages), url_of=url_of),
    )


def compare_page(
    actor: Actor, notebook: Notebook, from_number: int, to_number: int, *, page: int = 1
) -> ComparePage:
    """The page of two versions of ``notebook``, which ``actor`` may see.

    Raises ``NoSuchVersion``.
    """
    visible = guard.revisions_for(actor, notebook)
    both = _compared(*versions_of(visible, notebook, from_number, to_number))
    shown = _shown(
        both.difference,
        both.old_document,
        both.new_document,
        page=page,
        url_of=lambda number: compare_url(notebook, from_number, to_number, page=number),
    )
    return ComparePage(
        title=notebook.title,
        notebook_url=notebook_url(notebook),
        history_url=history_url(notebook),
        old=_side(notebook, both.old, "From"),
        new=_side(notebook, both.new, "To"),
        counts=shown.counts,
        summary=shown.summary,
        notes=shown.notes,
        items=shown.items,
        is_coarse=shown.is_coarse,
        pager=shown.pager,
        swap_url=compare_url(notebook, to_number, from_number),
        choices=_choices(visible[:MOST_CHOICES], (both.old, both.new)),
    )


def usual_pair(actor: Actor, notebook: Notebook) -> tuple[int, int] | None:
    """The numbers of the newest version and the one before; None if ``actor`` sees one only."""
    visible = guard.revisions_for(actor, notebook).values_list("number", flat=True)
    numbers = list(visible[:2])
    return (numbers[1], numbers[0]) if len(numbers) > 1 else None


def _side(notebook: Notebook, revision: Revision, word: str) -> Side:
    return Side(
        word=word,
        number=revision.number,
        label=revision.label,
        author=str(revision.author),
        created_at=revision.created_at,
        url=version_url(notebook, revision.number),
        download_url=version_url(notebook, revision.number, "download"),
    )


def _choices(newest: Iterable[Revision], chosen: Iterable[Revision]) -> tuple[Choice, ...]:
    """The newest versions, and the two that are compared wherever they stand."""
    found = {revision.number: revision for revision in (*newest, *chosen)}
    return tuple(
        Choice(number, ", ".join(filter(None, [f"Version {number}", found[number].label])))
        for number in sorted(found, reverse=True)
    )
