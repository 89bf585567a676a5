"""A notebook as one entry of a list: everything that a row, a card or a line may show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import QuerySet

from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_about, path_of, path_to
from nbcommons.core.strips import RunStrip
from nbcommons.gallery.queries.words import CATEGORY_ICONS, category_word, language_word
from nbcommons.health.queries import Badge, badge_for
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.notebooks.queries import keeper_of, tag_names_of
from nbcommons.people.models import Person
from nbcommons.search.queries import Piece


@dataclass(frozen=True, slots=True)
class TagLink:
    """A tag and the list of notebooks that have it."""

    word: str
    url: str


@dataclass(frozen=True, slots=True)
class NotebookCard:
    """What ``components/entry.html`` and the lists of the home page show of a notebook."""

    notebook_id: int
    title: str
    url: str
    run_url: str
    purpose: str
    snippet: tuple[Piece, ...]
    badge: Badge
    strip: RunStrip | None
    author: str
    author_url: str
    organisation: str
    category: str
    category_icon: str
    language: str
    tags: tuple[TagLink, ...]
    people: int
    runs: int
    version: int
    published_at: datetime
    note: str
    is_deprecated: bool = False


def with_card_parts(notebooks: QuerySet[Notebook]) -> QuerySet[Notebook]:
    """The same notebooks with all that cards read of them: owner, current version."""
    return notebooks.select_related("owner__organisation", "owner_team", "current_revision")


def in_use(notebooks: QuerySet[Notebook]) -> QuerySet[Notebook]:
    """Without those that are deprecated."""
    return notebooks.filter(deprecated_at__isnull=True)


def cards_of(
    actor: Actor,
    notebooks: Sequence[Notebook],
    *,
    snippets: Mapping[int, tuple[Piece, ...]] | None = None,
) -> list[NotebookCard]:
    """Cards in the order of ``notebooks``, which ``actor`` may see.

    One query for all badges and one for all tags. ``snippets`` are shown instead
    of the purpose, by id of the notebook.
    """
    if not notebooks:
        return []
    keys = [notebook.pk for notebook in notebooks]
    badges, tags = badge_for(keys), tag_names_of(keys)
    return [
        _card(
            actor,
            notebook,
            badges[notebook.pk],
            tags=tag_links(tags[notebook.pk]),
            snippet=(snippets or {}).get(notebook.pk),
        )
        for notebook in notebooks
    ]


def _card(
    actor: Actor,
    notebook: Notebook,
    badge: Badge,
    *,
    tags: tuple[TagLink, ...],
    snippet: tuple[Piece, ...] | None,
) -> NotebookCard:
    revision = notebook.current_revision
    assert revision is not None  # noqa: S101 - the guard lists none without
    return NotebookCard(
        notebook_id=notebook.pk,
        title=notebook.title,
        url=path_about("gallery:notebook", notebook.uuid),
        # Whoever has not signed in reads only: there is no Jupyter of nobody's.
        run_url=path_about("gallery:run", notebook.uuid) if actor.person_id else "",
        purpose=notebook.purpose,
        snippet=snippet or (Piece(notebook.purpose, is_match=False),),
        badge=badge,
        strip=badge.strip,
        author=keeper_of(notebook),
        author_url=_keeper_url(notebook),
        organisation=organisation_of(notebook.owner),
        category=category_word(notebook.category),
        category_icon=CATEGORY_ICONS.get(notebook.category, "file-text"),
        language=language_word(notebook.language),
        tags=tags,
        people=badge.people,
        runs=badge.runs,
        version=revision.number,
        published_at=revision.created_at,
        note=_note(actor, notebook),
        is_deprecated=notebook.deprecated_at is not None,
    )


def _note(actor: Actor, notebook: Notebook) -> str:
    """Who sees it, when that is not everyone."""
    if notebook.visibility == Visibility.EVERYONE:
        return ""
    if notebook.visibility == Visibility.SHARED:
        return "Shared with some"
    if notebook.owner_team_id is not None:
        return "Only the team"
    return "Only you" if notebook.owner_id == actor.person_id else "Private"


def _keeper_url(notebook: Notebook) -> str:
    if notebook.owner_team is not None:
        return path_of("gallery:team", notebook.owner_team.slug)
    owner = notebook.owner
    return "" if owner is None else path_of("gallery:person", owner.username)


def organisation_of(person: Person | None) -> str:
    """The name of the person's organisation; empty where there is none to name."""
    return "" if person is None or person.organisation is None else person.organisation.name


def tag_links(names: Sequence[str]) -> tuple[TagLink, ...]:
    """The tags ``names``, each with the list it leads to."""
    browse = path_to("gallery:browse")
    return tuple(TagLink(word=name, url=f"{browse}?{tag_query(name)}") for name in names)


def tag_query(name: str) -> str:
    """The query that narrows the list to one tag."""
    return urlencode({"tag": name})
