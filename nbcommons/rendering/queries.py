"""Renderings, read from the store or made on the spot when they are not there yet."""

import orjson
import zstandard

from nbcommons.notebooks.models import Revision, StoredContent
from nbcommons.notebooks.queries import unpacked
from nbcommons.rendering.models import Rendering
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.rendering import RENDERER_VERSION, Rendered, from_bytes, render


def rendered_revision(revision: Revision) -> Rendered:
    """``revision`` as safe HTML: one query when it is stored, two and the work when not."""
    stored = Rendering.objects.filter(
        content_id=revision.content_id, version=RENDERER_VERSION
    ).first()
    if stored is None:
        return rendered_content(StoredContent.objects.get(pk=revision.content_id))
    return from_bytes(
        zstandard.ZstdDecompressor().decompress(
            bytes(stored.data), max_output_size=stored.size_bytes
        )
    )


def rendered_content(content: StoredContent) -> Rendered:
    """``content`` rendered now."""
    return render(orjson.loads(unpacked(content)))


def rendered_document(document: Document) -> Rendered:
    """A stripped notebook that is not stored yet, such as a draft, rendered now."""
    return render(document)
