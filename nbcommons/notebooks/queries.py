"""Reads of the catalogue that need no actor: the caller has already found what it may see."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import zstandard
from django.db.models import PROTECT, Exists, OuterRef, QuerySet

from nbcommons.core.prepared import planned_cursor
from nbcommons.notebooks import packing
from nbcommons.notebooks.models import Notebook, Revision, StoredContent, StoredPicture


def canonical_of(revision: Revision) -> bytes:
    """The canonical JSON of the stripped notebook of ``revision``."""
    return unpacked(StoredContent.objects.get(pk=revision.content_id))


def unpacked(content: StoredContent) -> bytes:
    """The canonical JSON that ``content`` keeps compressed, with its pictures."""
    kept = without_pictures(content)
    if not packing.names_pictures(kept):
        return kept
    return packing.with_pictures(kept, pictures_of(content.pk))


def without_pictures(content: StoredContent) -> bytes:
    """The same, but for a hash where each picture is: for those who read words only."""
    return zstandard.ZstdDecompressor().decompress(
        bytes(content.data), max_output_size=content.size_bytes
    )


def pictures_of(digest: str) -> dict[str, bytes]:
    """The pictures of a stored content, by their SHA-256: those it holds and no others."""
    rows = StoredPicture.objects.filter(contents=digest).values_list("sha256", "data")
    return {sha256: bytes(data) for sha256, data in rows}


def picture_hashes_of(revision: Revision) -> frozenset[str]:
    """The SHA-256 of each picture that ``revision`` holds."""
    rows = StoredPicture.objects.filter(contents=revision.content_id)
    return frozenset(rows.values_list("sha256", flat=True))


def document_of(revision: Revision) -> dict[str, Any]:
    """The stripped notebook of ``revision``, as JSON values."""
    document: dict[str, Any] = orjson.loads(canonical_of(revision))
    return document


def keeper_of(notebook: Notebook) -> str:
    """The name of the person or team that looks after ``notebook``; owner and team are there."""
    return str(notebook.owner or notebook.owner_team)


@dataclass(frozen=True, slots=True)
class Attached:
    """What hangs on a notebook: its tags, and whether there is what most have not; one question."""

    has_labels: bool
    has_editors: bool
    has_forks: bool
    tags: tuple[str, ...]


_ATTACHED = """SELECT
  EXISTS (SELECT FROM notebooks_notebook_labels WHERE notebook_id = %(key)s),
  EXISTS (SELECT FROM notebooks_notebookshare WHERE notebook_id = %(key)s AND may_edit),
  EXISTS (SELECT FROM notebooks_notebook WHERE forked_from_id = %(key)s),
  ARRAY(SELECT tag.name FROM notebooks_tag tag JOIN notebooks_notebook_tags carried
    ON carried.tag_id = tag.id WHERE carried.notebook_id = %(key)s)"""


def attached_to(notebook: Notebook) -> Attached:
    """What hangs on ``notebook``; a page then asks only for what is there."""
    with planned_cursor() as cursor:
        cursor.execute(_ATTACHED, {"key": notebook.pk})
        has_labels, has_editors, has_forks, tags = cursor.fetchone()
    return Attached(has_labels, has_editors, has_forks, tuple(sorted(tags)))


_TAGS = """SELECT carried.notebook_id, tag.name
FROM notebooks_tag tag JOIN notebooks_notebook_tags carried ON carried.tag_id = tag.id
WHERE carried.notebook_id = ANY(%s)"""


def tag_names_of(notebook_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The tags of each of the notebooks, by the alphabet; one query."""
    found: dict[int, list[str]] = {notebook_id: [] for notebook_id in notebook_ids}
    with planned_cursor() as cursor:
        cursor.execute(_TAGS, [list(notebook_ids)])
        for notebook_id, name in cursor.fetchall():
            found[notebook_id].append(name)
    return {notebook_id: tuple(sorted(names)) for notebook_id, names in found.items()}


_OLDER = """SELECT uuid FROM notebooks_notebook
WHERE id < %s AND uuid BETWEEN %s AND %s
  AND deleted_at IS NULL AND current_revision_id IS NOT NULL"""


def older_between(notebook: Notebook, first: UUID, last: UUID) -> list[UUID]:
    """Uuids from ``first`` to ``last`` of older notebooks that are there, whoever sees them."""
    with planned_cursor() as cursor:
        cursor.execute(_OLDER, [notebook.pk, first, last])
        return [uuid for (uuid,) in cursor.fetchall()]


def holders_of_content() -> list[QuerySet[Any]]:
    """All rows that keep a stored content from going: versions, and what rooms above add.

    Each has a ``content`` that it protects, and a ``notebook``.
    """
    return [
        relation.related_model._default_manager.all()  # noqa: SLF001 - Django documents it
        for relation in StoredContent._meta.related_objects  # noqa: SLF001 - the same
        if getattr(relation, "on_delete", None) is PROTECT
    ]


def unheld_content() -> QuerySet[StoredContent]:
    """The stored contents that nothing needs any more."""
    unheld = StoredContent.objects.all()
    for holder in holders_of_content():
        unheld = unheld.filter(~Exists(holder.filter(content=OuterRef("pk"))))
    return unheld
