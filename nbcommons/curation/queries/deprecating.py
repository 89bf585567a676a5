"""What is said of a deprecated notebook, and finding what people should use instead."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.queries import keeper_of

OFFERED = 8
LONGEST = 300
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
# What a suggestion puts into the field: the title, and enough of the key to find it by.
_CHOSEN = re.compile(r"\[([0-9a-f]{8})\]\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A notebook that may be used instead."""

    uuid: UUID
    title: str
    keeper: str
    is_deprecated: bool

    @property
    def as_typed(self) -> str:
        """What stands in the field when it is chosen."""
        return f"{self.title} [{str(self.uuid)[:8]}]"

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Why people should use something else, and what; ``by`` is empty when nobody knows."""

    since: datetime
    by: str
    reason: str
    is_frozen: bool
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class DeprecatePage:
    """What the page to deprecate a notebook shows; ``since`` is None while it is not."""

    uuid: UUID
    title: str
    since: datetime | None
    chosen: tuple[Alternative, ...]
    found: tuple[Alternative, ...]

    @property
    def url(self) -> str:
        return f"/notebooks/{self.uuid}/"


def deprecation_of(actor: Actor, notebook: Notebook) -> Deprecation | None:
    """What ``actor`` is told about ``notebook``; None while it may be relied on.

    One query, and none when it is not deprecated; reads ``deprecated_by``.
    """
    if notebook.deprecated_at is None:
        return None
    return Deprecation(
        since=notebook.deprecated_at,
        by=str(notebook.deprecated_by or ""),
        reason=notebook.deprecation_reason,
        is_frozen=notebook.is_frozen,
        alternatives=alternatives_of(actor, notebook),
    )


def alternatives_of(actor: Actor, notebook: Notebook) -> tuple[Alternative, ...]:
    """Those of the alternatives to ``notebook`` that ``actor`` may read."""
    rows = guard.notebooks_for(actor).filter(alternative_to=notebook)
    return _alternatives(rows.select_related("owner", "owner_team").order_by("title"))


def alternatives_named(actor: Actor, uuids: Collection[UUID]) -> tuple[Alternative, ...]:
    """Those of the notebooks that ``actor`` may read, by title."""
    rows = guard.notebooks_for(actor).filter(uuid__in=uuids)
    return _alternatives(rows.select_related("owner", "owner_team").order_by("title"))


def alternatives_matching(
    actor: Actor, typed: str, *, but: Notebook
) -> tuple[Alternative, ...]:
    """What ``typed`` can mean: one when it holds a key or is a title, else a few to choose from.

    Only what ``actor`` may read, never ``but`` itself.
    """
    words = " ".join(typed.replace("\x00", "").split())[:LONGEST]
    if not words:
        return ()
    visible = guard.notebooks_for(actor).exclude(pk=but.pk)
    key, chosen = _UUID.search(words), _CHOSEN.search(words)
    if key is not None:
        rows = visible.filter(uuid=key[0])
    elif chosen is not None:
        rows = visible.filter(uuid__range=_range(chosen[1].lower()))
    else:
        rows = visible.filter(title__iexact=words)
    found = _alternatives(
        rows.select_related("owner", "owner_team").order_by("title")[:OFFERED]
    )
    return found or suggested_alternatives(actor, words, but=but)


def suggested_alternatives(
    actor: Actor, typed: str, *, but: Notebook
) -> tuple[Alternative, ...]:
    """Notebooks in whose titles every word of ``typed`` stands, those in use first."""
    words = typed.replace("\x00", "")[:LONGEST].split()[:6]
    if not words:
        return ()
    rows = guard.notebooks_for(actor).exclude(pk=but.pk)
    for word in words:
        rows = rows.filter(title__icontains=word)
    ordered = rows.order_by("deprecated_at", "title").select_related("owner", "owner_team")
    return _alternatives(ordered[:OFFERED])


def _alternatives(rows: Collection[Notebook]) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(
            uuid=row.uuid,
            title=row.title,
            keeper=keeper_of(row),
            is_deprecated=row.deprecated_at is not None,
        )
        for row in rows
    )


def _range(beginning: str) -> tuple[str, str]:
    """The lowest and the highest key that begin so."""
    return (
        f"{beginning}-0000-0000-0000-000000000000",
        f"{beginning}-ffff-ffff-ffff-ffffffffffff",
    )
