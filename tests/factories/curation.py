"""Teams, labels and shares around a notebook, valid unless told otherwise."""

from datetime import timedelta

from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook, NotebookShare
from nbcommons.people.models import Label, LabelHolding, Membership, Person, Team
from tests.factories.executions import NOW

SYSTEM = Actor.system("test")


def make_team(name: str = "Customs desk", **roles: str) -> Team:
    """A team in which the named people have these roles: ``make_team("A", ann="owner")``."""
    team = Team.objects.create(name=name, slug=name.lower().replace(" ", "-"), created_at=NOW)
    for username, role in roles.items():
        person = Person.objects.get_or_create(username=username)[0]
        # Before there were versions: who comes later sees those from then on.
        joined = NOW - timedelta(days=400)
        Membership.objects.create(team=team, person=person, role=role, created_at=joined)
    return team


def make_label(name: str, *holders: Person) -> Label:
    """An access label that these people hold."""
    label = Label.objects.create(name=name, slug=name.lower(), created_at=NOW)
    for person in holders:
        give_label(label, person)
    return label


def give_label(label: Label, person: Person) -> None:
    LabelHolding.objects.create(
        person=person, label=label, source="administrator", granted_at=NOW
    )


def share_with(
    notebook: Notebook,
    *,
    person: Person | None = None,
    team: Team | None = None,
    may_edit: bool = False,
) -> None:
    """A share that has been there from the first version on."""
    NotebookShare.objects.create(
        notebook=notebook, person=person, team=team, may_edit=may_edit, created_at=NOW
    )


def give_to_team(notebook: Notebook, team: Team) -> Notebook:
    """The same notebook, looked after by a team from the start."""
    Notebook.objects.filter(pk=notebook.pk).update(owner=None, owner_team=team)
    return Notebook.objects.get(pk=notebook.pk)
