"""Finding a person or a team by what somebody typed, and what to offer while they type."""

import re
from dataclasses import dataclass

from django.db.models import Q

from nbcommons.people.models import Person, Team
from nbcommons.people.whom import LONGEST, whom

OFFERED = 8


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person or a team (one of the two), as they can be chosen."""

    name: str
    detail: str
    person_id: int | None = None
    team_id: int | None = None
    handle: str = ""

    @property
    def key(self) -> str:
        return f"p{self.person_id}" if self.team_id is None else f"t{self.team_id}"

    @property
    def as_typed(self) -> str:
        """What stands in the field when they are chosen."""
        return f"{self.name} ({'team ' if self.team_id is not None else ''}{self.handle})"


def found_by(typed: str) -> tuple[Somebody, ...]:
    """Whom ``typed`` can mean: one when it is plain, else those to choose from; active only."""
    meant = whom(typed)
    found = (*map(_person, meant.people), *map(_team, meant.teams))
    return found or suggestions(typed)


def suggestions(typed: str) -> tuple[Somebody, ...]:
    """People and teams in whose names every word of ``typed`` stands; a few, teams first."""
    words = typed.replace("\x00", "").split()[:5]
    if not words or len(typed) > LONGEST:
        return ()
    people, teams = Q(), Q()
    for word in words:
        people &= Q(full_name__icontains=word) | Q(username__icontains=word)
        teams &= Q(name__icontains=word) | Q(slug__icontains=word)
    return (*_teams(teams)[: OFFERED // 2], *_people(people))[:OFFERED]


def somebody(key: str) -> Somebody | None:
    """The active person or the team that forms call ``key``; None if there is none."""
    if not re.fullmatch(r"[pt][0-9]{1,18}", key):
        return None
    number = int(key[1:])
    found = _people(Q(pk=number)) if key[0] == "p" else _teams(Q(pk=number))
    return found[0] if found else None


def _people(condition: Q) -> tuple[Somebody, ...]:
    found = Person.objects.filter(condition, is_active=True).select_related("organisation")
    rows = found.order_by("full_name", "username")
    return tuple(map(_person, rows[:OFFERED]))


def _teams(condition: Q) -> tuple[Somebody, ...]:
    return tuple(map(_team, Team.objects.filter(condition).order_by("name")[:OFFERED]))


def _person(person: Person) -> Somebody:
    return Somebody(
        name=str(person),
        detail=str(person.organisation or ""),
        person_id=person.pk,
        handle=person.username,
    )


def _team(team: Team) -> Somebody:
    return Somebody(name=team.name, detail="team", team_id=team.pk, handle=team.slug)
