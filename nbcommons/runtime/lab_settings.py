"""What people set in JupyterLab, carried from one Jupyter to the next.

Settings only: files of plugins on a list, each a JSON object, few and small, and nothing in them
that is called like a secret.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied, TooLarge
from nbcommons.runtime.models import JupyterPreferences

MOST_FILES = 200
PATH_LENGTH = 200
MOST_BYTES_OF_ONE = 64_000
MOST_BYTES = 256_000
MOST_DEPTH = 40

# «@jupyterlab/notebook-extension/tracker.jupyterlab-settings»: what JupyterLab itself brings, and
# our own extension. Other plugins keep addresses and keys in theirs.
PATH = re.compile(
    r"@(jupyterlab|nbcommons)/[a-z0-9-]{1,80}/[A-Za-z0-9_-]{1,80}\.jupyterlab-settings"
)
SECRET = re.compile(
    r"(?i)(pass(word|phrase)?$|secret|token|credential|api[_-]?key|authorization)"
)


class BadSettings(CommonsError):
    """That is no settings file that would be carried over."""

    title = "Not carried over"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


def kept_for(person_id: int | None) -> dict[str, str]:
    """The text of each kept file, by its path."""
    row = JupyterPreferences.objects.filter(person_id=person_id or 0).first()
    return dict(row.settings) if row is not None else {}


def state_for(person_id: int | None) -> tuple[int, datetime | None]:
    """How many files are kept for the person, and since when they are so."""
    row = JupyterPreferences.objects.filter(person_id=person_id or 0).first()
    return (len(row.settings), row.settings_at) if row is not None else (0, None)


@transaction.atomic
def keep(actor: Actor, files: Mapping[str, str], *, at: datetime) -> None:
    """Keep the actor's settings in place of what was kept before.

    Does nothing for people who do not want that. Raises ``BadSettings`` or ``TooLarge``.
    """
    require_sound(files)
    row = _own(actor)
    if row.keeps_settings:
        row.settings, row.settings_at = dict(files), at
        row.save(update_fields=["settings", "settings_at"])


@transaction.atomic
def forget(actor: Actor) -> None:
    """The actor's next Jupyter begins with JupyterLab as it comes."""
    row = _own(actor)
    row.settings, row.settings_at = {}, None
    row.save(update_fields=["settings", "settings_at"])


def require_sound(files: Mapping[str, str]) -> None:
    """Raises ``BadSettings``, or ``TooLarge``, unless all of it may be kept."""
    if len(files) > MOST_FILES or sum(len(t.encode()) for t in files.values()) > MOST_BYTES:
        raise TooLarge(f"At most {MOST_FILES} files and {MOST_BYTES:,} bytes are carried over.")
    for path, text in files.items():
        if not PATH.fullmatch(path):
            raise BadSettings(
                "Only settings files of JupyterLab are carried over.", field="files"
            )
        if len(text.encode()) > MOST_BYTES_OF_ONE:
            raise TooLarge(f"A settings file is at most {MOST_BYTES_OF_ONE:,} bytes.")
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            raise BadSettings(f"{path} is not JSON.", field=path) from None
        if not isinstance(content, dict):
            raise BadSettings(f"{path} is no JSON object.", field=path)
        if any(SECRET.search(name) for name in _names(content, 0, path)):
            raise BadSettings(f"{path} holds something that is called a secret.", field=path)


def _names(value: Any, depth: int, path: str) -> Iterator[str]:
    """Every name in nested objects. Raises ``BadSettings`` where they are nested too deeply."""
    if depth > MOST_DEPTH:
        raise BadSettings(f"{path} is nested too deeply.", field=path)
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _names(inner, depth + 1, path)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner, depth + 1, path)


def _own(actor: Actor) -> JupyterPreferences:
    if actor.person_id is None:
        raise Denied("Sign in to keep settings of JupyterLab.")
    row, _ = JupyterPreferences.objects.select_for_update().get_or_create(
        person_id=actor.person_id
    )
    return row
