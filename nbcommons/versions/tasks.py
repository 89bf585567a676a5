"""Jobs of the room."""

from typing import Any

from nbcommons.core.actor import Actor
from nbcommons.core.jobs import job, periodic
from nbcommons.versions import operations

SYSTEM = Actor.system("versions")
SWEEP_LIMIT = 500


@job("versions.measure_version")
def measure_version(*, revision_id: int, **_later: Any) -> None:
    operations.measure_version(SYSTEM, revision_id)


@periodic("versions.measure_missing", cron="*/10 * * * *")
def measure_missing(**_later: Any) -> None:
    operations.measure_missing(SYSTEM, limit=SWEEP_LIMIT)
