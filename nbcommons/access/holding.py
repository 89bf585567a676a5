"""The row of a notebook, held while it is changed, by those who may change it."""

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Overtaken
from nbcommons.core.rows import locked_row
from nbcommons.notebooks.models import Notebook


def held(actor: Actor, action: Action, notebook: Notebook) -> Notebook:
    """``notebook`` as it is now, with its current version; nobody else writes until the end.

    Runs inside a transaction. Raises ``Denied`` unless ``actor`` may do ``action`` to it, or
    ``Overtaken`` when they might, had it not gone into the bin, out of it, or for good meanwhile.
    """
    row = locked_row(Notebook, notebook.pk, gone="The notebook has been deleted for good.")
    # A statement of its own: it sees all that was written by those who were waited for.
    found = guard.notebooks_for(actor, action).select_related("current_revision")
    now = found.filter(pk=row.pk).first()
    if now is not None:
        return now
    has_moved = (notebook.deleted_at is None) is not (row.deleted_at is None)
    if has_moved and guard.allows_whatever_its_state(actor, action, row):
        raise Overtaken(
            "The notebook was put into the bin in the meantime."
            if row.deleted_at is not None
            else "The notebook was taken out of the bin in the meantime."
        )
    guard.require(actor, action, row)
    return row
