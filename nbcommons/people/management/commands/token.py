"""Looks after the tokens of programs from the command line."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.people import queries, tokens
from nbcommons.people.management import naming

ACTOR = Actor.system("command line")


class Command(BaseCommand):
    help = "Look after the tokens of programs: create, list, revoke."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        create = verbs.add_parser("create", help="make a token and print it, this one time")
        create.add_argument("--person", required=True)
        create.add_argument(
            "--scope", action="append", required=True, choices=sorted(tokens.SCOPES)
        )
        create.add_argument("--label", default="", help="what it is for")
        create.add_argument("--days", type=int, help="how long it counts; for ever without")
        listing = verbs.add_parser("list", help="the tokens of a person that count")
        listing.add_argument("--person", required=True)
        revoke = verbs.add_parser("revoke", help="make a token count no more")
        revoke.add_argument("id", type=int)

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
            days = options["days"]
            minted = tokens.mint_personal_token(
                ACTOR,
                naming.person(options["person"]),
                scopes=tuple(options["scope"]),
                label=options["label"],
                expires_at=now + timedelta(days=days) if days else None,
                at=now,
            )
            say(minted.secret)
        case "list":
            for row in queries.personal_tokens_of(naming.person(options["person"]).pk, at=now):
                until = f"until {row.expires_at:%Y-%m-%d}" if row.expires_at else "for ever"
                used = f"used {row.last_used_at:%Y-%m-%d}" if row.last_used_at else "never used"
                words = (str(row.token_id), f"{row.prefix}…", ",".join(row.scopes), until, used)
                say("\t".join((*words, row.label)))
        case "revoke":
            if not tokens.revoke_token(ACTOR, token_id=options["id"], at=now):
                raise CommandError("There is no such token, or it counts no more.")
            say("revoked")
