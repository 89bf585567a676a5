"""Stores what belongs to a draft besides its own row."""

from collections.abc import Collection, Sequence

from nbcommons.intake._cleaning import Cleaned
from nbcommons.intake.models import Draft, DraftFinding, DraftPicture
from nbcommons.notebooks.secrets.findings import Finding, Place
from nbcommons_ipynb.cells import Document, code_cells

TEXTS = {
    "title": "the title",
    "purpose": "the description",
    "language": "the language",
    "language_version": "the version of the language",
    "tags": "the tags",
    "message": "what is new in this version",
}
"""What others will read about a notebook, by the name of the field, for a sentence."""


def keep_pictures(draft: Draft, cleaned: Cleaned) -> None:
    """Store the pictures that the author may keep; none is kept yet."""
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
        )
        for picture in cleaned.pictures.images
    )


def keep_findings(draft: Draft, findings: Collection[Finding], document: Document) -> None:
    """Store what to ask about ``document``; what was waved through before is so still."""
    names = _names_of_cells(document)
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
                    "cell": _called(place, names),
                    "line": place.line,
                    "excerpt": place.excerpt,
                }
                for place in finding.places
            ],
        )
        for finding in findings
    )


def _called(place: Place, names: Sequence[str]) -> str:
    """What the pages call the place, for a sentence: ``cell 4`` or ``the title``."""
    is_metadata = place.field.startswith("metadata.")
    if place.position is None:
        return "the metadata of the notebook" if is_metadata else TEXTS[place.field]
    name = names[place.position]
    return f"the metadata of {name}" if is_metadata else name


def _names_of_cells(document: Document) -> list[str]:
    """What the pages call each cell: code cells by their number, texts by what follows them."""
    numbers = {cell.position: cell.number + 1 for cell in code_cells(document)}
    names: list[str] = []
    following = 0
    for position in reversed(range(len(document["cells"]))):
        if position in numbers:
            following = numbers[position]
            names.append(f"cell {following}")
        else:
            where = f"before cell {following}" if following else "at the end"
            names.append(f"the text {where}" if numbers else "the text")
    return names[::-1]
