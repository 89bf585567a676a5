"""Audience terms: who may find a notebook, as words that the search index can match."""

from dataclasses import dataclass

from django.conf import settings

from nbcommons.access.rules import held_labels, teams_of
from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people.models import Label

EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Audience:
    """What a search may return: one of ``terms`` on it, and none of ``hidden_labels``.

    ``terms`` None means everything; an empty tuple nothing.
    """

    terms: tuple[str, ...] | None
    hidden_labels: tuple[int, ...] = ()


def audience_of(actor: Actor) -> Audience:
    """The audience that ``actor`` belongs to now; two queries for a person."""
    if actor.sees_everything:
        return Audience(terms=None)
    if not actor.has_scope("notebooks:read"):
        return Audience(terms=())
    if actor.person_id is None:
        return _audience_of_nobody()
    teams = teams_of(actor).values_list("team_id", flat=True)
    hidden = Label.objects.exclude(pk__in=held_labels(actor).values("pk"))
    return Audience(
        terms=(EVERYONE, f"p:{actor.person_id}", *(f"t:{team}" for team in teams)),
        hidden_labels=tuple(hidden.values_list("pk", flat=True)),
    )


def _audience_of_nobody() -> Audience:
    if not settings.NBCOMMONS_ANONYMOUS_READING:
        return Audience(terms=())
    return Audience(
        terms=(EVERYONE,), hidden_labels=tuple(Label.objects.values_list("pk", flat=True))
    )


def terms_of_notebook(notebook: Notebook) -> list[str]:
    """The terms that stand on ``notebook``: its owner, those it is shared with, or everyone.

    One query, unless ``shares`` is prefetched. A notebook in the bin has none.
    """
    if notebook.deleted_at is not None:
        return []
    terms = [_term(notebook.owner_id, notebook.owner_team_id)]
    if notebook.visibility == Visibility.EVERYONE:
        terms.append(EVERYONE)
    if notebook.visibility == Visibility.SHARED:
        terms += [_term(share.person_id, share.team_id) for share in notebook.shares.all()]
    return terms


def _term(person_id: int | None, team_id: int | None) -> str:
    return f"p:{person_id}" if team_id is None else f"t:{team_id}"
