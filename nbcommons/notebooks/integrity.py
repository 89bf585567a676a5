"""Whether the catalogue is as it was written: contents by their hash, references by each other."""

import hashlib
from collections.abc import Callable, Iterator

import zstandard
from django.db.models import Count, F, Max, Q

from nbcommons.notebooks.models import Notebook, Revision, StoredContent, StoredPicture
from nbcommons.notebooks.queries import unheld_content, unpacked

_AT_ONCE = 100


def check_contents(
    *, progress: Callable[[int, int], None] | None = None
) -> tuple[int, list[str]]:
    """Unpack and hash every stored content: how many there are, and sentences about faults.

    ``progress`` hears how many are done, and of how many.
    """
    total = StoredContent.objects.count()
    faults: list[str] = []
    done = 0
    for content in StoredContent.objects.order_by("pk").iterator(chunk_size=_AT_ONCE):
        if (fault := _fault_of(content)) is not None:
            faults.append(fault)
        done += 1
        if progress is not None:
            progress(done, total)
    return done, faults


def _fault_of(content: StoredContent) -> str | None:
    try:
        canonical = unpacked(content)
    except zstandard.ZstdError:
        return f"The content {content.pk} cannot be unpacked{_held_by(content)}."
    if hashlib.sha256(canonical).hexdigest() != content.pk:
        return f"The content {content.pk} is not what was stored{_held_by(content)}."
    if len(canonical) != content.size_bytes:
        return f"The content {content.pk} has another size than was noted{_held_by(content)}."
    return None


def _held_by(content: StoredContent) -> str:
    revision = Revision.objects.filter(content=content).select_related("notebook").first()
    if revision is None:
        return " (no version holds it)"
    return f" (version {revision.number} of {revision.notebook.uuid})"


def check_references() -> Iterator[str]:
    """Sentences about notebooks whose records do not fit together; a few queries in all."""
    none = Notebook.objects.filter(current_revision__isnull=True)
    for uuid in none.values_list("uuid", flat=True):
        yield f"The notebook {uuid} has no current version."
    astray = Notebook.objects.filter(
        ~Q(current_revision__notebook_id=F("pk")), current_revision__isnull=False
    )
    for uuid in astray.values_list("uuid", flat=True):
        yield f"The current version of the notebook {uuid} is another one's."
    newest = Notebook.objects.annotate(newest=Max("revisions__number"))
    stale = newest.exclude(current_revision__number=F("newest"))
    for uuid in stale.filter(newest__isnull=False).values_list("uuid", flat=True):
        yield f"The current version of the notebook {uuid} is not its newest."
    counted = Revision.objects.annotate(counted=Count("cells")).exclude(counted=F("cell_count"))
    for uuid, number in counted.values_list("notebook__uuid", "number"):
        yield f"Version {number} of {uuid} has not as many cells on record as it should."
    for key in unheld_content().values_list("pk", flat=True):
        yield f"The content {key} is held by no version."
    alone = StoredPicture.objects.filter(contents__isnull=True)
    for key in alone.values_list("pk", flat=True):
        yield f"The picture {key} is in no notebook."
