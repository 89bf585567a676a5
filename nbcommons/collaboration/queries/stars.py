"""Stars: whose, and how many."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, QuerySet

from nbcommons.access import guard
from nbcommons.collaboration.models import Star
from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook
from nbcommons.people.parties import handle_of


@dataclass(frozen=True, slots=True)
class StarredNotebook:
    """A notebook in somebody's list of starred ones. owner: as programs name it."""

    uuid: UUID
    title: str
    owner: str
    language: str
    version: int
    updated_at: datetime
    starred_at: datetime


def starred_by(actor: Actor) -> QuerySet[Notebook]:
    """The notebooks that ``actor`` starred and may read, last starred first.

    Each has its ``starred_at``; nothing is prefetched.
    """
    rows = guard.notebooks_for(actor).filter(stars__person_id=actor.person_id or 0)
    return rows.annotate(starred_at=F("stars__given_at")).order_by("-starred_at", "-pk")


def starred_notebooks(
    actor: Actor, *, limit: int, offset: int = 0
) -> tuple[StarredNotebook, ...]:
    """Some of the notebooks that ``actor`` starred and may read, last starred first; one query."""
    rows = starred_by(actor).select_related("owner", "owner_team", "current_revision")
    return tuple(
        StarredNotebook(
            uuid=notebook.uuid,
            title=notebook.title,
            owner=handle_of(notebook.owner, notebook.owner_team),
            language=notebook.language,
            version=notebook.current_revision.number if notebook.current_revision else 0,
            updated_at=notebook.updated_at,
            starred_at=vars(notebook)["starred_at"],
        )
        for notebook in rows[offset : offset + limit]
    )


def is_starred(actor: Actor, notebook: Notebook) -> bool:
    """Whether ``actor`` gave ``notebook`` a star."""
    return Star.objects.filter(notebook=notebook, person_id=actor.person_id or 0).exists()


def star_count(notebook: Notebook) -> int:
    """How many people gave ``notebook``, which the caller has found, a star."""
    return Star.objects.filter(notebook=notebook).count()


def star_counts(notebook_ids: Iterable[int]) -> dict[int, int]:
    """The same for many by their keys; those without a star are left out."""
    rows = Star.objects.filter(notebook_id__in=list(notebook_ids)).values("notebook_id")
    return {row["notebook_id"]: row["stars"] for row in rows.annotate(stars=Count("pk"))}
