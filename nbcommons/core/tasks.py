"""Housekeeping of the floor."""

from typing import Any

from nbcommons.core import jobs, rates


@jobs.periodic("core.forget_idle_callers", cron="25 * * * *")
def forget_idle_callers(**_later: Any) -> None:
    rates.forget_idle_callers()
