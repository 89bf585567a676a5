"""What of a file that came in stands in a draft: no database, no actor."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any
from uuid import UUID

import zstandard
from django.conf import settings

from nbcommons.core.signs import one_line, several_lines
from nbcommons.intake._cleaning import Cleaned
from nbcommons.intake._describing import PURPOSE_LENGTH, TITLE_LENGTH
from nbcommons.notebooks.tags import MOST_TAGS, tidy_tags
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.removal import ledger
from nbcommons_ipynb.sameness import token_hashes
from nbcommons_ipynb.stripping import Stripped

SOLUTION_STAYS = "The solution of this exercise stays: the exercise checks itself by it"
OWN_TAG = "you added it"


def told_by_file(cleaned: Cleaned, *, file_name: str) -> dict[str, Any]:
    """The fields of a draft that follow from its file, whatever its author says."""
    stripped = cleaned.stripped
    lines = [
        {"label": line.label, "detail": line.detail, "count": line.count}
        for line in ledger(stripped.removed)
    ]
    if cleaned.redacted:
        label = "Removed by rules of your organisation"
        lines.append({"label": label, "detail": "", "count": cleaned.redacted})
    return {
        "file_name": file_name[-TITLE_LENGTH:],
        **stored(stripped.document, stripped.canonical),
        **_origin(stripped.document),
        "raw_bytes": stripped.removed.bytes_before,
        "ledger": lines,
        "removed": {**asdict(stripped.removed), "by_rules": cleaned.redacted},
        "notes": _notes_of(stripped),
        "repairs": list(cleaned.repairs),
        "refused_pictures": [
            {"name": picture.name, "reason": picture.reason}
            for picture in cleaned.pictures.refused
        ],
        "language": cleaned.proposal.language,
        "language_version": cleaned.proposal.language_version,
    }


def stored(document: Document, canonical: bytes) -> dict[str, Any]:
    """The fields that hold a stripped ``document`` and what follows from its text alone."""
    return {
        "data": zstandard.ZstdCompressor().compress(canonical),
        "size_bytes": len(canonical),
        "cell_count": len(document["cells"]),
        "token_hashes": [said for said in token_hashes(document) if said],
    }


def proposed(cleaned: Cleaned) -> dict[str, Any]:
    """The fields that the author is asked to confirm."""
    proposal = cleaned.proposal
    template = settings.NBCOMMONS_PURPOSE_TEMPLATE.replace("\\n", "\n")
    return {
        "title": one_line(proposal.title)[:TITLE_LENGTH],
        "purpose": several_lines(proposal.description or template)[:PURPOSE_LENGTH],
        "category": proposal.category,
        "tags": [
            {"name": tag.name, "reason": tag.reason, "is_chosen": True}
            for tag in proposal.tags[:MOST_TAGS]
        ],
    }


def with_choice(tags: list[dict[str, Any]], chosen: Collection[str]) -> list[dict[str, Any]]:
    """The proposed tags with the author's choice, and the author's own behind them."""
    names = tidy_tags(chosen)[:MOST_TAGS]
    kept = [{**tag, "is_chosen": tag["name"] in names} for tag in tags]
    known = {tag["name"] for tag in tags}
    own = [
        {"name": name, "reason": OWN_TAG, "is_chosen": True}
        for name in names
        if name not in known
    ]
    return [tag for tag in kept if tag["is_chosen"] or tag["reason"] != OWN_TAG] + own


def _origin(document: Document) -> dict[str, Any]:
    """Which notebook of this commons the file says it is a copy of."""
    said = document["metadata"].get("nbcommons", {})
    is_ours = said.get("site", "").rstrip("/") == settings.NBCOMMONS_SITE_URL
    if not is_ours or "uuid" not in said:
        return {"origin_uuid": None, "origin_number": None}
    return {"origin_uuid": UUID(said["uuid"]), "origin_number": said.get("revision")}


def _notes_of(stripped: Stripped) -> dict[str, list[str]]:
    """What to say below each cell: what was removed, and the one thing that stays unseen."""
    notes = {str(cell.position): list(cell.notes) for cell in stripped.cells}
    for position in stripped.solutions:
        notes.setdefault(str(position), []).append(SOLUTION_STAYS)
    return notes
