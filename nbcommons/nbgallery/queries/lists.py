"""Lists of notebooks that clients ask for."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from nbcommons.access import guard
from nbcommons.collaboration.queries.stars import starred_by
from nbcommons.core.actor import Actor
from nbcommons.executions.models import CellDay, ChangedCellDay
from nbcommons.nbgallery.params import Listing
from nbcommons.nbgallery.queries.telling import list_items
from nbcommons.notebooks.models import Notebook

RECENT = timedelta(days=14)
_SORTS: dict[str, tuple[Any, ...]] = {
    "updated_at": ("-updated_at", "-pk"),
    "created_at": ("-created_at", "-pk"),
    "title_sort": (Lower("title"), "pk"),
}


def all_notebooks(actor: Actor, listing: Listing) -> list[dict[str, Any]]:
    """All that the actor may read, last changed first."""
    return _page(guard.notebooks_for(actor), listing)


def recently_executed(actor: Actor, listing: Listing, *, at: datetime) -> list[dict[str, Any]]:
    """What the actor ran lately and may read, unchanged or not."""
    if actor.person_id is None:
        return []
    since = at.date() - RECENT
    ran = {"notebook": OuterRef("pk"), "person_id": actor.person_id, "day__gte": since}
    rows = guard.notebooks_for(actor).filter(
        Exists(CellDay.objects.filter(**ran)) | Exists(ChangedCellDay.objects.filter(**ran))
    )
    return _page(rows, listing)


def starred(actor: Actor, listing: Listing) -> list[dict[str, Any]]:
    """What the actor starred and may read, last starred first."""
    return _page(starred_by(actor), listing, order=("-starred_at", "-pk"))


def _page(
    rows: QuerySet[Notebook], listing: Listing, *, order: tuple[Any, ...] = _SORTS["updated_at"]
) -> list[dict[str, Any]]:
    if not listing.with_deprecated:
        rows = rows.filter(deprecated_at__isnull=True)
    ordered = rows.order_by(*_SORTS.get(listing.sort, order))
    return list_items(ordered[listing.start : listing.start + listing.count])
