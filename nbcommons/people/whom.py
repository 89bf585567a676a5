"""Whom somebody means by what they typed: a person or a team, never the one for the other.

A user name and an e-mail address mean their person. A team is meant by its short name or its
name, but only where no person could be meant by the same. Whatever could mean several is left to
whoever typed it to choose from.
"""

import re
from dataclasses import dataclass

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from nbcommons.core.signs import alike, one_line
from nbcommons.people.models import Person, Team

MOST = 8
LONGEST = 200
# As pages write it who somebody is: "Amara Osei (amara.osei)", "Customs (team customs)".
SHOWN = re.compile(r"\((team )?([^()\s]+)\)\s*\Z")


@dataclass(frozen=True, slots=True)
class Meant:
    """Those whom something typed can mean; ``is_plain``: exactly one."""

    people: tuple[Person, ...] = ()
    teams: tuple[Team, ...] = ()

    @property
    def is_plain(self) -> bool:
        return len(self.people) + len(self.teams) == 1

    @property
    def as_typed(self) -> tuple[str, ...]:
        """What to type instead, so that each is meant without doubt."""
        return (*map(person_as_typed, self.people), *map(team_as_typed, self.teams))


def person_as_typed(person: Person) -> str:
    """What means this person and nobody else."""
    return f"{person} ({person.username})"


def team_as_typed(team: Team) -> str:
    """What means this team and nobody else."""
    return f"{team} (team {team.slug})"


def whom(typed: str) -> Meant:
    """Whom ``typed`` can mean, people who are active and teams; two to four queries.

    Somebody whose account is off is found by nothing, and no team by what they are called.
    """
    words = one_line(typed)
    if not words or len(words) > LONGEST:
        return Meant()
    shown = SHOWN.search(words)
    if shown is not None:
        handle = shown[2].lower()
        if shown[1]:
            return Meant(teams=tuple(Team.objects.filter(slug=handle)))
        return _active(_people(Q(username=handle)))
    sure = _people(Q(username=words.lower()) | Q(email__iexact=words))
    if sure:
        return _active(sure)
    called = _people(Q(pk__in=_called(words).values("pk")))
    if called and not _active(called).people:
        return Meant()
    return Meant(people=_active(called).people, teams=tuple(teams_called(words)[:MOST]))


def teams_called(name: str) -> QuerySet[Team]:
    """The teams whose name or short name is like ``name``."""
    like = Q(slug=name.lower()) | Q(slug=alike(name)) | Q(like=_alike(Value(name)))
    return Team.objects.annotate(like=_alike(F("name"))).filter(like).order_by("name", "pk")


def clash_of(name: str, *, but_of: Team | None = None) -> str:
    """Why no team can be called ``name``, in a sentence; "" when one can."""
    if SHOWN.search(name):
        return "A team cannot be called like that: at its end it looks like a user name."
    folded = alike(name)
    sure = Q(username__in={folded, name.lower()}) | Q(email__iexact=name) | Q(email=folded)
    if Person.objects.filter(sure).exists() or _called(name).exists():
        return f"Somebody here is called {name}. Choose a name that only a team can have."
    rivals = teams_called(name)
    if but_of is not None:
        rivals = rivals.exclude(pk=but_of.pk)
    return f"There is a team called {name} already, or one that reads like it." * bool(
        rivals.exists()
    )


def is_username_of_team(username: str) -> bool:
    """Whether a team is called so: who has that user name would be taken for it."""
    return teams_called(username).exists()


def _called(name: str) -> QuerySet[Person]:
    people = Person.objects.exclude(full_name="").annotate(like=_alike(F("full_name")))
    return people.filter(like=_alike(Value(name)))


def _alike(expression: F | Value) -> Lower:
    """The same in the database for one value as for a column: no capitals, no variants."""
    normal = Func(expression, template="NORMALIZE(%(expressions)s, NFKC)")
    normal.output_field = TextField()
    return Lower(normal)


def _people(condition: Q) -> list[Person]:
    found = Person.objects.filter(condition).select_related("organisation")
    return list(found.order_by("full_name", "username")[: MOST * 4])


def _active(people: list[Person]) -> Meant:
    return Meant(people=tuple(person for person in people if person.is_active)[:MOST])
