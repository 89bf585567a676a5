"""Stores what belongs to a draft besides its own row."""

from collections.abc import Collection

from nbcommons.intake._cleaning import Cleaned
from nbcommons.intake._secrets.findings import Finding
from nbcommons.intake.models import Draft, DraftFinding, DraftPicture


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


def keep_findings(draft: Draft, findings: Collection[Finding]) -> None:
    """Store what to ask about; what was waved through before is so still."""
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
                {"position": place.position, "line": place.line, "excerpt": place.excerpt}
                for place in finding.places
            ],
        )
        for finding in findings
    )
