"""Which notebooks of a source are here already, and in what state: reads only."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, Q, When
from django.utils import timezone

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake._bulk.gathering import Gathered
from nbcommons.intake._bulk.items import Before, Item, Kind
from nbcommons.intake._bulk.moments import EARLIEST, LEEWAY
from nbcommons.intake._bulk.orders import Orders
from nbcommons.intake.models import ImportedNotebook, ImportedRevision
from nbcommons.notebooks.models import Notebook, Revision


@dataclass(frozen=True, slots=True)
class Known:
    """A notebook that is here, and what an import must know of it.

    imported_sha: the newest state that an import brought, "" if none did. versions: content
    addresses by number, for sources that know our numbers.
    """

    notebook_id: int
    uuid: UUID
    title: str
    is_in_bin: bool
    current_sha: str
    current_at: datetime
    imported_sha: str = ""
    source_updated_at: datetime | None = None
    source: str = ""
    origin: str = ""
    versions: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Same:
    """A notebook with the same content: its title, and its address here or its name there."""

    title: str
    where: str


@dataclass(frozen=True, slots=True)
class Matches:
    """What is here of a batch: by uuid, by origin, by owner and title, by content address."""

    by_uuid: Mapping[UUID, Known]
    by_origin: Mapping[str, Known]
    by_title: Mapping[tuple[str, str], Known]
    by_content: Mapping[str, Same]


def matches_of(actor: Actor, batch: Sequence[Gathered], orders: Orders) -> Matches:
    """What is here of ``batch``: a fixed number of queries, whatever its length."""
    origins = {origin for one in batch for origin in one.item.origins}
    uuids = {one.item.about.uuid for one in batch if one.item.about.uuid is not None}
    recorded = _recorded(origins, orders)
    titled = _titled(actor, batch) if orders.kind is Kind.NBGALLERY else {}
    # One condition each, so that each is found by its index.
    wanted = [Q(pk__in={*recorded.values(), *titled.values()})]
    if uuids:
        wanted.append(Q(uuid__in=uuids))
    if orders.kind is Kind.FOLDER and origins - recorded.keys():
        wanted.append(_before_records(origins - recorded.keys(), orders))
    known, older = _known(actor, wanted)
    if orders.kind is Kind.COMMONS:
        known = _with_versions(known)
    by_origin = {key: known[pk] for key, pk in older.items() if key in origins}
    by_origin |= {key: known[pk] for key, pk in recorded.items() if pk in known}
    return Matches(
        by_uuid={one.uuid: one for one in known.values()},
        by_origin=by_origin,
        by_title={key: known[pk] for key, pk in titled.items() if pk in known},
        by_content=_same(actor, {one.current.sha256 for one in batch if one.versions}),
    )


def _before_records(origins: Collection[str], orders: Orders) -> Q:
    """What came in before imports were recorded; the index leaves empty origins out."""
    return Q(
        ~Q(origin=""),
        origin__in=origins,
        owner=orders.owner_id,
        owner_team=orders.team_id,
    )


def before_of(item: Item, orders: Orders) -> Before:
    """What an earlier import has brought of ``item``; two queries at most."""
    if orders.kind is Kind.COMMONS:
        return Before()
    rows = ImportedNotebook.objects.filter(
        origin__in=item.origins, for_person=orders.for_person_id, for_team=orders.for_team_id
    )
    found = dict(rows.values_list("notebook_id", "sha256"))
    if not found or orders.kind is not Kind.GIT:
        return Before(shas=frozenset(found.values()))
    # Of a history, an older state may come back as a next version: each is read whole.
    revisions = ImportedRevision.objects.filter(revision__notebook__in=found)
    return Before(commits=frozenset(revisions.values_list("commit_id", flat=True)))


def _recorded(origins: Collection[str], orders: Orders) -> dict[str, int]:
    """The notebooks that such an import brought before, by origin."""
    if not origins:
        return {}
    rows = ImportedNotebook.objects.filter(
        origin__in=origins, for_person=orders.for_person_id, for_team=orders.for_team_id
    )
    return dict(rows.values_list("origin", "notebook_id"))


def _titled(actor: Actor, batch: Sequence[Gathered]) -> dict[tuple[str, str], int]:
    """Notebooks by the owner's name in small letters and their title."""
    asked = {
        (one.item.about.owner.name.lower(), one.item.about.title)
        for one in batch
        if one.item.about.owner is not None and one.item.about.title
    }
    if not asked:
        return {}
    rows = guard.notebooks_for(actor).filter(title__in={title for _, title in asked})
    found = rows.values_list("owner__username", "owner_team__name", "title", "pk")
    return {
        key: pk
        for person, team, title, pk in found
        if (key := ((person or team or "").lower(), title)) in asked
    }


def _known(actor: Actor, wanted: Sequence[Q]) -> tuple[dict[int, Known], dict[str, int]]:
    """By key; and by origin those that came in before imports were recorded."""
    rows: list[Notebook] = []
    for action in (Action.NOTEBOOK_READ, Action.NOTEBOOK_RESTORE):
        found = guard.notebooks_for(actor, action).select_related("current_revision")
        for condition in wanted:
            rows += found.filter(condition)
    records = {record.notebook_id: record for record in _records().filter(notebook__in=rows)}
    known: dict[int, Known] = {}
    older: dict[str, int] = {}
    for row in rows:
        current, record = row.current_revision, records.get(row.pk)
        if current is None:
            continue
        known[row.pk] = Known(
            notebook_id=row.pk,
            uuid=row.uuid,
            title=row.title,
            is_in_bin=row.deleted_at is not None,
            current_sha=current.content_id,
            current_at=current.created_at,
            imported_sha=record.sha256 if record else "",
            source_updated_at=record.changed_there if record else None,
            source=record.source if record else "",
            origin=record.origin if record else "",
        )
        if record is None and row.origin:
            older[row.origin] = row.pk
    return known, older


def _records() -> Any:
    """The records of imports; a date that cannot be, which one may hold, is never read."""
    can_be = Q(source_updated_at__gte=EARLIEST, source_updated_at__lte=timezone.now() + LEEWAY)
    return ImportedNotebook.objects.defer("source_updated_at").annotate(
        changed_there=Case(When(can_be, then=F("source_updated_at")), default=None)
    )


def _with_versions(known: Mapping[int, Known]) -> dict[int, Known]:
    found: dict[int, dict[int, str]] = {key: {} for key in known}
    revisions = Revision.objects.filter(notebook__in=known)
    for key, number, sha in revisions.values_list("notebook_id", "number", "content_id"):
        found[key][number] = sha
    return {key: replace(one, versions=found[key]) for key, one in known.items()}


def _same(actor: Actor, digests: Collection[str]) -> dict[str, Same]:
    rows = guard.notebooks_for(actor).filter(current_revision__content__in=digests)
    return {
        digest: Same(title, f"/notebooks/{uuid}/")
        for digest, title, uuid in rows.values_list(
            "current_revision__content_id", "title", "uuid"
        )
    }
