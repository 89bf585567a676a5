"""What the pages of teams show."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from uuid import UUID

from django import forms
from django.db.models import Count
from django.utils.html import strip_tags

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_of
from nbcommons.core.paging import Pager
from nbcommons.core.prose import prose
from nbcommons.gallery.queries.cards import NotebookCard, cards_of, with_card_parts
from nbcommons.gallery.queries.paged import paged_cards, pager_for, url_of_page
from nbcommons.people import rosters
from nbcommons.people.models import Membership, Team
from nbcommons.people.operations.teams import may_look_after, may_make_teams
from nbcommons.people.rosters import MemberRow

TEAMS_ON_PAGE = 30
NOTEBOOKS_ON_PAGE = 20
MEMBERS_ON_PAGE = 50
MEMBERS_BESIDE = 8
LANDING_CHOICES = 200


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in a list; ``notebooks`` are those that the reader may see."""

    name: str
    url: str
    description: str
    members: int
    notebooks: int
    role_words: str = ""


@dataclass(frozen=True, slots=True)
class TeamsPage:
    """All teams, mine first on the first page."""

    query: str
    mine: tuple[TeamRow, ...]
    teams: tuple[TeamRow, ...]
    total: int
    may_make: bool
    pager: Pager


@dataclass(frozen=True, slots=True)
class TeamPage:
    """A team and those of its notebooks that the reader may see."""

    name: str
    slug: str
    description: str
    landing: NotebookCard | None
    members: tuple[MemberRow, ...]
    member_count: int
    role_words: str
    may_look_after: bool
    cards: tuple[NotebookCard, ...]
    total: int
    pager: Pager

    @property
    def more_members(self) -> int:
        return self.member_count - len(self.members)


@dataclass(frozen=True, slots=True)
class MembersPage:
    """Who is in a team, and what the reader may do about it."""

    name: str
    slug: str
    query: str
    rows: tuple[MemberRow, ...]
    total: int
    may_look_after: bool
    is_member: bool
    roles: tuple[tuple[str, str], ...]
    role_meanings: tuple[tuple[str, str], ...]
    form: forms.Form | None
    pager: Pager


@dataclass(frozen=True, slots=True)
class TeamFormPage:
    """Making a team, or changing what it says of itself; ``slug`` is empty for a new one."""

    form: forms.Form
    name: str = ""
    slug: str = ""
    notebook_count: int = 0


def teams_page(actor: Actor, *, query: str, page: int) -> TeamsPage:
    """The teams that ``query`` finds."""
    found = rosters.teams_matching(query)
    total = found.count()
    first = (page - 1) * TEAMS_ON_PAGE
    mine: dict[int, str] = {}
    if actor.person_id is not None:
        mine = {team.pk: role for team, role in rosters.teams_of_person(actor.person_id)}
    shown = list(found[first : first + TEAMS_ON_PAGE])
    own = list(found.filter(pk__in=mine)) if page == 1 and not query and mine else []
    rows = _rows(actor, {team.pk: team for team in [*own, *shown]}.values(), mine)
    return TeamsPage(
        query=query,
        mine=tuple(rows[team.pk] for team in own),
        teams=tuple(rows[team.pk] for team in shown),
        total=total,
        may_make=may_make_teams(actor),
        pager=pager_for(total, page=page, size=TEAMS_ON_PAGE, url_of=url_of_page(q=query)),
    )


def team_page(actor: Actor, team: Team, *, page: int) -> TeamPage:
    """``team`` as ``actor`` may see it."""
    readable = guard.notebooks_for(actor).filter(owner_team=team)
    cards, total, pager = paged_cards(actor, readable, page=page, size=NOTEBOOKS_ON_PAGE)
    members = rosters.members_of(team).filter(person__is_active=True)
    return TeamPage(
        name=team.name,
        slug=team.slug,
        description=team.description,
        landing=_landing(actor, team.landing_notebook_uuid),
        members=rosters.member_rows(members[:MEMBERS_BESIDE]),
        member_count=members.count(),
        role_words=_role_words(rosters.role_in(team, actor.person_id)),
        may_look_after=may_look_after(actor, team),
        cards=cards,
        total=total,
        pager=pager,
    )


def members_page(
    actor: Actor, team: Team, *, query: str, page: int, form: forms.Form | None = None
) -> MembersPage:
    """Who is in ``team``; ``form`` takes somebody in, for those who may."""
    found = rosters.members_of(team)
    if query:
        found = found.filter(rosters.name_contains(query, person="person__"))
    total = found.count()
    first = (page - 1) * MEMBERS_ON_PAGE
    return MembersPage(
        name=team.name,
        slug=team.slug,
        query=query,
        rows=rosters.member_rows(found[first : first + MEMBERS_ON_PAGE]),
        total=total,
        may_look_after=may_look_after(actor, team),
        is_member=bool(rosters.role_in(team, actor.person_id)),
        roles=tuple((role.value, role.label) for role in rosters.ROLE_ORDER),
        role_meanings=tuple(
            (role.label, rosters.ROLE_MEANINGS[role]) for role in rosters.ROLE_ORDER
        ),
        form=form,
        pager=pager_for(total, page=page, size=MEMBERS_ON_PAGE, url_of=url_of_page(q=query)),
    )


def landing_choices(actor: Actor, team: Team) -> list[tuple[str, str]]:
    """Notebooks of ``team`` that may greet its visitors, as address part and title."""
    rows = guard.notebooks_for(actor).filter(owner_team=team).order_by("title")
    found = rows.values_list("uuid", "title")[:LANDING_CHOICES]
    return [(str(uuid), title) for uuid, title in found]


def readable_count(actor: Actor, team: Team) -> int:
    """How many notebooks of ``team`` the actor may see."""
    return guard.notebooks_for(actor).filter(owner_team=team).count()


def _rows(actor: Actor, teams: Iterable[Team], roles: dict[int, str]) -> dict[int, TeamRow]:
    listed = list(teams)
    owned = guard.notebooks_for(actor).filter(owner_team__in=[team.pk for team in listed])
    counts = dict(owned.values_list("owner_team").annotate(count=Count("pk")))
    return {
        team.pk: TeamRow(
            name=team.name,
            url=path_of("gallery:team", team.slug),
            description=_first_line(team.description),
            members=getattr(team, "member_count", 0),
            notebooks=counts.get(team.pk, 0),
            role_words=_role_words(roles.get(team.pk, "")),
        )
        for team in listed
    }


def _landing(actor: Actor, uuid: UUID | None) -> NotebookCard | None:
    if uuid is None:
        return None
    found = with_card_parts(guard.notebooks_for(actor)).filter(uuid=uuid).first()
    return None if found is None else cards_of(actor, [found])[0]


def _first_line(text: str) -> str:
    """The beginning of a description in plain words, without what dresses them."""
    for line in text.splitlines():
        plain = unescape(strip_tags(prose(line))).strip()
        if plain:
            return plain[:200]
    return ""


def _role_words(role: str) -> str:
    return Membership.Role(role).label.lower() if role else ""
