"""Prepares the site for a start: run after ``migrate``, at each start."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from nbcommons.people import _site


class Command(BaseCommand):
    help = "Prepare the site for a start (shared cache, identity key, the hub's sign-in)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        call_command("createcachetable", verbosity=0)
        if _site.ensure_identity_key(Path(settings.NBCOMMONS_OIDC_KEY_FILE)):
            self.stdout.write("made the key that signs identities")
        if _site.ensure_hub_client():
            self.stdout.write("registered Jupyter for signing in")
