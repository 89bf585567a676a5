"""Dates that sources give: which of them can be true."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
# Clocks of other places may be ahead of ours.
LEEWAY = timedelta(days=1)
PLAUSIBLE = "Dates lie between 1970 and today."


def is_plausible(at: datetime) -> bool:
    """Whether something can have happened at ``at``, which has a time zone."""
    return EARLIEST <= at <= timezone.now() + LEEWAY
