"""Brings the starter notebooks in, once; later starts bring new versions of untouched ones."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.intake.operations import bulk


class Command(BaseCommand):
    help = "Bring in the notebooks that every commons starts with. Safe to repeat."

    def handle(self, *_args: Any, **_options: Any) -> None:
        count = bulk.bring_in_starter(Actor.system("starter notebooks"), at=timezone.now())
        if count:
            self.stdout.write(f"{count} starter notebooks brought in.")
