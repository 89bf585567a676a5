"""Hears every fact and writes it down, in the transaction that made it true."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from nbcommons.activity.models import AuditEntry


def record(fact: Any) -> None:
    """Write ``fact`` into the audit log."""
    details = asdict(fact)
    AuditEntry.objects.create(
        at=timezone.now(),
        fact=type(fact).__name__,
        actor_id=details.pop("actor_id", None),
        notebook_id=details.pop("notebook_id", None),
        details=details,
    )
