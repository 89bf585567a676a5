"""The row of a notebook, held while it is changed, by those who may change it."""

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook


def held(actor: Actor, action: Action, notebook: Notebook) -> Notebook:
    """``notebook`` as it is now, with its current version; nobody else writes until the end.

    Runs inside a transaction. Raises ``Denied`` unless ``actor`` may do ``action`` to it.
    """
    rows = guard.notebooks_for(actor, action).select_for_update(of=("self",))
    found = rows.select_related("current_revision").filter(pk=notebook.pk).first()
    if found is None:
        guard.require(actor, action, notebook)
        raise Notebook.DoesNotExist
    return found
