"""Reads about who belongs where: teams and their members, organisations, access labels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Case,
    Count,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower

from nbcommons.people.models import (
    FormerTeamSlug,
    Label,
    LabelHolding,
    Membership,
    Organisation,
    Person,
    Team,
)

PATH_SEPARATOR = " / "
ROLE_ORDER = (Membership.Role.OWNER, Membership.Role.EDITOR, Membership.Role.MEMBER)
ROLE_MEANINGS = {
    Membership.Role.OWNER: "looks after the team and all that it owns",
    Membership.Role.EDITOR: "may change the team's notebooks",
    Membership.Role.MEMBER: "may read the team's notebooks",
}


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody in a team."""

    username: str
    name: str
    organisation: str
    role: str
    role_words: str
    is_active: bool
    since: datetime

    @property
    def is_owner(self) -> bool:
        return self.role == Membership.Role.OWNER


@dataclass(frozen=True, slots=True)
class HeldLabel:
    """An access label that somebody holds; ``until`` None: until it is withdrawn."""

    slug: str
    name: str
    description: str
    source_words: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Somebody whom a form may name."""

    username: str
    name: str
    organisation: str


def team_named(slug: str) -> Team | None:
    """The team with this slug, or that had it before (compare ``slug``); None if there is none."""
    found = Team.objects.filter(slug=slug).first()
    if found is not None:
        return found
    former = FormerTeamSlug.objects.filter(slug=slug).select_related("team").first()
    return former.team if former else None


def teams_matching(text: str = "") -> QuerySet[Team]:
    """Teams with ``text`` in their name or description, by name, with ``member_count``."""
    found = Team.objects.all()
    if text:
        found = found.filter(Q(name__icontains=text) | Q(description__icontains=text))
    # A subquery, not a join: counting the teams then costs nothing more.
    members = Membership.objects.filter(team=OuterRef("pk"), person__is_active=True)
    count = members.order_by().values("team").annotate(count=Count("pk")).values("count")
    return found.annotate(member_count=Coalesce(Subquery(count), 0)).order_by(Lower("name"))


def teams_of_person(person_id: int) -> list[tuple[Team, str]]:
    """The teams that the person is in, with their role, by name; one query."""
    memberships = Membership.objects.filter(person_id=person_id).select_related("team")
    return [(row.team, row.role) for row in memberships.order_by(Lower("team__name"))]


def role_in(team: Team, person_id: int | None) -> str:
    """The person's role in ``team``; empty if they are not in it, and for nobody."""
    if person_id is None:
        return ""
    found = Membership.objects.filter(team=team, person_id=person_id)
    return found.values_list("role", flat=True).first() or ""


def members_of(team: Team) -> QuerySet[Membership]:
    """Owners first, then editors, then members; by name within each. For ``member_rows``."""
    return (
        Membership.objects.filter(team=team)
        .select_related("person__organisation")
        .alias(rank=_rank())
        .order_by("rank", Lower("person__full_name"), "person__username")
    )


def member_rows(memberships: Iterable[Membership]) -> tuple[MemberRow, ...]:
    """What lists of members show; reads ``person`` and its organisation."""
    return tuple(
        MemberRow(
            username=row.person.username,
            name=str(row.person),
            organisation=str(row.person.organisation or ""),
            role=row.role,
            role_words=row.get_role_display(),
            is_active=row.person.is_active,
            since=row.created_at,
        )
        for row in memberships
    )


def name_contains(text: str, *, person: str = "") -> Q:
    """That ``text`` stands in somebody's names; ``person`` leads to them, as in "person__"."""
    return Q(**{f"{person}full_name__icontains": text}) | Q(
        **{f"{person}username__icontains": text}
    )


def people_like(text: str, *, limit: int = 8) -> list[PersonChoice]:
    """Active people whose names begin with ``text`` or have a word that does; one query.

    For suggestions while somebody types; nobody for less than two letters.
    """
    wanted = " ".join(text.split())
    if len(wanted) < 2:  # noqa: PLR2004 - one letter finds half the organisation
        return []
    begins = Q(username__istartswith=wanted) | Q(full_name__istartswith=wanted)
    found = Person.objects.filter(
        begins | Q(full_name__icontains=f" {wanted}") | Q(username__icontains=f".{wanted}"),
        is_active=True,
    ).select_related("organisation")
    return [
        PersonChoice(
            username=person.username,
            name=str(person),
            organisation=str(person.organisation or ""),
        )
        for person in found.order_by("username")[:limit]
    ]


def labels_held_by(person_id: int, *, at: datetime) -> tuple[HeldLabel, ...]:
    """The access labels that the person holds at ``at``, by name; the longer of two grants."""
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    holdings = LabelHolding.objects.filter(lasting, person_id=person_id).select_related("label")
    best: dict[int, LabelHolding] = {}
    for holding in holdings:
        other = best.get(holding.label_id)
        if other is None or _lasts_longer(holding, other):
            best[holding.label_id] = holding
    rows = sorted(best.values(), key=lambda holding: holding.label.name.casefold())
    return tuple(
        HeldLabel(
            slug=holding.label.slug,
            name=holding.label.name,
            description=holding.label.description,
            source_words=holding.get_source_display(),
            until=holding.expires_at,
        )
        for holding in rows
    )


def all_labels() -> QuerySet[Label]:
    """Every access label, by name; for administrators: that one exists may say too much."""
    return Label.objects.order_by(Lower("name"))


def holders_of(label: Label, *, at: datetime) -> QuerySet[LabelHolding]:
    """What people hold of ``label`` at ``at``, by user name, with ``person``."""
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    holdings = LabelHolding.objects.filter(lasting, label=label).select_related("person")
    return holdings.order_by("person__username", "source")


def label_named(slug: str) -> Label | None:
    """The access label with this slug; None if there is none."""
    return Label.objects.filter(slug=slug).first()


def organisation_at(text: str) -> Organisation | None:
    """What somebody means who writes "Trade / Customs", or "Customs" where only one is called so.

    Capitals do not matter. None where nothing, or more than one, is meant.
    """
    names = [" ".join(part.split()) for part in text.split(PATH_SEPARATOR.strip())]
    names = [name for name in names if name]
    if not names:
        return None
    candidates = list(Organisation.objects.filter(name__iexact=names[-1]))
    if len(names) > 1:
        full = paths_of(candidates)
        wanted = PATH_SEPARATOR.join(names).casefold()
        candidates = [row for row in candidates if full[row.pk].casefold() == wanted]
    elif len(candidates) > 1:
        candidates = [row for row in candidates if row.parent_id is None]
    return candidates[0] if len(candidates) == 1 else None


def organisation_choices() -> list[tuple[int, str]]:
    """Every organisation as key and "Trade / Customs", in the order of the tree; one query."""
    rows = list(Organisation.objects.all())
    names = {row.pk: row.name for row in rows}
    paths = [(row.pk, [names[pk] for pk in row.path]) for row in rows]
    paths.sort(key=lambda row: [name.casefold() for name in row[1]])
    return [(pk, PATH_SEPARATOR.join(path)) for pk, path in paths]


def paths_of(organisations: Sequence[Organisation]) -> dict[int, str]:
    """Each as "Trade / Customs", by key; one query."""
    wanted = {pk for row in organisations for pk in row.path}
    names = dict(Organisation.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return {
        row.pk: PATH_SEPARATOR.join(names.get(pk, row.name) for pk in row.path)
        for row in organisations
    }


def path_of(organisation: Organisation | None) -> str:
    """One organisation as "Trade / Customs"; empty for none."""
    return "" if organisation is None else paths_of([organisation])[organisation.pk]


def _lasts_longer(one: LabelHolding, other: LabelHolding) -> bool:
    if other.expires_at is None:
        return False
    return one.expires_at is None or one.expires_at > other.expires_at


def _rank() -> Case:
    whens = [When(role=role, then=Value(rank)) for rank, role in enumerate(ROLE_ORDER)]
    return Case(*whens, output_field=SmallIntegerField())
