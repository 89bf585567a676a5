"""Deleting a notebook: into the bin, out of it again, and in the end for good."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.holding import held
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.curation._offers import withdraw_waiting
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook

log = structlog.get_logger(__name__)


@transaction.atomic
def delete_notebook(actor: Actor, notebook: Notebook, *, at: datetime) -> datetime:
    """Put ``notebook`` into the bin, hidden from everybody; returns when it is gone for good.

    Offers of it are withdrawn. Raises ``Denied``.
    """
    row = held(actor, Action.NOTEBOOK_REMOVE, notebook)
    withdraw_waiting(row, actor_id=actor.person_id, at=at)
    catalogue.move_to_bin(row, actor_id=actor.person_id, at=at)
    return at + timedelta(days=settings.NBCOMMONS_BIN_DAYS)


@transaction.atomic
def restore_notebook(actor: Actor, notebook: Notebook) -> None:
    """Take ``notebook`` out of the bin, as it was. Raises ``Denied``, also if it is gone."""
    row = held(actor, Action.NOTEBOOK_RESTORE, notebook)
    catalogue.take_from_bin(row, actor_id=actor.person_id)


@transaction.atomic
def remove_for_good(actor: Actor, notebook: Notebook) -> None:
    """Do not wait for the bin to be emptied: ``notebook``, which is in it, is gone now.

    For what should never have been shared. Raises ``Denied``.
    """
    row = held(actor, Action.NOTEBOOK_RESTORE, notebook)
    catalogue.remove_notebook(row, actor_id=actor.person_id)


def empty_bin(actor: Actor, *, at: datetime) -> int:
    """Remove for good what has been in the bin too long; returns how many notebooks.

    Each in a transaction of its own: one that something still holds fast stays, is logged, and
    keeps no other. Raises ``Denied`` unless the system asks.
    """
    if not actor.is_system:
        raise Denied("Only the system empties the bin.")
    due = at - timedelta(days=settings.NBCOMMONS_BIN_DAYS)
    binned = guard.notebooks_for(actor, Action.NOTEBOOK_RESTORE).filter(deleted_at__lte=due)
    return sum(_remove_due(actor, notebook, due) for notebook in list(binned.order_by("pk")))


def _remove_due(actor: Actor, notebook: Notebook, due: datetime) -> bool:
    rows = guard.notebooks_for(actor, Action.NOTEBOOK_RESTORE).filter(deleted_at__lte=due)
    try:
        with transaction.atomic():
            # Somebody may be taking it back at this moment.
            locked = rows.select_for_update(of=("self",), skip_locked=True)
            row = locked.filter(pk=notebook.pk).first()
            if row is not None:
                catalogue.remove_notebook(row, actor_id=None)
            return row is not None
    except ProtectedError as error:
        kinds = sorted({type(held_by).__name__ for held_by in error.protected_objects})
        log.warning("binned_notebook_held", notebook_id=notebook.pk, held_by=kinds)
        return False
