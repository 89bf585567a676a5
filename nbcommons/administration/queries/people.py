"""Lists for administrators: teams, organisations, access labels and who holds them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Lower

from nbcommons.access import guard
from nbcommons.administration.queries.paging import pager_for, part_of
from nbcommons.core.actor import Actor
from nbcommons.core.paging import Pager
from nbcommons.people import rosters
from nbcommons.people.models import Label, LabelHolding, Membership, Organisation, Person, Team

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team; ``owners`` counts those whose accounts are on."""

    name: str
    slug: str
    members: int
    owners: int
    notebooks: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TeamsPage:
    """All teams by name, or only those without an owner."""

    query: str
    is_ownerless: bool
    ownerless: int
    rows: tuple[TeamRow, ...]
    total: int
    pager: Pager


@dataclass(frozen=True, slots=True)
class LabelRow:
    """An access label."""

    name: str
    slug: str
    description: str
    claim_name: str
    holders: int
    notebooks: int


@dataclass(frozen=True, slots=True)
class HolderRow:
    """Somebody who holds a label, from one source; ``until`` None: until it is withdrawn."""

    username: str
    name: str
    organisation: str
    source: str
    source_words: str
    granted_by: str
    granted_at: datetime
    until: datetime | None
    has_ended: bool


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """A part of the tree; ``depth`` from 0."""

    organisation_id: int
    name: str
    depth: int
    external_id: str
    people: int
    has_parts: bool


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    """The tree from top to bottom, or what a name finds in it."""

    query: str
    rows: tuple[OrganisationRow, ...]
    total: int
    without: int
    pager: Pager


def teams_page(actor: Actor, *, query: str, is_ownerless: bool, page: int) -> TeamsPage:
    """The teams that ``query`` finds."""
    found = rosters.teams_matching(query)
    owned = Membership.objects.filter(role=Membership.Role.OWNER, person__is_active=True)
    ownerless = Team.objects.exclude(pk__in=owned.values("team_id"))
    if is_ownerless:
        found = found.filter(pk__in=ownerless.values("pk"))
    part = part_of(found, page=page, size=PAGE_SIZE, q=query, owner="none" * is_ownerless)
    keys = [team.pk for team in part.rows]
    owners = _counted(owned.filter(team__in=keys), "team")
    notebooks = _counted(guard.notebooks_for(actor).filter(owner_team__in=keys), "owner_team")
    return TeamsPage(
        query=query,
        is_ownerless=is_ownerless,
        ownerless=ownerless.count(),
        rows=tuple(
            TeamRow(
                name=team.name,
                slug=team.slug,
                members=getattr(team, "member_count", 0),
                owners=owners.get(team.pk, 0),
                notebooks=notebooks.get(team.pk, 0),
                created_at=team.created_at,
            )
            for team in part.rows
        ),
        total=part.total,
        pager=part.pager,
    )


def label_rows(actor: Actor, *, at: datetime) -> tuple[LabelRow, ...]:
    """All access labels by name; three queries."""
    lasting = LabelHolding.objects.filter(_lasting(at), person__is_active=True)
    holders = dict(lasting.values_list("label").annotate(count=Count("person", distinct=True)))
    notebooks = _counted(guard.notebooks_for(actor).filter(labels__isnull=False), "labels")
    return tuple(
        LabelRow(
            name=label.name,
            slug=label.slug,
            description=label.description,
            claim_name=label.claim_name,
            holders=holders.get(label.pk, 0),
            notebooks=notebooks.get(label.pk, 0),
        )
        for label in Label.objects.order_by(Lower("name"))
    )


def holders_of(
    label: Label, *, query: str, page: int, at: datetime
) -> tuple[tuple[HolderRow, ...], int, Pager]:
    """Who holds ``label``, by name, with those whose time is over; two queries."""
    found = LabelHolding.objects.filter(label=label).select_related(
        "person__organisation", "granted_by"
    )
    if query:
        found = found.filter(rosters.name_contains(query, person="person__"))
    ordered = found.order_by(Lower("person__full_name"), "person__username", "source")
    part = part_of(ordered, page=page, size=PAGE_SIZE, q=query)
    rows = tuple(
        HolderRow(
            username=row.person.username,
            name=str(row.person),
            organisation=str(row.person.organisation or ""),
            source=row.source,
            source_words=row.get_source_display(),
            granted_by=str(row.granted_by or ""),
            granted_at=row.granted_at,
            until=row.expires_at,
            has_ended=row.expires_at is not None and row.expires_at <= at,
        )
        for row in part.rows
    )
    return rows, part.total, part.pager


def organisations_page(*, query: str, page: int) -> OrganisationsPage:
    """The tree in its order, a page at a time; a fixed number of queries."""
    order = {pk: place for place, (pk, _) in enumerate(rosters.organisation_choices())}
    found = Organisation.objects.all()
    if query:
        found = found.filter(Q(name__icontains=query) | Q(external_id=query))
    keys = sorted(found.values_list("pk", flat=True), key=lambda pk: order.get(pk, 0))
    first = (page - 1) * PAGE_SIZE
    shown = keys[first : first + PAGE_SIZE]
    rows = Organisation.objects.in_bulk(shown)
    people = _counted(
        Person.objects.filter(is_active=True, organisation__in=shown), "organisation"
    )
    parents = set(
        Organisation.objects.filter(parent__in=shown).values_list("parent", flat=True)
    )
    return OrganisationsPage(
        query=query,
        rows=tuple(
            OrganisationRow(
                organisation_id=pk,
                name=rows[pk].name,
                depth=len(rows[pk].path) - 1,
                external_id=rows[pk].external_id,
                people=people.get(pk, 0),
                has_parts=pk in parents,
            )
            for pk in shown
            if pk in rows
        ),
        total=len(keys),
        without=Person.objects.filter(is_active=True, organisation__isnull=True).count(),
        pager=pager_for(len(keys), page=page, size=PAGE_SIZE, q=query),
    )


def _lasting(at: datetime) -> Q:
    return Q(expires_at__isnull=True) | Q(expires_at__gt=at)


def _counted(found: QuerySet[Any], key: str) -> dict[int, int]:
    """How many rows there are for each value of ``key``."""
    counted = found.order_by().values_list(F(key)).annotate(count=Count("pk"))
    return dict(counted)
