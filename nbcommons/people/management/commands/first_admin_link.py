"""Prints the one-time link that makes the first administrator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.people.operations import joining


class Command(BaseCommand):
    help = "Print a one-time link that makes an administrator; nothing once there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="also when there is an administrator"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        link = joining.invite_first_administrator(
            Actor.system("first administrator"), at=timezone.now(), is_forced=options["force"]
        )
        if link:
            self.stdout.write(link)
