"""One version of a notebook, and what may be done with it."""

from django.db.models import QuerySet

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.versions.errors import NoSuchVersion


def version_of(actor: Actor, notebook: Notebook, number: int) -> Revision:
    """The version with this number, its author there; raises ``NoSuchVersion``.

    One that is hidden from ``actor`` does not exist for them.
    """
    return versions_of(guard.revisions_for(actor, notebook), notebook, number)[0]


def versions_of(
    visible: QuerySet[Revision], notebook: Notebook, *numbers: int
) -> tuple[Revision, ...]:
    """Those of the ``visible`` versions with these numbers, in that order, by one query."""
    wanted = visible.select_related("author").filter(number__in=numbers)
    found = {revision.number: revision for revision in wanted}
    for number in numbers:
        if number not in found:
            raise NoSuchVersion(
                f"“{notebook.title}” has no version {number} that you can see. The list of "
                "versions shows those that you can."
            )
    return tuple(found[number] for number in numbers)
