"""Since when somebody has held access labels or been in teams, and which version was current."""

from datetime import datetime

from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.people.models import LabelHolding

Span = tuple[datetime, datetime | None]


def first_since_granted(actor: Actor, notebook: Notebook) -> int:
    """The number of the version that was current when ``actor`` got the last of its labels."""
    now = timezone.now()
    rows = LabelHolding.objects.filter(
        person_id=actor.person_id or 0, label__notebooks=notebook
    )
    spans: dict[int, list[Span]] = {}
    for label_id, granted_at, expires_at in rows.values_list(
        "label_id", "granted_at", "expires_at"
    ):
        spans.setdefault(label_id, []).append((granted_at, expires_at))
    since = max((_held_since(each, now) for each in spans.values()), default=now)
    return number_at(notebook, since)


def number_at(notebook: Notebook, moment: datetime) -> int:
    """The number of the version of ``notebook`` that was current at ``moment``; else 1."""
    earlier = Revision.objects.filter(notebook=notebook, created_at__lte=moment)
    return earlier.order_by("-number").values_list("number", flat=True).first() or 1


def _held_since(spans: list[Span], now: datetime) -> datetime:
    """The beginning of the time without a gap, up to ``now``, that ``spans`` cover."""
    since = now
    while earlier := [
        begin for begin, end in spans if begin < since and (end is None or end >= since)
    ]:
        since = min(earlier)
    return since
