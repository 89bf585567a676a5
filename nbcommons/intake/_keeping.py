"""Stores what belongs to a draft besides its own row."""

from collections.abc import Collection

from nbcommons.intake._cleaning import Cleaned
from nbcommons.intake._secrets.findings import Finding
from nbcommons.intake.models import Draft, DraftFinding, DraftPicture
from nbcommons_ipynb.cells import Document, code_cells


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
                    "cell": names[place.position],
                    "line": place.line,
                    "excerpt": place.excerpt,
                }
                for place in finding.places
            ],
        )
        for finding in findings
    )


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
