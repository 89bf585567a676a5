"""Who is who: the names of a source, and the people, teams and access labels here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models.functions import Lower

from nbcommons.core.signs import one_line
from nbcommons.intake._bulk.deciding import Outcome, Plan
from nbcommons.intake._bulk.items import Holder, LabelSaid, PersonSaid, Source, TeamSaid
from nbcommons.people.models import Label, Person, Team
from nbcommons.people.operations.records import username_for

TEAM_LENGTH = 100
LABEL_LENGTH = 60
# Stands for whoever would be made if this were not a dry run.
NOT_MADE = 0


@dataclass(slots=True)
class Census:
    """The keys of the people, teams and labels that a source names, by their names there.

    called: user names here of people who have another one there. The lists ``new_…`` tell whom
    this import made, or would make.
    """

    called: Mapping[str, str] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    new_people: list[str] = field(default_factory=list)
    new_teams: list[str] = field(default_factory=list)
    new_labels: list[str] = field(default_factory=list)
    said_of_people: Mapping[str, PersonSaid] = field(default_factory=dict)
    said_of_teams: Mapping[str, TeamSaid] = field(default_factory=dict)
    said_of_labels: Mapping[str, LabelSaid] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source, called: Mapping[str, str]) -> "Census":
        """Nobody looked up yet, with what ``source`` says about them."""
        return cls(
            called={name.lower(): username for name, username in called.items()},
            said_of_people={said.username.lower(): said for said in source.people},
            said_of_teams={_team(said.name).lower(): said for said in source.teams},
            said_of_labels={_label(said.name).lower(): said for said in source.labels},
        )

    def person_id(self, name: str) -> int | None:
        """Whom ``name`` means; None for nobody."""
        return self.people.get(name.lower()) if name else None

    def team_id(self, name: str) -> int | None:
        """Which team ``name`` means."""
        return self.teams.get(_team(name).lower())

    def label_ids(self, names: Iterable[str]) -> tuple[int, ...]:
        """Which access labels ``names`` mean. Raises ``KeyError`` rather than lose one."""
        return tuple(self.labels[_label(name).lower()] for name in names)

    def username_of(self, name: str) -> str:
        """The user name here: as the operator says, else as all records of the past make it."""
        return self.called.get(name.lower(), "").lower() or username_for(name)

    def look_up(self, names: "Names") -> "Names":
        """Find those of ``names`` that are here; returns those that are not."""
        people = {
            key: self.username_of(key) for key in names.people.keys() - self.people.keys()
        }
        rows = Person.objects.filter(username__in=people.values())
        here = dict(rows.values_list("username", "pk"))
        self.people |= {key: here[user] for key, user in people.items() if user in here}
        wanted = names.teams.keys() - self.teams.keys()
        teams = Team.objects.annotate(key=Lower("name")).filter(
            key__in={name for key in wanted for name in (key, as_a_team(key))}
        )
        made = dict(teams.values_list("key", "pk"))
        found = {key: made.get(key) or made.get(as_a_team(key)) for key in wanted}
        self.teams |= {key: pk for key, pk in found.items() if pk is not None}
        labels = Label.objects.annotate(key=Lower("name")).filter(
            key__in=names.labels.keys() - self.labels.keys()
        )
        self.labels |= dict(labels.values_list("key", "pk"))
        return Names(
            people=_without(names.people, self.people),
            teams=_without(names.teams, self.teams),
            labels=_without(names.labels, self.labels),
        )


@dataclass(frozen=True, slots=True)
class Names:
    """Names in a source as they are written there, by the same in small letters."""

    people: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def names_in(plans: Iterable[Plan]) -> Names:
    """Everybody whom the notebooks to be written name."""
    people: set[str] = set()
    holders: list[Holder] = []
    labels: set[str] = set()
    for plan in plans:
        if plan.outcome not in {Outcome.NEW, Outcome.VERSION}:
            continue
        people.update(version.said.author for version in plan.versions)
        if plan.outcome is Outcome.VERSION:
            continue
        about = plan.gathered.item.about
        people.update((about.created_by, about.deprecated.by if about.deprecated else ""))
        holders += [share.holder for share in about.shares]
        holders += [about.owner] if about.owner is not None else []
        labels.update(about.labels)
    people.update(holder.name for holder in holders if not holder.is_team)
    return Names(
        people=_keys(people),
        teams=_keys(_team(holder.name) for holder in holders if holder.is_team),
        labels=_keys(map(_label, labels)),
    )


def as_a_team(name: str) -> str:
    """What a team of a source is called here where somebody has its name.

    >>> as_a_team("Carl Person")
    'Carl Person team'
    """
    return f"{name[: TEAM_LENGTH - 5]} team"


def _team(name: str) -> str:
    return one_line(name)[:TEAM_LENGTH].strip() or "unnamed"


def _label(name: str) -> str:
    return one_line(name)[:LABEL_LENGTH].strip() or "unnamed"


def _keys(names: Iterable[str]) -> dict[str, str]:
    return {name.lower(): name for name in sorted(names, reverse=True) if name.strip()}


def _without(names: Mapping[str, str], known: Mapping[str, int]) -> dict[str, str]:
    return {key: names[key] for key in sorted(names) if key not in known}
