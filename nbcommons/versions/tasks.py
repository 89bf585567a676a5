"""Jobs of the room."""

from typing import Any

from nbcommons.core.actor import Actor
from nbcommons.core.jobs import Many, job, periodic
from nbcommons.versions import operations

SYSTEM = Actor.system("versions")
SWEEP_LIMIT = 500


@job("versions.measure_versions")
def measure_versions(*, revision_ids: list[int], **_later: Any) -> None:
    for revision_id in revision_ids:
        operations.measure_version(SYSTEM, revision_id)


@job("versions.measure_version", many=Many(measure_versions, "revision_id", "revision_ids"))
def measure_version(*, revision_id: int, **_later: Any) -> None:
    operations.measure_version(SYSTEM, revision_id)


@periodic("versions.measure_missing", cron="*/10 * * * *")
def measure_missing(**_later: Any) -> None:
    operations.measure_missing(SYSTEM, limit=SWEEP_LIMIT)
