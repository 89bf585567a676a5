"""A person or a team as programs name them: ``ann``, or ``team:customs``."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.functions import Lower

from nbcommons.core.errors import CommonsError
from nbcommons.people.models import Person, Team

TEAM = "team:"
DESCRIPTION = "A user name, or `team:` and the short name of a team, as `team:customs`."


class UnknownParty(CommonsError):
    """Nobody is called so; ``field`` is where it was written."""

    title = "Nobody is called that"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two."""

    person_id: int | None = None
    team_id: int | None = None


def handle_of(person: Person | None, team: Team | None) -> str:
    """How programs name the one of the two that is there."""
    if team is not None:
        return f"{TEAM}{team.slug}"
    return "" if person is None else person.username


def party_named(handle: str, *, field: str) -> Party:
    """Who is called so. Raises ``UnknownParty``."""
    return parties_named([handle], field=field)[0]


def parties_named(handles: Iterable[str], *, field: str) -> list[Party]:
    """Who is called so, in their order; two queries at most. Raises ``UnknownParty``."""
    wanted = [handle.strip().lower() for handle in handles]
    slugs = {handle.removeprefix(TEAM) for handle in wanted if handle.startswith(TEAM)}
    names = {handle for handle in wanted if not handle.startswith(TEAM)}
    teams: dict[str, int] = {}
    people: dict[str, int] = {}
    if slugs:
        found = Team.objects.annotate(small=Lower("slug")).filter(small__in=slugs)
        teams = dict(found.values_list("small", "pk"))
    if names:
        active = Person.objects.filter(username__in=names, is_active=True)
        people = dict(active.values_list("username", "pk"))
    found_all = [
        Party(team_id=teams.get(handle.removeprefix(TEAM)))
        if handle.startswith(TEAM)
        else Party(person_id=people.get(handle))
        for handle in wanted
    ]
    for handle, party in zip(wanted, found_all, strict=True):
        if party == Party():
            raise UnknownParty(f"Nobody here is called “{handle}”.", field=field)
    return found_all
