"""Notebooks and versions by the names that clients have for them."""

import hashlib
import re
from collections.abc import Iterable
from uuid import UUID, uuid5

from django.http import Http404

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake.queries.imported import commit_ids_of
from nbcommons.nbgallery.params import told_uuid
from nbcommons.notebooks.models import Notebook, Revision

# Clients splice these into code.
_SAFE = re.compile(r"[A-Za-z0-9-]{1,64}")
_SHORT = re.compile(r"[0-9a-f]{8}")
_PARTS = ("owner", "owner_team", "created_by", "current_revision__author", "forked_from")


def notebook_named(actor: Actor, named: str, action: Action = Action.NOTEBOOK_READ) -> Notebook:
    """The notebook with this UUID, or the first whose UUID begins so (8 signs).

    All that is told of it is there. Raises ``Http404`` where there is none for the actor. Numbers
    name no notebook: another server's would lead to the wrong one.
    """
    rows = guard.notebooks_for(actor, action).select_related(*_PARTS)
    uuid = told_uuid(named)
    if uuid is not None:
        rows = rows.filter(uuid=uuid)
    elif _SHORT.fullmatch(named):
        first, last = UUID(named + "0" * 24), UUID(named + "f" * 24)
        rows = rows.filter(uuid__gte=first, uuid__lte=last).order_by("created_at", "pk")
    else:
        raise Http404
    found = rows.first()
    if found is None:
        raise Http404
    return found


def commits_of(notebooks: Iterable[Notebook]) -> dict[int, str]:
    """By notebook, what clients know its newest version by; one query.

    What an imported or a staged version was called where it came from, else made from the
    notebook and the number, always the same.
    """
    rows = list(notebooks)
    known = commit_ids_of(row.current_revision_id for row in rows if row.current_revision_id)
    return {
        row.pk: _commit_of(row, known.get(row.current_revision_id or 0, "")) for row in rows
    }


def git_commit_of(notebook: Notebook, commit: str) -> str:
    """40 hexadecimal signs for its newest version."""
    if re.fullmatch(r"[0-9a-f]{40}", commit):
        return commit
    return hashlib.sha256(f"{notebook.uuid} {_number(notebook)}".encode()).hexdigest()[:40]


def _commit_of(notebook: Notebook, known: str) -> str:
    if _SAFE.fullmatch(known):
        return known
    return str(uuid5(notebook.uuid, f"version {_number(notebook)}"))


def _number(notebook: Notebook) -> int:
    revision: Revision | None = notebook.current_revision
    return revision.number if revision is not None else 0
