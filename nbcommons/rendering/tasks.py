"""Jobs of the room."""

from typing import Any

from nbcommons.core.actor import Actor
from nbcommons.core.jobs import Many, job, periodic
from nbcommons.rendering import operations

SYSTEM = Actor.system("rendering")
SWEEP_LIMIT = 500


@job("rendering.render_revisions")
def render_revisions(*, revision_ids: list[int], **_later: Any) -> None:
    for revision_id in revision_ids:
        operations.render_revision(SYSTEM, revision_id)


@job("rendering.render_revision", many=Many(render_revisions, "revision_id", "revision_ids"))
def render_revision(*, revision_id: int, **_later: Any) -> None:
    operations.render_revision(SYSTEM, revision_id)


@periodic("rendering.render_missing", cron="*/10 * * * *")
def render_missing(**_later: Any) -> None:
    operations.render_missing(SYSTEM, limit=SWEEP_LIMIT)
