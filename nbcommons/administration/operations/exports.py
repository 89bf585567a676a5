"""Taking a copy of the audit log, which is itself logged."""

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.administration.events import AuditLogExported
from nbcommons.core import events
from nbcommons.core.actor import Actor


@transaction.atomic
def note_export(actor: Actor, *, asked: str) -> None:
    """Log that ``actor`` takes the part of the audit log that ``asked`` names.

    Raises ``Denied``.
    """
    guard.require_for(actor, Action.AUDIT_READ)
    events.publish(AuditLogExported(actor_id=actor.person_id, asked=asked[:500]))
