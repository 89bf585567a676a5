"""Stores what belongs to a draft besides its own row."""

import hashlib
from collections.abc import Collection, Mapping

from nbcommons.core.actor import Actor
from nbcommons.intake._cleaning import Cleaned, secrets_in
from nbcommons.intake._describing import PURPOSE_LENGTH, TITLE_LENGTH
from nbcommons.intake._places import TEXTS, called, names_of_cells
from nbcommons.intake.errors import AlreadyShared
from nbcommons.intake.models import Becomes, Draft, DraftFinding, DraftPicture
from nbcommons.intake.queries.choices import readable_notebook
from nbcommons.intake.queries.drafts import bare_document_of
from nbcommons.notebooks.queries import picture_hashes_of
from nbcommons.notebooks.secrets.findings import Finding, secrets_in_texts
from nbcommons_ipynb.cells import Document

_PART = ", "
LENGTHS = {
    "title": TITLE_LENGTH,
    "purpose": PURPOSE_LENGTH,
    "language": 40,
    "language_version": 20,
    "message": 300,
    "why": 2000,
}
# Why a change is suggested stands in the same column as what is new in a version.
_COLUMNS = {"why": "message"}


_NO_CHOICE: Mapping[str, bool] = {}


def keep_pictures(
    actor: Actor, draft: Draft, cleaned: Cleaned, *, before: Mapping[str, bool] = _NO_CHOICE
) -> None:
    """Store the pictures that the author may keep, and which of them they keep until they choose.

    Those are what they chose ``before`` (see ``chosen_pictures``), and for a picture that is new
    to the draft what the notebook holds that it is a version or fork of.
    """
    DraftPicture.objects.bulk_create(
        DraftPicture(
            draft=draft,
            position=picture.position,
            cell_id=picture.cell_id,
            name=picture.name,
            mime=picture.mime,
            content=picture.content,
            width=picture.width,
            height=picture.height,
            is_kept=before.get(_digest(picture.content), False),
        )
        for picture in cleaned.pictures.images
    )
    if cleaned.pictures.images:
        keep_held_pictures(actor, draft, but=before.keys())


def chosen_pictures(draft: Draft) -> dict[str, bool]:
    """Whether the author keeps each picture of ``draft``, by its hash."""
    rows = draft.pictures.order_by("is_kept").values_list("content", "is_kept")
    return {_digest(bytes(content)): is_kept for content, is_kept in rows}


def keep_held_pictures(actor: Actor, draft: Draft, *, but: Collection[str] = ()) -> bool:
    """Keep what others may see already; returns whether anything was not kept before.

    Those are the pictures that the current version of the draft's target holds, if the actor may
    read it. but: hashes of pictures about which the author has chosen.
    """
    left = dict(draft.pictures.filter(is_kept=False).values_list("pk", "content"))
    target = readable_notebook(actor, draft.target.uuid) if left and draft.target else None
    if target is None or target.current_revision is None:
        return False
    held = picture_hashes_of(target.current_revision).difference(but)
    same = [key for key, content in left.items() if _digest(bytes(content)) in held]
    return draft.pictures.filter(pk__in=same).update(is_kept=True) > 0


def keep_findings(draft: Draft, findings: Collection[Finding], document: Document) -> None:
    """Store what to ask about ``document``; what was waved through before is so still."""
    names = names_of_cells(document)
    waved = set(draft.findings.filter(is_waved_through=True).values_list("key", flat=True))
    draft.findings.all().delete()
    DraftFinding.objects.bulk_create(
        DraftFinding(
            draft=draft,
            key=finding.key,
            kind=finding.kind.name,
            is_hint=finding.kind.is_hint,
            is_waved_through=finding.key in waved,
            places=[
                {
                    "position": place.position,
                    "cell": called(place, names),
                    "line": place.line,
                    "excerpt": place.excerpt,
                    **({"field": place.field} if place.field else {}),
                }
                for place in finding.places
            ],
        )
        for finding in findings
    )


def wait_for(draft: Draft) -> None:
    """Have nobody else change ``draft`` until the end of the transaction.

    Raises ``AlreadyShared`` when it is gone: pressed twice, the second waits here for the first.
    """
    if not Draft.objects.select_for_update().filter(pk=draft.pk).exists():
        raise AlreadyShared(
            "This draft has been shared already, or it was too old. What you shared you find "
            "under My notebooks."
        )


def texts_of(draft: Draft) -> dict[str, str]:
    """What others will read about the notebook besides itself, by the names in ``TEXTS``."""
    if draft.becomes == Becomes.VERSION:
        return {"message": draft.message}
    if draft.becomes == Becomes.CHANGE:
        return {"why": draft.message}
    return {
        "title": draft.title,
        "purpose": draft.purpose,
        "language": draft.language,
        "language_version": draft.language_version,
        "tags": _PART.join(_chosen(draft)),
    }


def take_texts(draft: Draft, texts: Mapping[str, str]) -> None:
    """Put ``texts``, which are those of ``draft`` with something blanked out, in their place."""
    for name, text in texts.items():
        if name != "tags":
            # What takes a secret's place can be longer.
            setattr(draft, _COLUMNS.get(name, name), text[: LENGTHS[name]])
    left = set(texts.get("tags", _PART.join(_chosen(draft))).split(_PART))
    draft.tags = [tag for tag in draft.tags if not tag["is_chosen"] or tag["name"] in left]


def look_again(draft: Draft, *, before: Mapping[str, str] | None = None) -> None:
    """Ask anew about the draft when what is said about it may hold a secret, or did.

    before: what was said when it was last looked through, if that is known.
    """
    texts = texts_of(draft)
    if texts == before:
        return
    told = [place.get("field") for finding in draft.findings.all() for place in finding.places]
    if secrets_in_texts(texts) or not TEXTS.keys().isdisjoint(told):
        document = bare_document_of(draft)
        keep_findings(draft, secrets_in(document, texts), document)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _chosen(draft: Draft) -> list[str]:
    return [str(tag["name"]) for tag in draft.tags if tag["is_chosen"]]
