"""What imported notebooks and versions were called where they came from."""

from collections.abc import Iterable

from nbcommons.intake.models import ImportedRevision


def commit_ids_of(revision_ids: Iterable[int]) -> dict[int, str]:
    """By version, the id that it had in a git repository or an nbgallery; others are left out.

    Copies in people's Jupyter that were linked to an nbgallery compare themselves by it.
    """
    rows = ImportedRevision.objects.filter(revision__in=list(revision_ids))
    return dict(rows.values_list("revision_id", "commit_id"))
