"""How often a caller may call: a share of calls a minute, counted by all web processes together.

Each call uses up one step of a minute (60 s / share). Whoever has used up a whole minute waits
until a step of it is over; so a share may be used at once or spread, and no window jumps. In the
first minute that may be up to twice a share: all of it at once, and what becomes free meanwhile.
(Known as the generic cell rate algorithm.)
"""

import ipaddress

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from nbcommons.core.errors import TooOften

MINUTE_S = 60.0

# One statement, so that calls at the same time count one after the other. The clock is the
# database's, which all processes share; now() would stand still within a transaction.
_CHARGE = """
INSERT INTO core_callrate AS known (caller, busy_until)
VALUES (%(caller)s, clock_timestamp() + %(step_s)s * interval '1 second')
ON CONFLICT (caller) DO UPDATE
SET busy_until = greatest(known.busy_until, clock_timestamp())
  + %(step_s)s * interval '1 second'
WHERE greatest(known.busy_until, clock_timestamp()) + %(step_s)s * interval '1 second'
  <= clock_timestamp() + interval '60.000001 seconds'
RETURNING true
"""
_WAIT = """
SELECT extract(epoch FROM busy_until - clock_timestamp())::float8
FROM core_callrate WHERE caller = %(caller)s
"""
_FORGET = "DELETE FROM core_callrate WHERE busy_until < clock_timestamp() - interval '1 hour'"


def charge(caller: str, *, per_minute: int) -> None:
    """Count a call of ``caller``; one statement of the database.

    ``per_minute`` 0 counts nothing. Raises ``TooOften`` when their share is used up.
    """
    if per_minute <= 0:
        return
    step_s = MINUTE_S / per_minute
    with connection.cursor() as cursor:
        cursor.execute(_CHARGE, {"caller": caller, "step_s": step_s})
        if cursor.fetchone() is not None:
            return
        cursor.execute(_WAIT, {"caller": caller})
        row = cursor.fetchone()
    wait_s = max(0.0, (row[0] if row else 0.0) + step_s - MINUTE_S)
    raise TooOften(
        f"You have made {per_minute:,} calls at once or nearly so. As many are free again "
        "within a minute, one after the other: wait a little and go on.",
        retry_after_s=wait_s,
    )


def forget_idle_callers() -> int:
    """Drop what is known of callers who have not called for an hour; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
        return int(cursor.rowcount)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as far as our own proxies tell; a network for IPv6.

    Addresses that somebody further away claims are not believed.
    """
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    is_told = 0 < proxies <= len(told) and told[-proxies]
    address = told[-proxies] if is_told else request.META.get("REMOTE_ADDR", "")
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 6:  # noqa: PLR2004 - everybody has a network of 2^64 of them
        return str(ipaddress.ip_network(f"{found}/64", strict=False))
    return str(found)
