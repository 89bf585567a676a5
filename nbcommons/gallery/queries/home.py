"""The home page: where I was, what is used, what is new, what is mine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import QuerySet

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_about, path_to
from nbcommons.gallery.queries.cards import (
    NotebookCard,
    TagLink,
    cards_of,
    in_use,
    tag_query,
    with_card_parts,
)
from nbcommons.gallery.queries.resume import Resumable, resumables_of
from nbcommons.notebooks.models import Notebook
from nbcommons.search.queries import SearchRequest, SuggestionKind, search, suggest

USED_SHOWN = 5  # one large, four small
LINES_SHOWN = 5
TRIES_SHOWN = 4
SUGGESTIONS_SHOWN = 6
MAX_TYPED = 100  # characters that are looked at for suggestions
FIRST_NOTEBOOK_ORIGIN = "starter/hello-commons.ipynb"


@dataclass(frozen=True, slots=True)
class HomePage:
    """Sections of the home page; an empty one is not shown."""

    tries: tuple[TagLink, ...]
    suggest_url: str
    resumables: tuple[Resumable, ...]
    used: tuple[NotebookCard, ...]
    newest: tuple[NotebookCard, ...]
    mine: tuple[NotebookCard, ...]
    first_notebook: NotebookCard | None
    mine_url: str

    @property
    def has_notebooks(self) -> bool:
        return bool(self.newest)


def home_page(actor: Actor, *, at: datetime) -> HomePage:
    """The home page of ``actor``. Someone who has run nothing yet is shown the first notebook."""
    resumables = resumables_of(actor, at=at)
    return HomePage(
        tries=popular_tags(actor),
        suggest_url=path_to("gallery:suggest"),
        resumables=resumables,
        used=tuple(most_used(actor, limit=USED_SHOWN)),
        newest=tuple(_newest(actor)),
        mine=tuple(_mine(actor)),
        first_notebook=None if resumables or not actor.person_id else _first_notebook(actor),
        mine_url=path_to("gallery:mine"),
    )


def most_used(actor: Actor, *, limit: int) -> list[NotebookCard]:
    """Notebooks run by the most people lately, best first; only those that somebody ran."""
    used = in_use(guard.notebooks_for(actor)).filter(health__people__gt=0)
    return _cards(actor, used.order_by("-health__people", "-health__sessions", "pk")[:limit])


def _newest(actor: Actor) -> list[NotebookCard]:
    newest = in_use(guard.notebooks_for(actor)).order_by("-current_revision__created_at", "-pk")
    return _cards(actor, newest[:LINES_SHOWN])


def _mine(actor: Actor) -> list[NotebookCard]:
    if actor.person_id is None:
        return []
    mine = guard.notebooks_for(actor).filter(owner_id=actor.person_id)
    return _cards(actor, mine.order_by("-updated_at", "-pk")[:LINES_SHOWN])


def _first_notebook(actor: Actor) -> NotebookCard | None:
    found = guard.notebooks_for(actor).filter(origin=FIRST_NOTEBOOK_ORIGIN)
    return next(iter(_cards(actor, found.order_by("pk")[:1])), None)


def popular_tags(actor: Actor) -> tuple[TagLink, ...]:
    """Tags on most of the notebooks that ``actor`` may see; the index has counted them."""
    facets = search(actor, SearchRequest(limit=1)).facets or {}
    browse = path_to("gallery:browse")
    return tuple(
        TagLink(tag.value, f"{browse}?{tag_query(tag.value)}")
        for tag in facets.get("tags", ())[:TRIES_SHOWN]
    )


def suggestions(actor: Actor, beginning: str) -> tuple[TagLink, ...]:
    """Ways to go on from what ``actor`` has typed so far: titles, tags, words."""
    browse = path_to("gallery:browse")
    found = suggest(actor, beginning[:MAX_TYPED], limit=SUGGESTIONS_SHOWN)
    titles = [item.notebook_id for item in found if item.notebook_id is not None]
    uuids = dict(guard.notebooks_for(actor).filter(pk__in=titles).values_list("pk", "uuid"))
    links: dict[str, TagLink] = {}
    for item in found:
        if item.kind is SuggestionKind.TAG:
            url = f"{browse}?{tag_query(item.text)}"
        elif item.notebook_id is None:
            url = f"{browse}?{urlencode({'q': item.text})}"
        elif item.notebook_id in uuids:
            url = path_about("gallery:notebook", uuids[item.notebook_id])
        else:
            continue
        # A tag and a word may read the same: the tag, which comes first, says more.
        links.setdefault(item.text.casefold(), TagLink(item.text, url))
    return tuple(links.values())


def _cards(actor: Actor, notebooks: QuerySet[Notebook]) -> list[NotebookCard]:
    found: Sequence[Notebook] = list(with_card_parts(notebooks))
    return cards_of(actor, found)
