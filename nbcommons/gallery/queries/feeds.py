"""Lists of notebooks for feed readers: what is new in them, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.gallery.queries.addresses import Address
from nbcommons.gallery.queries.cards import with_card_parts
from nbcommons.gallery.queries.filters import chips_of, names_for
from nbcommons.gallery.queries.titled import titled_path
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.queries import keeper_of, tag_names_of
from nbcommons.search.queries import SearchResults, Sort, parse, propose

FEED_SIZE = 50


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A notebook in a feed; nothing of its content, only what every list says."""

    uid: str
    title: str
    url: str
    purpose: str
    author: str
    tags: tuple[str, ...]
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """A list for a feed reader; ``url`` is the page that shows the same."""

    title: str
    url: str
    entries: tuple[FeedEntry, ...]


def feed_path(asked: Address | str, *, secret: str = "") -> str:
    """The address of the feed of a list, or of what stands after its question mark.

    With ``secret`` it may be read by whoever knows it, in the name of its person.
    """
    query = asked if isinstance(asked, str) else asked.query
    name = "gallery:feed_by_key" if secret else "gallery:feed"
    path = reverse(name, args=[secret] if secret else [])
    return path + (f"?{query}" if query else "")


def mine_feed_path(*, secret: str = "") -> str:
    """The address of the feed of one's own notebooks."""
    name = "gallery:mine_feed_by_key" if secret else "gallery:mine_feed"
    return reverse(name, args=[secret] if secret else [])


def list_feed(actor: Actor, address: Address) -> Feed | None:
    """The feed of a list as ``actor`` may see it; None while there is no index.

    Newest change first, unless the list has an order of its own.
    """
    asked = replace(address, page=1, sort=address.sort or Sort.UPDATED)
    request = replace(asked.request(page_size=FEED_SIZE), with_facets=False)
    results = propose(actor, request)
    if results.is_building:
        return None
    ids = [hit.notebook_id for hit in results.hits]
    found = with_card_parts(guard.notebooks_for(actor).filter(pk__in=ids)).in_bulk()
    notebooks = [found[key] for key in ids if key in found]
    return Feed(_title(address), settings.NBCOMMONS_SITE_URL + address.url, _entries(notebooks))


def mine_feed(actor: Actor) -> Feed:
    """The feed of what ``actor`` looks after."""
    mine = guard.notebooks_for(actor).filter(owner_id=actor.person_id or 0)
    rows = with_card_parts(mine).order_by("-updated_at", "-pk")[:FEED_SIZE]
    url = settings.NBCOMMONS_SITE_URL + reverse("gallery:mine")
    return Feed("My notebooks", url, _entries(list(rows)))


def _title(address: Address) -> str:
    """What the list is about: what was typed, then the filters in words."""
    names = names_for(address, SearchResults(total=0, hits=()))
    chips = chips_of(replace(address, text=""), parse(""), names)
    said = ", ".join([*([address.text] if address.text else []), *(c.words for c in chips)])
    return f"Notebooks: {said}" if said else "Notebooks"


def _entries(notebooks: Sequence[Notebook]) -> tuple[FeedEntry, ...]:
    tags = tag_names_of([notebook.pk for notebook in notebooks])
    return tuple(
        FeedEntry(
            uid=notebook.uuid.urn,
            title=notebook.title,
            url=settings.NBCOMMONS_SITE_URL + titled_path(notebook.uuid, notebook.title),
            purpose=notebook.purpose,
            author=keeper_of(notebook),
            tags=tags[notebook.pk],
            published_at=notebook.created_at,
            updated_at=notebook.updated_at,
        )
        for notebook in notebooks
    )
