"""Rendering ahead, so that pages need not."""

from collections.abc import Callable, Iterator

import zstandard
from django.db import transaction
from django.db.models import Exists, OuterRef

from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook, Revision, StoredContent
from nbcommons.rendering.models import Rendering
from nbcommons.rendering.queries import rendered_content
from nbcommons_ipynb.rendering import RENDERER_VERSION, to_bytes


def render_revision(actor: Actor, revision_id: int) -> None:
    """Store the rendering of a revision, unless it is there; one that is gone is no fault."""
    del actor  # derived data: nobody's permission is asked
    revision = Revision.objects.filter(pk=revision_id).first()
    if revision is not None:
        _store(StoredContent.objects.get(pk=revision.content_id))


def render_missing(actor: Actor, *, limit: int) -> int:
    """Store renderings of current versions that the renderer of today has not made.

    At most ``limit`` of them; returns how many. Older renderings of the same content go.
    """
    del actor
    count = 0
    for content in _missing(limit):
        _store(content)
        count += 1
    return count


def rebuild_renderings(
    actor: Actor, *, progress: Callable[[int, int], None] | None = None
) -> int:
    """Render every current version anew and forget all other renderings; returns how many.

    ``progress`` hears how many are done, and of how many. Pages render what is missing themselves.
    """
    del actor
    current = Notebook.objects.filter(current_revision__content_id=OuterRef("pk"))
    contents = StoredContent.objects.filter(Exists(current))
    keys = list(contents.order_by("pk").values_list("pk", flat=True))
    Rendering.objects.exclude(content_id__in=keys).delete()
    for done, key in enumerate(keys, start=1):
        content = StoredContent.objects.filter(pk=key).first()
        if content is not None:
            made = _made(content)
            with transaction.atomic():
                Rendering.objects.filter(content_id=key).delete()
                Rendering.objects.bulk_create([made], ignore_conflicts=True)
        if progress is not None:
            progress(done, len(keys))
    return len(keys)


def _missing(limit: int) -> Iterator[StoredContent]:
    made = Rendering.objects.filter(content_id=OuterRef("pk"), version=RENDERER_VERSION)
    current = Notebook.objects.filter(current_revision__content_id=OuterRef("pk"))
    contents = StoredContent.objects.filter(Exists(current), ~Exists(made))
    yield from contents[:limit].iterator(chunk_size=20)


def _store(content: StoredContent) -> None:
    if Rendering.objects.filter(content=content, version=RENDERER_VERSION).exists():
        return
    Rendering.objects.bulk_create([_made(content)], ignore_conflicts=True)
    Rendering.objects.filter(content=content, version__lt=RENDERER_VERSION).delete()


def _made(content: StoredContent) -> Rendering:
    """The rendering of ``content``, not stored yet."""
    made = to_bytes(rendered_content(content))
    return Rendering(
        content=content,
        version=RENDERER_VERSION,
        size_bytes=len(made),
        data=zstandard.ZstdCompressor(level=3).compress(made),
    )
