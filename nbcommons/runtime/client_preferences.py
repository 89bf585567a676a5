"""What an nbgallery client keeps here for its person, and gets back as it was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.runtime.models import ClientPreferences

MOST_BYTES = 256_000
PLACE = "/.jupyter/lab/user-settings/"
"""Where the client's files lie: it writes what it gets back to the paths named in it."""


class BadPreferences(CommonsError):
    """That are no preferences such as a client keeps."""

    title = "Not kept"


@dataclass(frozen=True, slots=True)
class KeptPreferences:
    """What is kept: ``lab_preferences`` word by word, None if nothing is."""

    key: int | None = None
    lab_preferences: str | None = None
    values: Mapping[str, bool | int] = field(default_factory=dict)
    created_at: datetime | None = None
    updated_at: datetime | None = None


def client_preferences_of(person_id: int | None) -> KeptPreferences:
    """What the client of this person keeps here."""
    row = ClientPreferences.objects.filter(person_id=person_id or 0).first()
    if row is None:
        return KeptPreferences()
    return KeptPreferences(
        key=row.pk,
        lab_preferences=row.lab_preferences or None,
        values=row.values,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


@transaction.atomic
def keep_client_preferences(
    actor: Actor,
    *,
    values: Mapping[str, bool | int],
    lab_preferences: str | None = None,
    at: datetime,
) -> None:
    """Keep these for the actor; what is not named stays. Raises ``BadPreferences``, ``Denied``."""
    if actor.person_id is None:
        raise Denied("Sign in to keep preferences.")
    if lab_preferences is not None:
        _require_sound(lab_preferences)
    row, _ = ClientPreferences.objects.select_for_update().get_or_create(
        person_id=actor.person_id, defaults={"created_at": at, "updated_at": at}
    )
    row.values = {**row.values, **values}
    row.updated_at = at
    if lab_preferences is not None:
        row.lab_preferences = lab_preferences
    row.save()


def _require_sound(text: str) -> None:
    """The client writes each text to its path, so only paths of settings are kept."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise BadPreferences(f"Preferences are at most {MOST_BYTES:,} bytes.")
    try:
        files = json.loads(text)
    except (ValueError, RecursionError):
        raise BadPreferences("Preferences of JupyterLab are sent as JSON.") from None
    is_sound = isinstance(files, dict) and all(
        isinstance(content, str) and _is_settings_path(path) for path, content in files.items()
    )
    if not is_sound or "\x00" in text:
        raise BadPreferences("Only settings files of JupyterLab are kept.")


def _is_settings_path(path: str) -> bool:
    return (
        PLACE in path
        and path.startswith("/")
        and ".." not in path.split("/")
        and path.isprintable()
    )
