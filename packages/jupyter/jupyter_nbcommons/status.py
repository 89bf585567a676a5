"""What JupyterLab is told about the connection to the Commons."""

from datetime import datetime
from typing import Any

from jupyter_nbcommons.delivery import DeliveryState
from jupyter_nbcommons.settings import Settings


def status_of(
    settings: Settings, delivery: DeliveryState, *, started_at: datetime, at: datetime
) -> dict[str, Any]:
    """The state as JSON.

    lifetime_s: whole life of this Jupyter; remaining_s: what is left of it, because the
    browser's clock may be wrong. Both None, as expires_at, when there is no end.
    """
    ends = settings.expires_at
    last = delivery.last_delivery_at
    return {
        "site": settings.site_url,
        "expires_at": ends and ends.isoformat(),
        "lifetime_s": ends and round((ends - started_at).total_seconds()),
        "remaining_s": ends and max(0, round((ends - at).total_seconds())),
        "queued": delivery.queued,
        "dropped": delivery.dropped,
        "is_own": settings.is_own,
        "is_stopped": delivery.is_stopped,
        "last_delivery_at": last and last.isoformat(),
    }
