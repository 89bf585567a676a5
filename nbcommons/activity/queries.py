"""Reads of the audit log; for those whom ``access`` lets read it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.activity.models import AuditEntry
from nbcommons.core.actor import Actor

# Where facts name a person whom something was done to, alone or among others.
_ABOUT_A_PERSON = ("person_id", "to_person_id", "old_owner_id", "new_owner_id")
_ABOUT_PEOPLE = ("people_may_read", "people_may_edit", "people_removed")


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries: those of a person (who did it, or whom it is about), and so on; None: all.

    ``begin`` is included, ``end`` is not.
    """

    person_id: int | None = None
    notebook_id: int | None = None
    fact: str = ""
    begin: datetime | None = None
    end: datetime | None = None


def audit_entries(actor: Actor, wanted: AuditFilter) -> QuerySet[AuditEntry]:
    """The entries that ``wanted`` asks for, newest first. Raises ``Denied``."""
    guard.require_for(actor, Action.AUDIT_READ)
    found = AuditEntry.objects.order_by("-pk")
    if wanted.person_id is not None:
        about = Q(actor_id=wanted.person_id)
        for key in _ABOUT_A_PERSON:
            about |= Q(details__contains={key: wanted.person_id})
        for key in _ABOUT_PEOPLE:
            about |= Q(details__contains={key: [wanted.person_id]})
        found = found.filter(about)
    if wanted.notebook_id is not None:
        found = found.filter(notebook_id=wanted.notebook_id)
    if wanted.fact:
        found = found.filter(fact=wanted.fact)
    if wanted.begin is not None:
        found = found.filter(at__gte=wanted.begin)
    if wanted.end is not None:
        found = found.filter(at__lt=wanted.end)
    return found


def known_facts(actor: Actor) -> list[str]:
    """The names of all facts that stand in the log, by the alphabet. Raises ``Denied``."""
    guard.require_for(actor, Action.AUDIT_READ)
    # A loose index scan: the log is long, and has few names.
    return [row.fact for row in AuditEntry.objects.raw(_FACTS)]


_FACTS = """
    WITH RECURSIVE name AS (
        (SELECT fact FROM activity_auditentry ORDER BY fact LIMIT 1)
        UNION ALL
        SELECT (SELECT fact FROM activity_auditentry WHERE fact > name.fact
                ORDER BY fact LIMIT 1)
        FROM name WHERE name.fact IS NOT NULL
    )
    SELECT 0 AS id, fact FROM name WHERE fact IS NOT NULL
"""
