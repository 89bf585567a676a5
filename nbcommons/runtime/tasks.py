"""Jobs about people's Jupyters: starting one ahead, stopping that of somebody who leaves."""

from typing import Any

from nbcommons.core.actor import Actor
from nbcommons.core.jobs import job
from nbcommons.runtime import operations


@job("runtime.start_environment", retry=2, coalesce_by="actor_id")
def start_environment(*, actor_id: int, **_later: Any) -> None:
    operations.start_environment(Actor.system("start ahead"), actor_id)


@job("runtime.stop_environment", retry=8)
def stop_environment(*, person_id: int, **_later: Any) -> None:
    operations.stop_environment(Actor.system("account switched off"), person_id)


@job("runtime.renew_environment", retry=4)
def renew_environment(*, person_id: int, **_later: Any) -> None:
    operations.replace_environment(Actor.system("start afresh"), person_id)
