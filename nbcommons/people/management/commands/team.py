"""Looks after teams from the command line."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.people import rosters
from nbcommons.people.management import naming
from nbcommons.people.models import Membership
from nbcommons.people.operations import teams
from nbcommons.people.operations.teams import TeamDetails

ACTOR = Actor.system("command line")
ROLES = [role.value for role in Membership.Role]


class Command(BaseCommand):
    help = "Look after teams: make, list, members, add, remove, give up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        create = verbs.add_parser("create", help="make a team")
        create.add_argument("name")
        create.add_argument("--owner", required=True, help="user name of its first owner")
        create.add_argument("--description", default="", help="what it does")
        verbs.add_parser("list", help="all teams, with how many people are in each")
        members = verbs.add_parser("members", help="who is in a team")
        members.add_argument("team")
        add = verbs.add_parser("add", help="take somebody in, or give them another role")
        add.add_argument("team")
        add.add_argument("username")
        add.add_argument("--role", choices=ROLES, default="member", help="member without")
        remove = verbs.add_parser("remove", help="take somebody out")
        remove.add_argument("team")
        remove.add_argument("username")
        delete = verbs.add_parser("delete", help="give up a team that looks after no notebooks")
        delete.add_argument("team")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            run(options, self.stdout.write)
        except CommonsError as error:
            raise CommandError(str(error)) from error


def run(options: dict[str, Any], say: Callable[[str], None]) -> None:
    """Do what ``options`` say and tell what came of it."""
    now = timezone.now()
    match options["verb"]:
        case "create":
            details = TeamDetails(options["name"], options["description"])
            owner = naming.person(options["owner"])
            say(f"made the team {teams.create_team(ACTOR, details, owner=owner, at=now).slug}")
        case "list":
            for team in rosters.teams_matching():
                people = getattr(team, "member_count", 0)
                words = "1 person" if people == 1 else f"{people:,} people"
                say(f"{team.slug}\t{team.name}\t{words}")
        case "members":
            team = naming.team(options["team"])
            for row in rosters.member_rows(rosters.members_of(team)):
                mark = "" if row.is_active else "\tswitched off"
                say(f"{row.username}\t{row.name}\t{row.role}{mark}")
        case "add":
            add(options, say)
        case "remove":
            team, person = naming.team(options["team"]), naming.person(options["username"])
            teams.remove_member(ACTOR, team, person)
            say(f"{person.username} is no longer in {team.name}")
        case "delete":
            team = naming.team(options["team"])
            teams.delete_team(ACTOR, team)
            say(f"gave up {team.name}")


def add(options: dict[str, Any], say: Callable[[str], None]) -> None:
    """Take somebody in; who is in already gets the role."""
    team, person = naming.team(options["team"]), naming.person(options["username"])
    if rosters.role_in(team, person.pk):
        teams.change_role(ACTOR, team, person, role=options["role"])
    else:
        teams.add_member(ACTOR, team, person, role=options["role"], at=timezone.now())
    say(f"{person.username} is in {team.name} as {options['role']}")
