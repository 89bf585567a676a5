"""How the canonical JSON of a notebook is kept: compressed, its pictures apart and each once.

In the JSON a kept picture is base64 text. Where it stood, the kept form names its hash instead;
``unpack`` puts it in again, byte for byte, so that nobody above need know.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping

import zstandard

from nbcommons.notebooks.incoming import PackedContent

COMPRESSION_LEVEL = 9
REFERENCE = b"sha256:"
"""Before the hash of a picture, in its place."""

# Quotes within a string of JSON have a backslash before them: these stand around keys and values.
_KEY = rb'("image/(?:png|jpeg)":")'
_PICTURE = re.compile(_KEY + rb'([A-Za-z0-9+/]{72,}={0,2})(?=")')
_NAMED = re.compile(_KEY + REFERENCE + rb'([0-9a-f]{64})(?=")')


def pack(canonical: bytes) -> PackedContent:
    """``canonical`` as it is kept."""
    kept, pictures = _taken_apart(canonical)
    return PackedContent(
        sha256=hashlib.sha256(canonical).hexdigest(),
        size_bytes=len(canonical),
        data=zstandard.ZstdCompressor(level=COMPRESSION_LEVEL).compress(kept),
        pictures=pictures,
    )


def unpack(content: PackedContent) -> bytes:
    """The canonical JSON that was packed."""
    kept = zstandard.ZstdDecompressor().decompress(
        content.data, max_output_size=content.size_bytes
    )
    return with_pictures(kept, content.pictures)


def names_pictures(kept: bytes) -> bool:
    """Whether pictures may have to be put in; a text that only looks so says yes too."""
    return REFERENCE in kept


def with_pictures(kept: bytes, pictures: Mapping[str, bytes]) -> bytes:
    """``kept`` with the ``pictures`` in their places; the name of another stays as it is."""
    if not pictures:
        return kept

    def found(match: re.Match[bytes]) -> bytes:
        content = pictures.get(match[2].decode())
        return match[0] if content is None else match[1] + base64.b64encode(content)

    return _NAMED.sub(found, kept)


def _taken_apart(canonical: bytes) -> tuple[bytes, dict[str, bytes]]:
    pictures: dict[str, bytes] = {}

    def named(match: re.Match[bytes]) -> bytes:
        content = _decoded(match[2])
        if content is None:
            return match[0]
        digest = hashlib.sha256(content).hexdigest()
        pictures[digest] = content
        return match[1] + REFERENCE + digest.encode()

    kept = _PICTURE.sub(named, canonical)
    # What cannot be put together again is kept whole.
    if with_pictures(kept, pictures) != canonical:
        return canonical, {}
    return kept, pictures


def _decoded(text: bytes) -> bytes | None:
    """The bytes that ``text`` spells, unless there is another spelling of them."""
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return content if base64.b64encode(content) == text else None
