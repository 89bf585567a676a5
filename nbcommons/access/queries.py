"""Audience terms: who may find a notebook, as words that the search index can match."""

from collections.abc import Iterable

from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook, Visibility

EVERYONE = "everyone"


def terms_of_actor(actor: Actor) -> list[str] | None:
    """The terms of which one must stand on a notebook for ``actor`` to find it.

    None means that ``actor`` finds everything; an empty list that they find nothing.
    """
    if actor.sees_everything:
        return None
    if actor.person_id is None or not actor.has_scope("notebooks:read"):
        return []
    return [EVERYONE, f"p:{actor.person_id}"]


def terms_of_notebook(notebook: Notebook) -> list[str]:
    """The terms that stand on ``notebook``: its owner, and everyone when open to all."""
    terms: Iterable[str] = [f"p:{notebook.owner_id}"]
    if notebook.visibility == Visibility.EVERYONE:
        terms = [EVERYONE, *terms]
    return list(terms)
