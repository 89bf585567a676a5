"""Looks after access labels from the command line."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Q
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.people.management import naming
from nbcommons.people.models import Label, LabelHolding
from nbcommons.people.operations import labels

ACTOR = Actor.system("command line")


class Command(BaseCommand):
    help = "Look after access labels: make, list, holders, grant, withdraw, take away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        create = verbs.add_parser("create", help="make a label, held by nobody yet")
        create.add_argument("name")
        create.add_argument("--description", default="", help="who may hold it")
        create.add_argument(
            "--claim", default="", help="what your identity provider calls it, if it says it"
        )
        verbs.add_parser("list", help="all labels, with how many people hold each")
        holders = verbs.add_parser("holders", help="who holds a label now")
        holders.add_argument("label")
        grant = verbs.add_parser("grant", help="let somebody hold a label")
        grant.add_argument("label")
        grant.add_argument("username")
        grant.add_argument(
            "--until", type=_day, help="last day, as 2027-01-31; until withdrawn without"
        )
        withdraw = verbs.add_parser("withdraw", help="no longer let them")
        withdraw.add_argument("label")
        withdraw.add_argument("username")
        delete = verbs.add_parser("delete", help="take away a label that no notebook carries")
        delete.add_argument("label")

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
            made = labels.create_label(
                ACTOR,
                name=options["name"],
                description=options["description"],
                claim_name=options["claim"],
                at=now,
            )
            say(f"made the label {made.slug}")
        case "list":
            counted = Count(
                "holdings__person", filter=_lasting(now, "holdings__"), distinct=True
            )
            for row in Label.objects.annotate(people=counted).order_by("slug"):
                words = "1 person" if row.people == 1 else f"{row.people:,} people"
                say(f"{row.slug}\t{row.name}\t{words}")
        case "holders":
            label = naming.label(options["label"])
            held = LabelHolding.objects.filter(_lasting(now), label=label)
            for holding in held.select_related("person").order_by("person__username"):
                end = holding.expires_at
                until = f"until {end:%Y-%m-%d}" if end else "for ever"
                say(f"{holding.person.username}\t{holding.get_source_display()}\t{until}")
        case "grant":
            grant(options, say, now=now)
        case "withdraw":
            withdraw(options, say)
        case "delete":
            label = naming.label(options["label"])
            labels.delete_label(ACTOR, label)
            say(f"took {label.name} away")


def grant(options: dict[str, Any], say: Callable[[str], None], *, now: datetime) -> None:
    """Let somebody hold a label, to the end of the last day in UTC."""
    label, person = naming.label(options["label"]), naming.person(options["username"])
    last: date | None = options["until"]
    end = None
    if last is not None:
        end = datetime.combine(last + timedelta(days=1), time(), tzinfo=now.tzinfo)
    labels.grant_label(ACTOR, label, person, expires_at=end, at=now)
    until = f"until the end of {last:%Y-%m-%d}" if last else "until it is withdrawn"
    say(f"{person.username} holds {label.name} {until}")


def withdraw(options: dict[str, Any], say: Callable[[str], None]) -> None:
    """End what an administrator gave, and say what stays."""
    label, person = naming.label(options["label"]), naming.person(options["username"])
    is_done = labels.withdraw_label(ACTOR, label, person)
    if not is_done:
        raise CommandError(f"No administrator gave {label.name} to {person.username}.")
    say(f"{person.username} no longer holds {label.name} from an administrator")
    if LabelHolding.objects.filter(label=label, person=person).exists():
        say("They still hold it from your organisation's sign-in.")


def _lasting(now: datetime, prefix: str = "") -> Q:
    return Q(**{f"{prefix}expires_at__isnull": True}) | Q(**{f"{prefix}expires_at__gt": now})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no day; write it as 2027-01-31") from None
