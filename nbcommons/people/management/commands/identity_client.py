"""Looks after the programs that sign people in by this site, from the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nbcommons.people import _site


class Command(BaseCommand):
    help = "Let other programs sign people in by this site (OpenID Connect)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        add = verbs.add_parser("add", help="register one; prints its id and, once, its secret")
        add.add_argument("name")
        add.add_argument("--redirect-uri", required=True, help="where people come back to")
        verbs.add_parser("list", help="those that are registered")
        verbs.add_parser("remove", help="take one off").add_argument("id")

    def handle(self, *_args: Any, **options: Any) -> None:
        match options["verb"]:
            case "add":
                client_id, secret = _site.register_client(
                    options["name"], redirect_uri=options["redirect_uri"]
                )
                self.stdout.write(f"client_id: {client_id}")
                self.stdout.write(f"client_secret: {secret}")
            case "list":
                for row in _site.clients():
                    self.stdout.write("\t".join(row))
            case "remove":
                if not _site.forget_client(options["id"]):
                    raise CommandError("There is no such program.")
                self.stdout.write("removed")
