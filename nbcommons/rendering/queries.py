"""Renderings, read from the store or made on the spot when they are not there yet.

Kept pictures are no part of a stored rendering: it names their hashes, as stored notebooks do.
"""

import base64
import re

import orjson
import zstandard

from nbcommons.core.prepared import TEXT, Prepared
from nbcommons.notebooks.models import Revision, StoredContent
from nbcommons.notebooks.queries import pictures_of, without_pictures
from nbcommons.rendering.models import Rendering
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.rendering import RENDERER_VERSION, Rendered, from_bytes, render, to_bytes

# As a picture whose base64 text is only named becomes the address of an image, within JSON.
_NAMED = re.compile(rb';base64,sha256:([0-9a-f]{64})(?=\\")')

_STORED = Prepared(
    lambda digest: Rendering.objects.filter(content_id=digest, version=RENDERER_VERSION),
    digest=TEXT,
)


def rendered_revision(revision: Revision, *, pictures: bool = True) -> Rendered:
    """``revision`` as safe HTML: one query when it is stored, two and the work when not.

    One more for its pictures, where there are some: without ``pictures`` it is not asked.
    """
    made = _made_before(revision)
    if made is None:
        content = StoredContent.objects.get(pk=revision.content_id)
        made = to_bytes(rendered_content(content))
    return from_bytes(_with_pictures(made, revision.content_id) if pictures else made)


def rendered_content(content: StoredContent) -> Rendered:
    """``content`` rendered now, for storing: its pictures are named only."""
    return render(orjson.loads(without_pictures(content)))


def rendered_document(document: Document) -> Rendered:
    """A stripped notebook that is not stored yet, such as a draft, rendered now."""
    return render(document)


def _made_before(revision: Revision) -> bytes | None:
    stored = _STORED.first(digest=revision.content_id)
    if stored is None:
        return None
    return zstandard.ZstdDecompressor().decompress(
        bytes(stored.data), max_output_size=stored.size_bytes
    )


def _with_pictures(made: bytes, digest: str) -> bytes:
    """``made`` with the pictures that this content holds; whoever names another gets none."""
    if _NAMED.search(made) is None:
        return made
    pictures = pictures_of(digest)

    def found(match: re.Match[bytes]) -> bytes:
        content = pictures.get(match[1].decode())
        return match[0] if content is None else b";base64," + base64.b64encode(content)

    return _NAMED.sub(found, made)
