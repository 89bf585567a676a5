"""Why jobs failed, in words that quote nothing of what people wrote."""

import traceback
from pathlib import Path

import structlog
from django.db import DatabaseError
from django.utils import timezone

from nbcommons.core.errors import CommonsError
from nbcommons.core.models import JobFailure

log = structlog.get_logger(__name__)

_OURS = f"{Path(__file__).resolve().parents[1]}/"


def note(job_id: int | None, error: Exception) -> None:
    """Keep why the job failed; an earlier note of the same job is replaced."""
    if job_id is None:
        return
    told = str(error)[:500] if isinstance(error, CommonsError) else ""
    try:
        JobFailure.objects.update_or_create(
            job_id=job_id,
            defaults={
                "at": timezone.now(),
                "kind": type(error).__name__[:100],
                "place": place_of(error),
                "message": told,
            },
        )
    except DatabaseError:  # what the job failed of may be just that
        log.warning("job_failure_not_kept", job_id=job_id)


def place_of(error: Exception) -> str:
    """The last line of ours that the error passed through: file, line, function."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(_OURS)]
    if not ours:
        return ""
    last = ours[-1]
    return f"{last.filename.removeprefix(_OURS)}, line {last.lineno}, {last.name}"[:200]
