"""Pages about suggested changes: lists, one of them, and a draft that is to become one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.urls import reverse

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.collaboration.models import ChangeProposal
from nbcommons.collaboration.queries.changes import (
    changes_for,
    changes_of,
    document_of,
    is_shown,
    message_of,
    powers_over,
)
from nbcommons.core.actor import Actor
from nbcommons.core.paging import Pager, pager_of
from nbcommons.intake.models import Draft
from nbcommons.intake.queries.drafts import (
    FindingRow,
    document_of as document_of_draft,
    finding_rows,
)
from nbcommons.intake.queries.targets import without_origin
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.notebooks.queries import document_of as document_of_revision, keeper_of
from nbcommons.versions.queries.addresses import notebook_url, version_url
from nbcommons.versions.queries.comparing import Difference, difference_between

PAGE_SIZE = 30
TITLE_LENGTH = 90
Status = ChangeProposal.Status
_LOOKS = {
    Status.OPEN: ("wait", "hourglass"),
    Status.ACCEPTED: ("yes", "circle-check"),
    Status.DECLINED: ("no", "x"),
    Status.WITHDRAWN: ("no", "undo-2"),
}


@dataclass(frozen=True, slots=True)
class State:
    """How it stands. look: wait, yes or no."""

    words: str
    look: str
    icon: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A suggested change in a list."""

    title: str
    url: str
    state: State
    notebook: str
    notebook_url: str
    author: str
    username: str
    created_at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Changes to one notebook, or (``notebook`` empty) all that the reader has to do with."""

    notebook: str
    notebook_url: str
    rows: tuple[ChangeRow, ...]
    total: int
    pager: Pager
    may_suggest: bool
    add_url: str


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One suggested change.

    title: its first line, cut; message: all of it, empty where the title says it. number: of the
    newest version; 0 for based_on: nobody knows. difference None: it is not shown. An address is
    empty where there is nothing to do.
    """

    title: str
    message: str
    state: State
    notebook: str
    notebook_url: str
    changes_url: str
    author: str
    username: str
    created_at: datetime
    based_on: int
    based_on_url: str
    number: int
    closed_at: datetime | None
    closed_by: str
    reason: str
    difference: Difference | None
    withdraw_url: str
    decline_url: str
    file_url: str

    @property
    def has_moved_on(self) -> bool:
        return 0 < self.based_on < self.number

    @property
    def old_name(self) -> str:
        return f"version {self.number}"


@dataclass(frozen=True, slots=True)
class SuggestPage:
    """A draft beside the newest version of the notebook that it is to change."""

    title: str
    notebook_url: str
    keeper: str
    draft_url: str
    preview_url: str
    file_name: str
    number: int
    difference: Difference
    findings: tuple[FindingRow, ...]

    @property
    def undecided_count(self) -> int:
        return sum(1 for finding in self.findings if not finding.is_decided)

    @property
    def old_name(self) -> str:
        return f"version {self.number}"


def changes_page(actor: Actor, *, page: int) -> ChangesPage:
    """All that ``actor`` suggested, or may decide about, newest first."""
    here = reverse("collaboration:changes")
    rows = changes_for(actor)
    total = rows.count()
    return _page(actor, None, rows, total, page=page, here=here)


def changes_page_of(actor: Actor, notebook: Notebook, *, page: int) -> ChangesPage:
    """Those of ``notebook``, which ``actor`` may read, that they may see."""
    here = reverse("collaboration:of_notebook", args=[notebook.uuid])
    rows = changes_of(actor, notebook)
    return _page(actor, notebook, rows, rows.count(), page=page, here=here)


def _page(
    actor: Actor,
    notebook: Notebook | None,
    rows: "Iterable[ChangeProposal]",
    total: int,
    *,
    page: int,
    here: str,
) -> ChangesPage:
    page_count = max(1, -(-total // PAGE_SIZE))
    page = min(page, page_count)
    start = (page - 1) * PAGE_SIZE
    shown = rows[start : start + PAGE_SIZE]  # type: ignore[index] # a query
    return ChangesPage(
        notebook=notebook.title if notebook else "",
        notebook_url=notebook_url(notebook) if notebook else "",
        rows=tuple(_row(actor, change) for change in shown),
        total=total,
        pager=pager_of(
            page=page, page_count=page_count, url_of=lambda number: f"{here}?page={number}"
        ),
        may_suggest=notebook is not None
        and actor.person_id is not None
        and guard.allows(actor, Action.CHANGE_SUGGEST, notebook),
        add_url=reverse("intake:add"),
    )


def _row(actor: Actor, change: ChangeProposal) -> ChangeRow:
    return ChangeRow(
        title=title_of(message_of(actor, change)),
        url=_address(change),
        state=_state(change),
        notebook=change.notebook.title,
        notebook_url=notebook_url(change.notebook),
        author=str(change.author),
        username=change.author.username,
        created_at=change.created_at,
        is_mine=change.author_id == actor.person_id,
    )


def change_page(actor: Actor, change: ChangeProposal, *, page: int) -> ChangePage:
    """The page of ``change``, which ``actor`` may see."""
    notebook, current = change.notebook, _current(change.notebook)
    difference = None
    if is_shown(actor, change):
        difference = difference_between(
            document_of_revision(current),
            document_of(actor, change),
            page=page,
            url_of=partial(_address, change),
        )
    may = powers_over(actor, change)
    message = message_of(actor, change)
    title = title_of(message)
    began = change.based_on
    return ChangePage(
        title=title,
        message=message if message != title else "",
        state=_state(change),
        notebook=notebook.title,
        notebook_url=notebook_url(notebook),
        changes_url=reverse("collaboration:of_notebook", args=[notebook.uuid]),
        author=str(change.author),
        username=change.author.username,
        created_at=change.created_at,
        based_on=began.number if began else 0,
        based_on_url=version_url(notebook, began.number) if began else "",
        number=current.number,
        closed_at=change.closed_at,
        closed_by=str(change.closed_by or ""),
        reason=change.reason,
        difference=difference,
        withdraw_url=_address(change, "withdraw") if "withdraw" in may else "",
        decline_url=_address(change, "decline") if "decline" in may else "",
        file_url=_address(change, "download") if difference else "",
    )


def suggest_page(actor: Actor, draft: Draft, notebook: Notebook, *, page: int) -> SuggestPage:
    """What ``draft`` would change in ``notebook``; ``actor`` may do that, and it is theirs."""
    del actor  # both were found for them
    current = _current(notebook)
    here = reverse("collaboration:suggest", args=[draft.uuid, notebook.uuid])
    return SuggestPage(
        title=notebook.title,
        notebook_url=notebook_url(notebook),
        keeper=keeper_of(notebook),
        draft_url=reverse("intake:draft", args=[draft.uuid]),
        preview_url=reverse("intake:preview", args=[draft.uuid]),
        file_name=draft.file_name,
        number=current.number,
        difference=difference_between(
            document_of_revision(current),
            without_origin(document_of_draft(draft)),
            page=page,
            url_of=lambda number: f"{here}?page={number}",
        ),
        findings=finding_rows(draft),
    )


def title_of(message: str) -> str:
    """The first line of ``message``, cut to what a heading bears."""
    line = message.split("\n", 1)[0].strip()
    return line if len(line) <= TITLE_LENGTH else f"{line[: TITLE_LENGTH - 1].rstrip()}…"


def _state(change: ChangeProposal) -> State:
    look, icon = _LOOKS[Status(change.status)]
    return State(Status(change.status).label.capitalize(), look, icon)


def _address(change: ChangeProposal, part: str | int = "change") -> str:
    """Its page, a number: that page of its difference; or what is done with it."""
    if isinstance(part, int):
        return f"{_address(change)}?page={part}"
    return reverse(f"collaboration:{part}", args=[change.uuid])


def _current(notebook: Notebook) -> Revision:
    current = notebook.current_revision
    assert current is not None  # noqa: S101 - the guard lists none without
    return current
