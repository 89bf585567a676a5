"""Drafts as their author sees them: those that wait, and everything about one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import zstandard
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.intake.models import Draft, DraftFinding
from nbcommons.notebooks.secrets.kinds import ALL as SECRET_KINDS
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
class FindingPlace:
    """Where something was found, the secret masked.

    position: of the cell among all, from 0; None when it is in no cell. cell: what pages call it,
    as "cell 4" or "the title". line: from 1.
    """

    position: int | None
    cell: str
    line: int
    excerpt: str

    @property
    def anchor(self) -> str:
        """Where it is in the preview; empty for texts."""
        return self.cell.replace(" ", "-") if self.cell.startswith("cell ") else ""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Something that may be a secret, as its author decides about it.

    kind: for programs; words: "a key of Google". is_blocking: it cannot be waved through.
    """

    key: str
    kind: str
    words: str
    is_hint: bool
    is_blocking: bool
    is_waved_through: bool
    places: tuple[FindingPlace, ...]

    @property
    def is_decided(self) -> bool:
        return self.is_waved_through and not self.is_blocking

    @property
    def can_be_blanked(self) -> bool:
        return self.kind != "unread"

    @property
    def cells(self) -> str:
        """``cell 4``, or ``cell 4, cell 7 and the text at the end``."""
        *most, last = dict.fromkeys(place.cell for place in self.places)
        return f"{', '.join(most)} and {last}" if most else last


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list. missing: what stands between it and being shared, in words."""

    uuid: UUID
    title: str
    file_name: str
    cell_count: int
    created_at: datetime
    expires_at: datetime
    missing: tuple[str, ...]
    is_rescued: bool = False


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Everything about one draft that its page shows and that is not a matter of choice."""

    uuid: UUID
    title: str
    file_name: str
    created_at: datetime
    saved_at: datetime | None
    expires_at: datetime
    cell_count: int
    language: str
    language_version: str
    ledger: tuple[LedgerRow, ...]
    repairs: tuple[str, ...]
    pictures: tuple[Picture, ...]
    refused_pictures: tuple[RefusedPicture, ...]
    findings: tuple[FindingRow, ...]
    raw_bytes: int
    left_bytes: int
    other_drafts: int
    people_count: int

    @property
    def removed_bytes(self) -> int:
        return max(self.raw_bytes - self.left_bytes, 0)

    @property
    def undecided_count(self) -> int:
        return sum(1 for finding in self.findings if not finding.is_decided)


def drafts_of(actor: Actor) -> QuerySet[Draft]:
    """The drafts that ``actor`` may see: their own that still count, newest first.

    Without their documents, which are large: what is saved then leaves them alone too.
    """
    return _own(actor).filter(discarded_at__isnull=True).defer("data")


def discarded_draft_of(actor: Actor, uuid: UUID | None) -> Draft | None:
    """The draft that ``actor`` has just thrown away, while it can be had back."""
    thrown = _own(actor).filter(discarded_at__isnull=False)
    return thrown.filter(uuid=uuid).first() if uuid else None


def _own(actor: Actor) -> QuerySet[Draft]:
    if actor.person_id is None:
        return Draft.objects.none()
    try:
        guard.require_for(actor, Action.DRAFT_READ, owner_id=actor.person_id)
    except Denied:
        return Draft.objects.none()
    # The sweep comes later than the moment: what has expired is gone at once.
    mine = Draft.objects.filter(person_id=actor.person_id, expires_at__gt=Now())
    return mine.order_by("-created_at")


def draft_rows(actor: Actor) -> tuple[DraftRow, ...]:
    """The drafts of ``actor`` for a list; one query."""
    rows = drafts_of(actor).annotate(
        undecided=Count("findings", filter=undecided_findings("findings__"))
    )
    return tuple(
        DraftRow(
            uuid=draft.uuid,
            title=draft.title,
            file_name=draft.file_name,
            cell_count=draft.cell_count,
            created_at=draft.created_at,
            expires_at=draft.expires_at,
            missing=_missing(draft, draft.undecided),
            is_rescued=draft.is_rescued,
        )
        for draft in rows
    )


def _missing(draft: Draft, undecided: int) -> tuple[str, ...]:
    missing = []
    if undecided:
        missing.append(
            "1 thing to decide" if undecided == 1 else f"{undecided} things to decide"
        )
    if draft.saved_at is None:
        missing.append("your description")
    return tuple(missing)


def undecided_findings(prefix: str = "") -> Q:
    """The findings that keep a draft from being shared."""
    blocking = list(settings.NBCOMMONS_SECRETS_BLOCKING)
    ignored = list(settings.NBCOMMONS_SECRETS_IGNORED)
    open_ones = Q(**{f"{prefix}is_waved_through": False}) | Q(**{f"{prefix}kind__in": blocking})
    return open_ones & ~Q(**{f"{prefix}kind__in": ignored})


def finding_rows(draft: Draft) -> tuple[FindingRow, ...]:
    """What its author is asked about, in reading order, hints last."""
    found = draft.findings.exclude(kind__in=list(settings.NBCOMMONS_SECRETS_IGNORED))
    return tuple(_finding_row(finding) for finding in found.order_by("is_hint", "pk"))


def _finding_row(finding: DraftFinding) -> FindingRow:
    known = SECRET_KINDS.get(finding.kind)
    return FindingRow(
        key=finding.key,
        kind=finding.kind,
        words=known.words if known else "a secret",
        is_hint=finding.is_hint,
        is_blocking=finding.kind in settings.NBCOMMONS_SECRETS_BLOCKING,
        is_waved_through=finding.is_waved_through,
        places=tuple(
            FindingPlace(place["position"], place["cell"], place["line"], place["excerpt"])
            for place in finding.places
        ),
    )


def draft_page(actor: Actor, draft: Draft, *, people_count: int) -> DraftPage:
    """What the page of ``draft`` shows; ``people_count`` is how many "everyone" means."""
    return DraftPage(
        uuid=draft.uuid,
        title=draft.title,
        file_name=draft.file_name,
        created_at=draft.created_at,
        saved_at=draft.saved_at,
        expires_at=draft.expires_at,
        cell_count=draft.cell_count,
        language=draft.language,
        language_version=draft.language_version,
        ledger=_ledger_of(draft),
        repairs=tuple(draft.repairs),
        pictures=tuple(
            Picture(*values)
            for values in draft.pictures.order_by("position", "pk").values_list(
                "pk", "name", "position", "width", "height", "is_kept"
            )
        ),
        refused_pictures=tuple(RefusedPicture(**picture) for picture in draft.refused_pictures),
        findings=finding_rows(draft),
        raw_bytes=draft.raw_bytes,
        left_bytes=draft.size_bytes,
        other_drafts=drafts_of(actor).exclude(pk=draft.pk).count(),
        people_count=people_count,
    )


def _ledger_of(draft: Draft) -> tuple[LedgerRow, ...]:
    lines = [*draft.ledger]
    if draft.blanked_count:
        count = draft.blanked_count
        lines.append({"label": "Secrets blanked out", "detail": "", "count": count})
    return tuple(
        LedgerRow(line["label"], line["detail"], f"{line['count']:,}") for line in lines
    )


def bare_document_of(draft: Draft) -> dict[str, Any]:
    """The stripped notebook of ``draft`` without any pictures."""
    canonical = zstandard.ZstdDecompressor().decompress(
        bytes(draft.data), max_output_size=draft.size_bytes
    )
    document: dict[str, Any] = orjson.loads(canonical)
    return document


def document_of(draft: Draft) -> dict[str, Any]:
    """The stripped notebook of ``draft`` with the pictures that its author keeps."""
    return with_images(bare_document_of(draft), kept_pictures(draft))


def strange_pictures(draft: Draft, keys: Collection[int]) -> str:
    """Those of ``keys`` that are of no picture of ``draft``, for a sentence; "" if all are."""
    own = draft.pictures.values_list("pk", flat=True) if keys else ()
    return ", ".join(map(str, sorted(set(keys).difference(own))))


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
