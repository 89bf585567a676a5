"""Suggested changes as their authors see them, and those who may edit the notebook."""

from typing import Any
from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.collaboration.errors import Withheld
from nbcommons.collaboration.models import ChangeProposal
from nbcommons.core.actor import Actor
from nbcommons.notebooks.files import copy_of
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.queries import document_of as document_of_revision, unpacked
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.diff.comparing import diff
from nbcommons_ipynb.diff.model import NotebookDiff

Status = ChangeProposal.Status

WITHDRAWN = "Withdrawn"
"""Stands for the message of a withdrawn change: what made it withdrawn may stand there too."""


def changes_for(actor: Actor) -> QuerySet[ChangeProposal]:
    """The changes that ``actor`` may see, newest first.

    Those they suggested, as long as they may read the notebook, and those to notebooks that they
    may edit. Notebook, author, version begun from and who closed it are there.
    """
    this = OuterRef("notebook_id")
    others = Exists(guard.notebooks_for(actor, Action.CHANGE_READ).filter(pk=this).order_by())
    readable = Exists(guard.notebooks_for(actor).filter(pk=this).order_by())
    mine = Q(author_id=actor.person_id or 0)
    rows = ChangeProposal.objects.filter((mine & Q(readable)) | Q(others))
    return rows.select_related(
        "notebook", "notebook__current_revision", "author", "based_on", "closed_by"
    ).order_by("-created_at", "-pk")


def changes_of(actor: Actor, notebook: Notebook) -> QuerySet[ChangeProposal]:
    """Those of ``notebook`` that ``actor`` may see, newest first."""
    return changes_for(actor).filter(notebook=notebook)


def open_changes_of(actor: Actor, notebook: Notebook) -> QuerySet[ChangeProposal]:
    """Those of ``notebook`` that wait for a decision and ``actor`` may see, newest first."""
    return changes_of(actor, notebook).filter(status=Status.OPEN)


def change_for(actor: Actor, uuid: UUID) -> ChangeProposal | None:
    """The change if ``actor`` may see it."""
    return changes_for(actor).filter(uuid=uuid).first()


def document_of(actor: Actor, change: ChangeProposal) -> Document:
    """The notebook as ``change``, which ``actor`` may see, would have it. Raises ``Withheld``."""
    require_shown(actor, change)
    document: dict[str, Any] = orjson.loads(unpacked(change.content))
    return document


def file_of(actor: Actor, change: ChangeProposal) -> bytes:
    """The same as a file that says which notebook and version it began from."""
    notebook = change.notebook
    began = change.based_on or notebook.current_revision
    document = document_of(actor, change)
    return copy_of(notebook, document, number=began.number if began else 1)


def require_shown(actor: Actor, change: ChangeProposal) -> None:
    """Raises ``Withheld`` when it was withdrawn, maybe for what stands in it."""
    if not is_shown(actor, change):
        raise Withheld(
            "Whoever suggested this change withdrew it, so it is not shown any more."
        )


def is_shown(actor: Actor, change: ChangeProposal) -> bool:
    """Whether ``actor``, who may see ``change``, may see what it holds."""
    return change.status != Status.WITHDRAWN or change.author_id == actor.person_id


def message_of(actor: Actor, change: ChangeProposal) -> str:
    """What ``actor``, who may see ``change``, may read of its message: all, or that it is gone."""
    return change.message if is_shown(actor, change) else WITHDRAWN


def difference_of(actor: Actor, change: ChangeProposal) -> NotebookDiff:
    """What leads from the newest version of the notebook to ``change``. Raises ``Withheld``."""
    current = change.notebook.current_revision
    assert current is not None  # noqa: S101 - the guard lists none without
    return diff(document_of_revision(current), document_of(actor, change))


def powers_over(actor: Actor, change: ChangeProposal) -> list[str]:
    """What ``actor`` may do with ``change``, which they may see: withdraw, decline."""
    if change.status != Status.OPEN:
        return []
    may = []
    if guard.allows_for(actor, Action.CHANGE_WITHDRAW, owner_id=change.author_id):
        may.append("withdraw")
    if guard.allows(actor, Action.CHANGE_DECIDE, change.notebook):
        may.append("decline")
    return may


def open_changes_for(actor: Actor) -> QuerySet[ChangeProposal]:
    """Those that ``actor`` may see and that wait for a decision, newest first."""
    return changes_for(actor).filter(status=Status.OPEN)
