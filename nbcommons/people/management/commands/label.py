"""Looks after access labels from the command line."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.people import queries, rosters
from nbcommons.people.models import Label, Person
from nbcommons.people.operations import labels

ACTOR = Actor.system("command line")


class Command(BaseCommand):
    help = "Look after access labels: make, list, take away, grant, withdraw."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        create = verbs.add_parser("create", help="make a label that nobody holds yet")
        create.add_argument("name")
        create.add_argument("--description", default="", help="for whom it is")
        create.add_argument("--claim", default="", help="its name at the identity provider")
        verbs.add_parser("list", help="all labels: short name, name, name at the provider")
        for verb, words in (
            ("delete", "take away a label that no notebook carries"),
            ("holders", "who holds a label now, and until when"),
            ("grant", "let somebody hold a label"),
            ("withdraw", "end what an administrator has given"),
        ):
            one = verbs.add_parser(verb, help=words)
            one.add_argument("label", help="its short name")
            if verb in {"grant", "withdraw"}:
                one.add_argument("username")
            if verb == "grant":
                one.add_argument(
                    "--until", type=end_of_day, help="the last day, as 2026-12-31 (UTC)"
                )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            run(options, self.stdout.write)
        except CommonsError as error:
            raise CommandError(str(error)) from error


def end_of_day(text: str) -> datetime:
    """The moment when the day ``text`` is over. Raises ``ValueError``."""
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)


def run(options: dict[str, Any], say: Callable[[str], object]) -> None:
    """Do what ``options`` say and tell what came of it."""
    now = timezone.now()
    match options["verb"]:
        case "create":
            made = labels.create_label(
                ACTOR,
                name=options["name"],
                description=options["description"],
                claim_name=options["claim"],
                at=now,
            )
            say(f"made the label {made.slug}")
        case "list":
            for label in rosters.all_labels():
                say(f"{label.slug}\t{label.name}\t{label.claim_name}".rstrip())
        case "delete":
            labels.delete_label(ACTOR, label_named(options["label"]))
            say("taken away")
        case "holders":
            for row in rosters.holders_of(label_named(options["label"]), at=now):
                until = f"{row.expires_at:%Y-%m-%d %H:%M} UTC" if row.expires_at else ""
                say(f"{row.person.username}\t{row.source}\t{until}".rstrip())
        case "grant":
            person = person_named(options["username"])
            label = label_named(options["label"])
            labels.grant_label(ACTOR, label, person, expires_at=options["until"], at=now)
            say(f"{person.username} holds {label.slug}")
        case "withdraw":
            person = person_named(options["username"])
            was_held = labels.withdraw_label(ACTOR, label_named(options["label"]), person)
            say("withdrawn" if was_held else "an administrator had given none")


def label_named(slug: str) -> Label:
    """The label with this short name. Raises ``CommandError``."""
    found = rosters.label_named(slug.strip().lower())
    if found is None:
        raise CommandError(f"There is no access label {slug}.")
    return found


def person_named(username: str) -> Person:
    """The person with this user name. Raises ``CommandError``."""
    found = queries.person_named(username)
    if found is None:
        raise CommandError(f"There is nobody here called {username}.")
    return found
