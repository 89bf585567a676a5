"""Drafts as their author sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import zstandard
from django.db.models import QuerySet

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.intake.models import Draft
from nbcommons_ipynb.embedded import EmbeddedImage, with_images


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of what was removed."""

    name: str
    detail: str
    figure: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the author may keep."""

    key: int
    name: str
    position: int
    width: int
    height: int
    is_kept: bool


@dataclass(frozen=True, slots=True)
class RefusedPicture:
    """A picture that cannot be kept, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list."""

    uuid: UUID
    title: str
    file_name: str
    cell_count: int
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Everything about one draft that its page shows."""

    uuid: UUID
    file_name: str
    created_at: datetime
    expires_at: datetime
    cell_count: int
    language: str
    ledger: tuple[LedgerRow, ...]
    repairs: tuple[str, ...]
    pictures: tuple[Picture, ...]
    refused_pictures: tuple[RefusedPicture, ...]
    raw_bytes: int
    left_bytes: int
    other_drafts: int
    people_count: int

    @property
    def removed_bytes(self) -> int:
        return max(self.raw_bytes - self.left_bytes, 0)


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    """The drafts that ``actor`` may see: their own, newest first; no documents are loaded."""
    if actor.person_id is None:
        return Draft.objects.none()
    try:
        guard.require_for(actor, Action.DRAFT_READ, owner_id=actor.person_id)
    except Denied:
        return Draft.objects.none()
    return Draft.objects.filter(person_id=actor.person_id).order_by("-created_at")


def draft_rows(actor: Actor) -> tuple[DraftRow, ...]:
    """The drafts of ``actor`` for a list."""
    rows = drafts_of(actor).values_list(
        "uuid", "title", "file_name", "cell_count", "created_at", "expires_at"
    )
    return tuple(DraftRow(*row) for row in rows)


def draft_page(actor: Actor, draft: Draft, *, people_count: int) -> DraftPage:
    """What the page of ``draft`` shows; ``people_count`` is how many "everyone" means."""
    return DraftPage(
        uuid=draft.uuid,
        file_name=draft.file_name,
        created_at=draft.created_at,
        expires_at=draft.expires_at,
        cell_count=draft.cell_count,
        language=draft.language,
        ledger=tuple(
            LedgerRow(line["label"], line["detail"], f"{line['count']:,}")
            for line in draft.ledger
        ),
        repairs=tuple(draft.repairs),
        pictures=tuple(
            Picture(*values)
            for values in draft.pictures.order_by("position", "pk").values_list(
                "pk", "name", "position", "width", "height", "is_kept"
            )
        ),
        refused_pictures=tuple(RefusedPicture(**picture) for picture in draft.refused_pictures),
        raw_bytes=draft.raw_bytes,
        left_bytes=draft.size_bytes,
        other_drafts=drafts_of(actor).exclude(pk=draft.pk).count(),
        people_count=people_count,
    )


def document_of(draft: Draft) -> dict[str, Any]:
    """The stripped notebook of ``draft`` with the pictures that its author keeps."""
    canonical = zstandard.ZstdDecompressor().decompress(
        bytes(draft.data), max_output_size=draft.size_bytes
    )
    document: dict[str, Any] = orjson.loads(canonical)
    return with_images(document, kept_pictures(draft))


def kept_pictures(draft: Draft) -> Sequence[EmbeddedImage]:
    """The pictures that the author of ``draft`` keeps."""
    return [
        EmbeddedImage(
            position=picture.position,
            cell_id=picture.cell_id,
            name=picture.name,
            mime=picture.mime,
            content=bytes(picture.content),
            width=picture.width,
            height=picture.height,
        )
        for picture in draft.pictures.filter(is_kept=True)
    ]


def removed_notes(draft: Draft) -> Mapping[int, tuple[str, ...]]:
    """What was removed from each cell, in words, by its place in the notebook.

    Pictures are left out: the text itself says where one was.
    """
    return {
        int(position): tuple(note for note in notes if not note.startswith("Picture removed"))
        for position, notes in draft.notes.items()
    }
