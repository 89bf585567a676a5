"""Compares the search index with the records, and changes nothing."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from nbcommons.core.actor import Actor
from nbcommons.search import operations


class Command(BaseCommand):
    help = "Say whether the search index holds what the records hold; ends with 1 if not."

    def handle(self, *_args: Any, **_options: Any) -> None:
        check = operations.check_index(Actor.system("check search"))
        if check.problem:
            self.stdout.write(f"there is none: {check.problem}")
        else:
            said = f"{check.notebooks:,} notebooks, {check.differing:,} differ from the records"
            older = ", built by an older version" if check.is_older_kind else ""
            self.stdout.write(said + older)
        if not check.is_sound:
            sys.exit(1)
