"""Looks after accounts from the command line."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.people import queries, rosters
from nbcommons.people._secrets import new_secret
from nbcommons.people.models import Person
from nbcommons.people.operations import accounts, joining
from nbcommons.people.operations.joining import NewPerson

ACTOR = Actor.system("command line")


class Command(BaseCommand):
    help = "Look after accounts: make, list, invite, switch off and on, help back in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        create = verbs.add_parser("create", help="make an account")
        create.add_argument("username")
        create.add_argument("--name", default="", help="as colleagues know them")
        create.add_argument("--email", default="")
        create.add_argument("--organisation", default="", help="as: Trade / Customs")
        create.add_argument("--administrator", action="store_true")
        create.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from the standard input; without, one is made and printed",
        )
        verbs.add_parser("list", help="everybody with an account")
        invite = verbs.add_parser("invite", help="print a one-time link for joining")
        invite.add_argument("--email", default="", help="proposed in the form")
        for verb, words in (
            ("deactivate", "switch an account off: sessions, tokens and Jupyter end"),
            ("reactivate", "switch an account on again"),
            ("make-administrator", "let somebody switch admin mode on"),
            ("unmake-administrator", "no longer let them"),
            ("password-link", "print a link with which they choose a new password"),
            ("remove-second-step", "let them in by password alone, after a lost phone"),
        ):
            verbs.add_parser(verb, help=words).add_argument("username")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            run(options, self.stdout.write)
        except CommonsError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error


def run(options: dict[str, Any], say: Callable[[str], None]) -> None:
    """Do what ``options`` say and tell what came of it."""
    match options["verb"]:
        case "create":
            create(options, say)
        case "list":
            for row in queries.people_matching()[1]:
                marks = [] if row.is_active else ["switched off"]
                marks += ["administrator"] if row.is_administrator else []
                words = (row.username, row.name, row.email, ", ".join(marks))
                say("\t".join(words).rstrip())
        case "invite":
            say(joining.invite(ACTOR, email=options["email"], at=timezone.now()))
        case verb:
            change(verb, named(options), say)


def change(verb: str, person: Person, say: Callable[[str], None]) -> None:
    """Do ``verb`` to the account of ``person`` and tell what came of it."""
    match verb:
        case "deactivate":
            accounts.deactivate_person(ACTOR, person, at=timezone.now())
        case "reactivate":
            accounts.reactivate_person(ACTOR, person)
        case "make-administrator":
            accounts.change_administrator(ACTOR, person, is_administrator=True)
        case "unmake-administrator":
            accounts.change_administrator(ACTOR, person, is_administrator=False)
        case "password-link":
            say(accounts.make_password_link(ACTOR, person))
        case "remove-second-step":
            is_done = accounts.remove_second_step(ACTOR, person)
            say("removed" if is_done else "there was none")


def create(options: dict[str, Any], say: Callable[[str], None]) -> None:
    """Make the account and say how they get in."""
    is_given = options["password_stdin"]
    password = sys.stdin.readline().rstrip("\n") if is_given else new_secret()[:16]
    if not password:
        raise CommandError("The password is empty.")
    new = NewPerson(
        username=options["username"],
        full_name=options["name"],
        email=options["email"],
        organisation_id=organisation_id(options["organisation"]),
        password=password,
    )
    person = joining.create_person(ACTOR, new, is_administrator=options["administrator"])
    say(f"made an account for {person.username}")
    if not is_given:
        say(f"password: {password}")


def organisation_id(text: str) -> int | None:
    """The key of what ``text`` names; None for nothing. Raises ``CommandError``."""
    if not text.strip():
        return None
    found = rosters.organisation_at(text)
    if found is None:
        raise CommandError(f"There is no organisation {text}, or more than one.")
    return found.pk


def named(options: dict[str, Any]) -> Person:
    """The person whom the command names. Raises ``CommandError``."""
    person = queries.person_named(options["username"])
    if person is None:
        raise CommandError(f"There is nobody here called {options['username']}.")
    return person
