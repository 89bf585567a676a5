"""Reads of the catalogue that need no actor: the caller has already found what it may see."""

from collections.abc import Iterable
from typing import Any

import orjson
import zstandard

from nbcommons.notebooks.models import Notebook, Revision, StoredContent


def canonical_of(revision: Revision) -> bytes:
    """The canonical JSON of the stripped notebook of ``revision``."""
    return unpacked(StoredContent.objects.get(pk=revision.content_id))


def unpacked(content: StoredContent) -> bytes:
    """The canonical JSON that ``content`` keeps compressed."""
    return zstandard.ZstdDecompressor().decompress(
        bytes(content.data), max_output_size=content.size_bytes
    )


def document_of(revision: Revision) -> dict[str, Any]:
    """The stripped notebook of ``revision``, as JSON values."""
    document: dict[str, Any] = orjson.loads(canonical_of(revision))
    return document


def keeper_of(notebook: Notebook) -> str:
    """The name of the person or team that looks after ``notebook``; owner and team are there."""
    return str(notebook.owner or notebook.owner_team)


def tidy_tags(names: Iterable[object]) -> tuple[str, ...]:
    """Tags as they are stored: small letters, single spaces, none twice."""
    tidy = (" ".join(str(name).lower().replace(",", " ").split())[:40] for name in names)
    return tuple(dict.fromkeys(name.strip() for name in tidy if name.strip()))
