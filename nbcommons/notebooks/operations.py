"""Unguarded writes of the catalogue; rooms above check first and then call these."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import zstandard
from django.db import transaction

from nbcommons.core import events
from nbcommons.notebooks.events import NotebookRemoved, RevisionPublished, SharingChanged
from nbcommons.notebooks.models import (
    Cell,
    Notebook,
    Revision,
    StoredContent,
    Tag,
)

_COMPRESSION_LEVEL = 9


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What the catalogue keeps of a cell; ``number`` as in ``models.Cell``."""

    number: int | None
    cell_id: str
    kind: str
    fingerprint: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """What people read about a notebook before they open it."""

    title: str
    purpose: str
    language: str
    category: str
    tags: tuple[str, ...]


def store_content(canonical: bytes) -> StoredContent:
    """Keep the canonical JSON of a stripped notebook; the same bytes are kept once."""
    digest = hashlib.sha256(canonical).hexdigest()
    packed = zstandard.ZstdCompressor(level=_COMPRESSION_LEVEL).compress(canonical)
    content, _ = StoredContent.objects.get_or_create(
        sha256=digest, defaults={"size_bytes": len(canonical), "data": packed}
    )
    return content


@transaction.atomic
def create_notebook(
    *,
    owner_id: int,
    description: Description,
    visibility: str,
    canonical: bytes,
    cells: Sequence[CellFacts],
    message: str = "",
    origin: str = "",
    at: datetime,
) -> Notebook:
    """A new notebook with its version 1; announces ``RevisionPublished``."""
    notebook = Notebook.objects.create(
        title=description.title,
        purpose=description.purpose,
        language=description.language,
        category=description.category,
        visibility=visibility,
        owner_id=owner_id,
        origin=origin,
        created_at=at,
        updated_at=at,
    )
    _set_tags(notebook, description.tags)
    add_revision(
        notebook, author_id=owner_id, canonical=canonical, cells=cells, message=message, at=at
    )
    return notebook


@transaction.atomic
def add_revision(
    notebook: Notebook,
    *,
    author_id: int,
    canonical: bytes,
    cells: Sequence[CellFacts],
    message: str = "",
    at: datetime,
) -> Revision:
    """The next version of ``notebook``, made current; announces ``RevisionPublished``."""
    # The row is locked so that two authors who save at once get two numbers.
    locked = Notebook.objects.select_for_update(of=("self",)).get(pk=notebook.pk)
    last = locked.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    revision = Revision.objects.create(
        notebook=locked,
        number=last + 1,
        content=store_content(canonical),
        author_id=author_id,
        message=message,
        cell_count=len(cells),
        code_cell_count=sum(1 for cell in cells if cell.number is not None),
        created_at=at,
    )
    Cell.objects.bulk_create(
        Cell(
            revision=revision,
            position=position,
            number=cell.number,
            cell_id=cell.cell_id,
            kind=cell.kind,
            fingerprint=cell.fingerprint,
            tags=list(cell.tags),
        )
        for position, cell in enumerate(cells)
    )
    notebook.current_revision = revision
    notebook.updated_at = at
    notebook.save(update_fields=["current_revision", "updated_at"])
    events.publish(
        RevisionPublished(
            actor_id=author_id,
            notebook_id=notebook.pk,
            revision_id=revision.pk,
            number=revision.number,
        )
    )
    return revision


@transaction.atomic
def set_visibility(
    notebook: Notebook, visibility: str, *, actor_id: int | None, at: datetime
) -> None:
    """Say who may find ``notebook``; announces ``SharingChanged``."""
    notebook.visibility = visibility
    notebook.updated_at = at
    notebook.save(update_fields=["visibility", "updated_at"])
    events.publish(SharingChanged(actor_id=actor_id, notebook_id=notebook.pk))


@transaction.atomic
def remove_notebook(notebook: Notebook, *, actor_id: int | None) -> None:
    """Take ``notebook`` away with all its versions; announces ``NotebookRemoved``.

    Stored bytes that no version holds any more go too.
    """
    fact = NotebookRemoved(
        actor_id=actor_id, notebook_id=notebook.pk, notebook_uuid=str(notebook.uuid)
    )
    held = list(notebook.revisions.values_list("content_id", flat=True))
    # The pointer is protected against deletion of what it points to: let go of it first.
    notebook.current_revision = None
    notebook.save(update_fields=["current_revision"])
    notebook.delete()
    drop_unheld_content(held)
    events.publish(fact)


def drop_unheld_content(digests: Iterable[str]) -> None:
    """Delete those of the stored contents that no version holds."""
    StoredContent.objects.filter(sha256__in=list(digests), revisions__isnull=True).delete()


def _set_tags(notebook: Notebook, names: Iterable[str]) -> None:
    wanted = sorted(set(names))
    Tag.objects.bulk_create((Tag(name=name) for name in wanted), ignore_conflicts=True)
    notebook.tags.set(Tag.objects.filter(name__in=wanted))
