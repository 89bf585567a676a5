"""A whole organisation at once: its tree, people, teams, access labels; written in bulk.

Names and links follow from numbers alone, so that two runs make the same. Nothing is announced and
nobody can sign in by password: this is for lists, rules and measurements at scale.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nbcommons.people.models import Label, LabelHolding, Membership, Organisation, Person, Team
from tests.factories.people import NOW

BATCH = 2_000
_FIRST = (
    "Amara", "Ben", "Chen", "Dana", "Elif", "Femi", "Grace", "Hana", "Ivan", "Jo", "Kofi", "Lena",
    "Mio", "Nadia", "Omar", "Priya", "Quinn", "Rosa", "Sam", "Tara", "Uma", "Vera", "Wen",
)  # fmt: skip
_LAST = (
    "Abara", "Berg", "Costa", "Diaz", "Eriksen", "Fonseca", "Gupta", "Haddad", "Ito", "Jansen",
    "Khan", "Lund", "Moreau", "Novak", "Osei", "Petrov", "Rossi", "Silva", "Tanaka", "Vance",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MadeOrganisation:
    """What was made, in the order in which it was made."""

    organisations: list[Organisation]
    people: list[Person]
    teams: list[Team]
    labels: list[Label]


def make_organisation(
    *,
    people: int = 10_000,
    teams: int = 1_000,
    labels: int = 12,
    at: datetime = NOW,
    prefix: str = "person",
) -> MadeOrganisation:
    """An organisation in which everybody is in a part of the tree and most are in some teams.

    Team ``n`` has 3 to 40 members: one or two owners, some editors. Person ``n`` holds label ``m``
    when ``n % (m + 2) == 0``; every tenth of those holdings has ended, another tenth will end.
    Some seconds for the 10,000 of the defaults.
    """
    tree = make_tree()
    made_people = make_people(people, tree, at=at, prefix=prefix)
    made_teams = make_teams(teams, made_people, at=at)
    made_labels = make_labels(labels, made_people, at=at)
    return MadeOrganisation(tree, made_people, made_teams, made_labels)


def make_tree(*, roots: int = 4, branches: int = 6, leaves: int = 5) -> list[Organisation]:
    """Three levels of organisations, roots first."""
    levels = [[Organisation(name=f"Division {n + 1}") for n in range(roots)]]
    Organisation.objects.bulk_create(levels[0])
    for words, width in (("Department", branches), ("Unit", leaves)):
        level = [
            Organisation(name=f"{words} {parent.name.split()[-1]}.{n + 1}", parent=parent)
            for parent in levels[-1]
            for n in range(width)
        ]
        Organisation.objects.bulk_create(level, batch_size=BATCH)
        levels.append(level)
    everything = [organisation for level in levels for organisation in level]
    for organisation in everything:
        above = organisation.parent.path if organisation.parent else []
        organisation.path = [*above, organisation.pk]
    Organisation.objects.bulk_update(everything, ["path"], batch_size=BATCH)
    return everything


def make_people(
    count: int, tree: list[Organisation], *, at: datetime = NOW, prefix: str = "person"
) -> list[Person]:
    """People spread over the tree, every fiftieth with an account that is switched off."""
    rows = [
        Person(
            username=f"{prefix}.{n:05}",
            full_name=f"{_FIRST[n % len(_FIRST)]} {_LAST[n // len(_FIRST) % len(_LAST)]}",
            email=f"{prefix}.{n:05}@example.org",
            # No password opens it: what begins with an exclamation mark matches none.
            password="!",
            organisation=tree[n * 7 % len(tree)] if tree else None,
            is_active=n % 50 != 49,
        )
        for n in range(count)
    ]
    made = Person.objects.bulk_create(rows, batch_size=BATCH)
    Person.objects.filter(username__startswith=f"{prefix}.").update(created_at=at)
    return made


def make_teams(count: int, people: list[Person], *, at: datetime = NOW) -> list[Team]:
    """Teams of 3 to 40 people, or of all where there are fewer; the first member is an owner."""
    made = Team.objects.bulk_create(
        (
            Team(
                name=f"Team {n:04}",
                slug=f"team-{n:04}",
                description=f"Number {n} of the teams. We look after *shared* notebooks.",
                created_at=at,
            )
            for n in range(count)
        ),
        batch_size=BATCH,
    )
    memberships = []
    for n, team in enumerate(made):
        size = min(3 + n * 13 % 38, len(people))
        for place in range(size):
            person = people[(n * 101 + place * 37) % len(people)]
            memberships.append(
                Membership(team=team, person=person, role=_role(place), created_at=at)
            )
    # Steps through the people may meet somebody again where there are few of them.
    Membership.objects.bulk_create(memberships, batch_size=BATCH, ignore_conflicts=True)
    return made


def make_labels(count: int, people: list[Person], *, at: datetime = NOW) -> list[Label]:
    """Access labels, each held by a part of the people."""
    made = Label.objects.bulk_create(
        Label(
            name=f"Label {m:02}",
            slug=f"label-{m:02}",
            description=f"For those who were briefed on subject {m}.",
            claim_name=f"claim-{m:02}",
            created_at=at,
        )
        for m in range(count)
    )
    ends = {0: at - timedelta(days=1), 1: at + timedelta(days=365)}
    LabelHolding.objects.bulk_create(
        (
            LabelHolding(
                person=person,
                label=label,
                source=LabelHolding.Source.ADMINISTRATOR,
                granted_at=at - timedelta(days=30),
                expires_at=ends.get(n // (m + 2) % 10),
            )
            for m, label in enumerate(made)
            for n, person in enumerate(people)
            if n % (m + 2) == 0
        ),
        batch_size=BATCH,
    )
    return made


def _role(place: int) -> str:
    if place < 1:
        return Membership.Role.OWNER
    return Membership.Role.EDITOR if place % 4 == 1 else Membership.Role.MEMBER
