"""Whom and what commands name."""

from django.core.management.base import CommandError

from nbcommons.people import queries, rosters
from nbcommons.people.models import Label, Person, Team


def person(username: str) -> Person:
    """The person with this user name. Raises ``CommandError``."""
    found = queries.person_named(username)
    if found is None:
        raise CommandError(f"There is nobody here called {username}.")
    return found


def team(name: str) -> Team:
    """The team with this short name or name. Raises ``CommandError``."""
    found = rosters.team_named(name.lower()) or Team.objects.filter(name__iexact=name).first()
    if found is None:
        raise CommandError(f"There is no team called {name}. “team list” names them all.")
    return found


def label(name: str) -> Label:
    """The access label with this short name or name. Raises ``CommandError``."""
    found = rosters.label_named(name.lower()) or Label.objects.filter(name__iexact=name).first()
    if found is None:
        raise CommandError(f"There is no access label {name}. “label list” names them all.")
    return found
