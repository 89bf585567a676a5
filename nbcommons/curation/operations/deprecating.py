"""Saying that people should use something else, and taking that back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.holding import held
from nbcommons.core.actor import Actor
from nbcommons.curation.errors import Invalid, NotDeprecated
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.secrets.findings import secret_in_words

SHORTEST_REASON = 3
LONGEST_REASON = 500
MOST_ALTERNATIVES = 5


@transaction.atomic
def deprecate_notebook(
    actor: Actor,
    notebook: Notebook,
    *,
    reason: str,
    alternatives: Collection[UUID] = (),
    is_frozen: bool = False,
    at: datetime,
) -> None:
    """Tell everybody not to rely on ``notebook``, why, and what to use instead.

    Done again it replaces what was said. ``alternatives`` are notebooks that the actor may read;
    those of earlier that the actor may not read stay. Raises ``Denied`` or ``Invalid``.
    """
    row = held(actor, Action.NOTEBOOK_SHARE, notebook)
    words = reason.replace("\r\n", "\n").strip()
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise Invalid(
            f"Say why, in {SHORTEST_REASON} to {LONGEST_REASON} signs.", field="reason"
        )
    if secret := secret_in_words(words):
        raise Invalid(
            f"Everybody who may see the notebook could read {secret}. Take it out.",
            field="reason",
        )
    catalogue.deprecate(
        row,
        reason=words,
        alternatives=[*_chosen(actor, row, alternatives), *_unseen(actor, row)],
        is_frozen=is_frozen,
        actor_id=actor.person_id,
        at=at,
    )


@transaction.atomic
def undo_deprecation(actor: Actor, notebook: Notebook) -> None:
    """Say that ``notebook`` may be relied on again. Raises ``Denied`` or ``NotDeprecated``."""
    row = held(actor, Action.NOTEBOOK_SHARE, notebook)
    if row.deprecated_at is None:
        raise NotDeprecated("This notebook is not deprecated (any more).")
    catalogue.undo_deprecation(row, actor_id=actor.person_id)


def _chosen(actor: Actor, row: Notebook, wanted: Collection[UUID]) -> list[Notebook]:
    if row.uuid in wanted:
        raise Invalid("A notebook is no alternative to itself.", field="alternatives")
    if len(set(wanted)) > MOST_ALTERNATIVES:
        raise Invalid(
            f"Name {MOST_ALTERNATIVES} alternatives at most: the best ones.",
            field="alternatives",
        )
    found = list(guard.notebooks_for(actor).filter(uuid__in=set(wanted)))
    if len(found) != len(set(wanted)):
        raise Invalid(
            "One of the alternatives is not there (any more). Take it off the list.",
            field="alternatives",
        )
    return found


def _unseen(actor: Actor, row: Notebook) -> list[Notebook]:
    """Alternatives that a colleague named and ``actor`` may not read: not theirs to drop."""
    visible = guard.notebooks_for(actor).values("pk")
    return list(row.alternatives.exclude(pk__in=visible))
