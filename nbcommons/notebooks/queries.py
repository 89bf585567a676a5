"""Reads of the catalogue that need no actor: the caller has already found what it may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
import zstandard
from django.db import connection

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


@dataclass(frozen=True, slots=True)
class Attached:
    """Whether something hangs on a notebook that most have not: three tables, one question."""

    has_labels: bool
    has_editors: bool
    has_forks: bool


_ATTACHED = """SELECT
  EXISTS (SELECT FROM notebooks_notebook_labels WHERE notebook_id = %(key)s),
  EXISTS (SELECT FROM notebooks_notebookshare WHERE notebook_id = %(key)s AND may_edit),
  EXISTS (SELECT FROM notebooks_notebook WHERE forked_from_id = %(key)s)"""


def attached_to(notebook: Notebook) -> Attached:
    """What hangs on ``notebook``; a page then asks only for what is there."""
    with connection.cursor() as cursor:
        cursor.execute(_ATTACHED, {"key": notebook.pk})
        return Attached(*cursor.fetchone())
