"""When to ask again, and how long to wait before."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# 502: of the proxy, while the Commons itself is started anew.
RETRIED_STATUSES = frozenset({429, 502, 503})


@dataclass(frozen=True, slots=True)
class Patience:
    """How often one call is tried, and how long its pauses may be, in seconds."""

    attempts: int = 4
    first_pause_s: float = 0.5
    longest_pause_s: float = 30.0


ONCE = Patience(attempts=1)


def pause_before_next(
    patience: Patience, *, attempt: int, asked_s: float | None
) -> float | None:
    """Seconds until the next try; None when there is none.

    attempt: of how many tries this was the last, from 1. asked_s: what the Commons asked for.
    """
    if attempt >= patience.attempts:
        return None
    if asked_s is not None and asked_s > patience.longest_pause_s:
        return None
    grown: float = patience.first_pause_s * 2.0 ** (attempt - 1)
    # Jitter: all callers meet a restart in the same second.
    pause_s = min(grown, patience.longest_pause_s) * random.uniform(0.5, 1.0)  # noqa: S311
    return max(pause_s, asked_s or 0.0)


def asked_pause_s(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """What ``Retry-After`` asks for, in seconds; None when it asks for nothing."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    current = now or datetime.now(UTC)  # noqa: TID251 - a date is waited for by the clock
    return max(0.0, (moment - current).total_seconds())
