"""Suggesting a change, withdrawing it, declining it.

Whoever accepts one later adds a version with ``from_change``, under the same locks: the notebook
first, then the change.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.holding import held
from nbcommons.collaboration.errors import ChangeClosed, Invalid, TooManyChanges
from nbcommons.collaboration.events import ChangeDeclined, ChangeProposed, ChangeWithdrawn
from nbcommons.collaboration.models import ChangeProposal
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.core.rows import locked_row
from nbcommons.core.signs import several_lines
from nbcommons.intake.errors import NothingNew
from nbcommons.intake.models import Draft
from nbcommons.intake.operations.handing_on import hand_on_draft
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Revision

Status = ChangeProposal.Status
REASON_LENGTH = 1000
MOST_OPEN = 20
"""So many changes of one person to one notebook may wait for a decision."""


@transaction.atomic
def propose_change(
    actor: Actor,
    notebook: Notebook,
    draft: Draft,
    *,
    message: str,
    decisions: Mapping[str, str] | None = None,
    kept_pictures: frozenset[int] | None = None,
    based_on: int | None = None,
    at: datetime,
) -> ChangeProposal:
    """Suggest what ``draft`` holds to whoever looks after ``notebook``; the draft is gone then.

    message: what the change is good for, a few lines at most. decisions: ``fine`` or ``blank`` by
    the key of what may be a secret, besides those made before. kept_pictures: keys of pictures;
    None keeps those that its author chose. based_on: the number of the version it began from; None
    is what the file says, if it does. Raises ``Denied``, what ``hand_on_draft`` raises,
    ``NothingNew``, ``TooManyChanges``, and ``Invalid`` for a version that ``actor`` cannot see.
    """
    handed = hand_on_draft(
        actor,
        draft,
        notebook,
        message=message,
        decisions=decisions,
        kept_pictures=kept_pictures,
        at=at,
    )
    row = held(actor, Action.CHANGE_SUGGEST, notebook)
    if actor.person_id is None:
        raise Denied("Sign in to suggest a change.")
    began = _version(actor, row, based_on, handed.came_from)
    content = catalogue.store_content(handed.canonical)
    current = row.current_revision
    if current is not None and current.content_id == content.pk:
        raise NothingNew(f"This is the same as version {current.number} of “{row.title}”.")
    waiting = ChangeProposal.objects.filter(
        notebook=row, author_id=actor.person_id, status=Status.OPEN
    )
    if waiting.count() >= MOST_OPEN:
        raise TooManyChanges(
            f"{MOST_OPEN} of your changes to “{row.title}” wait already. Withdraw those that you "
            "do not need."
        )
    change = ChangeProposal.objects.create(
        uuid=draft.uuid,  # finds it again where no answer came
        notebook=row,
        based_on=began,
        content=content,
        author_id=actor.person_id,
        message=handed.message,
        created_at=at,
    )
    events.publish(
        ChangeProposed(actor_id=actor.person_id, notebook_id=row.pk, change_id=change.pk)
    )
    return change


@transaction.atomic
def withdraw_change(actor: Actor, change: ChangeProposal, *, at: datetime) -> ChangeProposal:
    """Suggest it no longer: nobody but its author sees from now on what it held.

    Raises ``Denied`` for anybody but its author, and ``ChangeClosed``.
    """
    guard.require_for(actor, Action.CHANGE_WITHDRAW, owner_id=change.author_id)
    row = _closed(actor, change, Status.WITHDRAWN, at=at)
    events.publish(
        ChangeWithdrawn(actor_id=actor.person_id, notebook_id=row.notebook_id, change_id=row.pk)
    )
    return row


@transaction.atomic
def decline_change(
    actor: Actor, change: ChangeProposal, *, reason: str, at: datetime
) -> ChangeProposal:
    """Say that the notebook stays without it, and why: its author is told.

    Raises ``Denied``, ``Invalid`` without a reason, and ``ChangeClosed``.
    """
    held(actor, Action.CHANGE_DECIDE, change.notebook)
    tidy = several_lines(reason)
    if not tidy:
        raise Invalid(
            f"Say in a sentence why, so that {change.author} knows what would make it a yes.",
            field="reason",
        )
    if len(tidy) > REASON_LENGTH:
        raise Invalid(f"Use at most {REASON_LENGTH:,} characters.", field="reason")
    row = _closed(actor, change, Status.DECLINED, reason=tidy, at=at)
    events.publish(
        ChangeDeclined(actor_id=actor.person_id, notebook_id=row.notebook_id, change_id=row.pk)
    )
    return row


def _closed(
    actor: Actor, change: ChangeProposal, status: str, *, reason: str = "", at: datetime
) -> ChangeProposal:
    """The change, closed now; raises ``ChangeClosed`` when somebody was faster."""
    row = locked_row(ChangeProposal, change.pk, gone="The notebook has been deleted for good.")
    if row.status != Status.OPEN:
        raise ChangeClosed(f"This change was {row.get_status_display()} already.")
    row.status = status
    row.reason = reason
    row.closed_at = at
    row.closed_by_id = actor.person_id
    row.save(update_fields=["status", "reason", "closed_at", "closed_by"])
    return row


def _version(
    actor: Actor, notebook: Notebook, said: int | None, came_from: int | None
) -> Revision | None:
    """The version that a change began from: what its author says, else what the file says."""
    number = came_from if said is None else said
    if number is None:
        return None
    visible = guard.revisions_for(actor, notebook)
    found = visible.filter(number=number).first()
    if found is None and said is not None:
        raise Invalid(
            f"“{notebook.title}” has no version {number} that you can see.", field="based_on"
        )
    return found
