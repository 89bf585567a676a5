"""What a draft would become: whose next version or fork, and what that changes."""

from dataclasses import dataclass
from uuid import UUID

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.queries.choices import readable_notebook
from nbcommons.intake.queries.drafts import document_of
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.notebooks.queries import document_of as document_of_revision, keeper_of
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.diff.comparing import diff
from nbcommons_ipynb.diff.model import Counts, counts_of


@dataclass(frozen=True, slots=True)
class Origin:
    """The notebook of this commons that a draft's file says it came from; the actor may read it.

    number: the version it was taken from, None if the file does not say.
    """

    uuid: UUID
    title: str
    keeper: str
    number: int | None
    current_number: int
    may_edit: bool
    # Where it is suggested as a change; empty for whom there is no need or no way to.
    suggest_url: str = ""

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"

    @property
    def is_behind(self) -> bool:
        """Whether somebody has published a version since the file was taken."""
        return self.number is not None and self.number < self.current_number


@dataclass(frozen=True, slots=True)
class Target:
    """The notebook whose version or fork a draft becomes.

    summary: what the next version changes, as "2 cells changed, 1 added"; empty for a fork.
    is_same: nothing would change. label_ids: the access labels that a fork has to bear too.
    """

    uuid: UUID
    title: str
    keeper: str
    current_number: int
    visibility: str
    summary: str = ""
    is_same: bool = False
    label_ids: frozenset[int] = frozenset()

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"


def origin_of(actor: Actor, draft: Draft) -> Origin | None:
    """Where the draft's file came from, if it came from here and ``actor`` may know of it."""
    notebook = readable_notebook(actor, draft.origin_uuid)
    if notebook is None:
        return None
    may = guard.powers_over(actor, notebook, [Action.NOTEBOOK_EDIT, Action.CHANGE_SUGGEST])
    may_edit = Action.NOTEBOOK_EDIT in may
    # That page belongs to a room above.
    suggest_url = f"/drafts/{draft.uuid}/suggest/{notebook.uuid}/"
    return Origin(
        uuid=notebook.uuid,
        title=notebook.title,
        keeper=keeper_of(notebook),
        number=draft.origin_number,
        current_number=_current(notebook).number,
        may_edit=may_edit,
        suggest_url=suggest_url if Action.CHANGE_SUGGEST in may and not may_edit else "",
    )


def target_of(actor: Actor, draft: Draft) -> Target | None:
    """The target that the author chose, as long as they may use it so."""
    if draft.becomes == Becomes.NEW or draft.target_id is None:
        return None
    is_version = draft.becomes == Becomes.VERSION
    action = Action.NOTEBOOK_EDIT if is_version else Action.NOTEBOOK_READ
    found = guard.notebooks_for(actor, action).filter(pk=draft.target_id)
    notebook = found.select_related("owner", "owner_team", "current_revision").first()
    if notebook is None:
        return None
    current = _current(notebook)
    changes = diff(document_of_revision(current), without_origin(document_of(draft)))
    counts = counts_of(changes)
    is_same = counts.is_nothing and not changes.fields
    return Target(
        uuid=notebook.uuid,
        title=notebook.title,
        keeper=keeper_of(notebook),
        current_number=current.number,
        visibility=notebook.visibility,
        summary=_summary_of(counts) if is_version else "",
        is_same=is_version and is_same,
        label_ids=frozenset(notebook.labels.values_list("pk", flat=True)),
    )


def without_origin(document: Document) -> Document:
    """``document`` without the note of where it came from, which stands in the draft itself."""
    metadata = {key: value for key, value in document["metadata"].items() if key != "nbcommons"}
    return {**document, "metadata": metadata}


def _summary_of(counts: Counts) -> str:
    """``2 cells changed, 1 added, 13 the same``."""
    told = [
        f"{count} {words}"
        for count, words in (
            (counts.changed, "changed"),
            (counts.moved, "moved"),
            (counts.added, "added"),
            (counts.removed, "removed"),
            (counts.same, "the same"),
        )
        if count
    ]
    if not told:
        return "no cells"
    number, _, rest = told[0].partition(" ")
    return ", ".join((f"{number} {'cell' if number == '1' else 'cells'} {rest}", *told[1:]))


def _current(notebook: Notebook) -> Revision:
    """The newest version; ``guard`` finds no notebook without one."""
    revision = notebook.current_revision
    if revision is None:
        raise Revision.DoesNotExist
    return revision
