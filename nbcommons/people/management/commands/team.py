"""Looks after teams from the command line."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.people import queries, rosters
from nbcommons.people.models import Person, Team
from nbcommons.people.operations import teams
from nbcommons.people.operations.teams import Role, TeamDetails

ACTOR = Actor.system("command line")


class Command(BaseCommand):
    help = "Look after teams: make, list, describe, give up; who is in them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        create = verbs.add_parser("create", help="make a team")
        create.add_argument("name")
        create.add_argument("--owner", required=True, help="user name of its first owner")
        create.add_argument("--description", default="", help="a little Markdown")
        verbs.add_parser("list", help="all teams: short name, name, how many people")
        for verb, words in (
            ("members", "who is in a team, with their roles"),
            ("rename", "give a team another name; its old address goes on leading to it"),
            ("delete", "give up a team that looks after no notebooks"),
            ("add", "take somebody in"),
            ("role", "give a member another role"),
            ("remove", "take somebody out"),
        ):
            one = verbs.add_parser(verb, help=words)
            one.add_argument("team", help="its short name, as in its address")
            if verb == "rename":
                one.add_argument("name")
            if verb in {"add", "role", "remove"}:
                one.add_argument("username")
            if verb in {"add", "role"}:
                one.add_argument(
                    "--role", choices=Role.values, default="member", help="default: member"
                )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            run(options, self.stdout.write)
        except CommonsError as error:
            raise CommandError(str(error)) from error


def run(options: dict[str, Any], say: Callable[[str], object]) -> None:
    """Do what ``options`` say and tell what came of it."""
    match options["verb"]:
        case "create":
            details = TeamDetails(options["name"], options["description"])
            owner = person_named(options["owner"])
            made = teams.create_team(ACTOR, details, owner=owner, at=timezone.now())
            say(f"made the team {made.slug}")
        case "list":
            for team in rosters.teams_matching():
                say(f"{team.slug}\t{team.name}\t{getattr(team, 'member_count', 0)}")
        case "members":
            for row in rosters.member_rows(rosters.members_of(team_named(options["team"]))):
                say(f"{row.username}\t{row.name}\t{row.role}")
        case verb:
            change(verb, team_named(options["team"]), options, say)


def change(
    verb: str, team: Team, options: dict[str, Any], say: Callable[[str], object]
) -> None:
    """Do ``verb`` to ``team`` and tell what came of it."""
    match verb:
        case "rename":
            details = TeamDetails(options["name"], team.description, team.landing_notebook_uuid)
            teams.describe_team(ACTOR, team, details)
            say(f"the team is {team.slug} now")
        case "delete":
            teams.delete_team(ACTOR, team)
            say(f"gave up the team {team.slug}")
        case "add":
            person, role = person_named(options["username"]), options["role"]
            teams.add_member(ACTOR, team, person, role=role, at=timezone.now())
            say(f"{person.username} is {role} of {team.slug}")
        case "role":
            person, role = person_named(options["username"]), options["role"]
            teams.change_role(ACTOR, team, person, role=role)
            say(f"{person.username} is {role} of {team.slug}")
        case "remove":
            person = person_named(options["username"])
            teams.remove_member(ACTOR, team, person)
            say(f"{person.username} is no longer in {team.slug}")


def team_named(slug: str) -> Team:
    """The team with this short name. Raises ``CommandError``."""
    found = rosters.team_named(slug.strip().lower())
    if found is None:
        raise CommandError(f"There is no team {slug}.")
    return found


def person_named(username: str) -> Person:
    """The person with this user name. Raises ``CommandError``."""
    found = queries.person_named(username)
    if found is None:
        raise CommandError(f"There is nobody here called {username}.")
    return found
