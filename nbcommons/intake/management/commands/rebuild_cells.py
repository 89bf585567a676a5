"""Works out at once what is missing to compare cells; the worker does it bit by bit."""

from typing import Any

from django.core.management.base import BaseCommand

from nbcommons.core.actor import Actor
from nbcommons.intake.operations.comparing import fill_token_hashes

AT_ONCE = 200


class Command(BaseCommand):
    help = "Work out what is missing to find notebooks with the same cells. Safe to repeat."

    def handle(self, *_args: Any, **_options: Any) -> None:
        actor, total = Actor.system("comparing cells"), 0
        while done := fill_token_hashes(actor, revisions=AT_ONCE):
            total += done
            self.stdout.write(f"{total} versions read")
        self.stdout.write("The cells of all versions can be compared.")
