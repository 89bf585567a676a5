"""The list of notebooks that answers a search."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from nbcommons.access.prepared import PreparedNotebooks
from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_to
from nbcommons.core.paging import MAX_PAGE, Pager, pager_of
from nbcommons.core.prepared import KEYS, among
from nbcommons.gallery.queries.addresses import Address
from nbcommons.gallery.queries.builder import Builder, builder_for
from nbcommons.gallery.queries.cards import NotebookCard, cards_of, with_card_parts
from nbcommons.gallery.queries.feeds import feed_path, mine_feed_path
from nbcommons.gallery.queries.filters import (
    Chip,
    FilterSet,
    SortChoice,
    chips_of,
    filters_of,
    names_for,
    sorts_of,
)
from nbcommons.gallery.queries.home import most_used
from nbcommons.gallery.queries.words import HEALTH_WORDS, category_word, field_word
from nbcommons.notebooks.models import Category
from nbcommons.search.queries import (
    Misread,
    NearMiss,
    Question,
    SearchResults,
    confirmed,
    feed_secret,
    parse,
    propose,
    saved_searches,
)

PAGE_SIZE = 20
_LEFT_OUT_SHOWN = 3
SHORTEST_S = 0.01  # a time that rounds to nothing reads like a fault


@dataclass(frozen=True, slots=True)
class OtherSearch:
    """Another search to try: its words, its address, how many notebooks it finds."""

    words: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class SavedLink:
    """A search that the reader has saved."""

    pk: int
    name: str
    url: str
    feed_url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the reader can keep of this list. Empty addresses stand for what is not there.

    ``feed_url`` holds the reader's secret; they have one only once they have asked for it.
    """

    query: str
    saved: tuple[SavedLink, ...]
    feed_url: str
    mine_feed_url: str
    is_signed_in: bool

    @property
    def is_saved(self) -> bool:
        return any(link.is_here for link in self.saved)


@dataclass(frozen=True, slots=True)
class BrowsePage:
    """Everything on the page.

    ``near`` are weaker hits, which lack a word; ``instead`` fills an empty shelf. ``near_total``
    is how many hold some of the words only; the filters count both kinds.
    """

    address: Address
    query: str
    heading: str
    total: int
    near_total: int
    took_s: float
    entries: tuple[NotebookCard, ...]
    near: tuple[NotebookCard, ...]
    instead: tuple[NotebookCard, ...]
    filters: tuple[FilterSet, ...]
    chips: tuple[Chip, ...]
    sorts: tuple[SortChoice, ...]
    pager: Pager
    also_words: tuple[str, ...]
    own_words_url: str
    did_you_mean: OtherSearch | None
    fewer: tuple[OtherSearch, ...]
    misread: tuple[str, ...]
    total_without_filters: int | None
    is_building: bool
    builder: Builder
    keeping: Keeping
    list_feed_path: str
    ask_url: str

    @property
    def clear_url(self) -> str:
        words = str(parse(self.address.text).without_filters())
        return replace(self.address.without_filters(), text=words).url

    @property
    def deprecated_url(self) -> str:
        """The same list with deprecated notebooks, or without if they are there."""
        shown = not self.address.with_deprecated
        return replace(self.address, with_deprecated=shown, page=1).url

    @property
    def is_empty(self) -> bool:
        return not self.entries and not self.near and not self.is_building

    @property
    def types(self) -> tuple[tuple[str, str], ...]:
        """What the form offers as types of notebook."""
        return tuple((value, category_word(value)) for value in Category.values)

    @property
    def healths(self) -> tuple[tuple[str, str], ...]:
        """What the form offers as health."""
        return tuple(HEALTH_WORDS.items())


def browse_page(
    actor: Actor,
    address: Address,
    *,
    heading: str = "",
    liking: Mapping[int, float] | None = None,
) -> BrowsePage:
    """The notebooks that ``actor`` may see and ``address`` asks for, a page of them.

    The index proposes, SQL has the last word: a hit that ``actor`` may not see (any more) is left
    out. As many queries whatever the length of the list. ``liking`` tells how much notebooks are
    recommended to ``actor``, by key in [0, 1].
    """
    proposed = propose(actor, address.request(page_size=PAGE_SIZE), liking=liking)
    results, cards = _confirmed_cards(actor, proposed)
    question = parse(address.text)
    has_all = {hit.notebook_id: hit.has_all_words for hit in results.hits}
    is_shelf_empty = not cards and not results.is_building
    names = names_for(address, results)
    pages = min(-(-results.total // PAGE_SIZE), MAX_PAGE)
    return BrowsePage(
        address=address,
        query=address.text,
        heading=heading or _heading(address),
        total=results.total_exact if address.text else results.total,
        near_total=results.total - results.total_exact if address.text else 0,
        took_s=max(results.took_ms / 1000, SHORTEST_S),
        entries=tuple(card for card in cards if has_all[card.notebook_id]),
        near=tuple(card for card in cards if not has_all[card.notebook_id]),
        instead=tuple(most_used(actor, limit=3)) if is_shelf_empty else (),
        filters=filters_of(address, results, names),
        chips=chips_of(address, question, names),
        sorts=sorts_of(address, has_words=question.has_text),
        pager=pager_of(
            page=address.page, page_count=pages, url_of=lambda page: address.on_page(page).url
        ),
        also_words=tuple(correction.instead for correction in results.corrections),
        own_words_url=replace(address, only_my_words=True, page=1).url,
        did_you_mean=_other(address, results.did_you_mean) if results.did_you_mean else None,
        fewer=tuple(_other(address, miss) for miss in results.near_misses),
        misread=_all_misread(question.misread),
        total_without_filters=results.total_unfiltered,
        is_building=results.is_building,
        builder=builder_for(question),
        keeping=_keeping(actor, address),
        list_feed_path=feed_path(address.on_page(1)),
        ask_url=_ask_url(question),
    )


_HITS = PreparedNotebooks(
    lambda notebooks, keys: with_card_parts(notebooks).filter(among("pk", keys)), keys=KEYS
)


def _confirmed_cards(
    actor: Actor, proposed: SearchResults
) -> tuple[SearchResults, list[NotebookCard]]:
    """What ``actor`` may still read of ``proposed``, and its hits as cards in their order."""
    snippets = {hit.notebook_id: hit.snippet for hit in proposed.hits}
    if not snippets:
        return proposed, []
    found = {row.pk: row for row in _HITS.rows(actor, keys=list(snippets))}
    results = confirmed(proposed, found)
    shown = [found[hit.notebook_id] for hit in results.hits]
    return results, cards_of(actor, shown, snippets=snippets)


def _heading(address: Address) -> str:
    if address.text:
        return f"“{address.text}”"
    return "Notebooks" if address.filter_count else "All notebooks"


def _other(address: Address, miss: NearMiss) -> OtherSearch:
    return OtherSearch(miss.text, address.asking(miss.text).url, miss.count)


def _all_misread(misread: tuple[Misread, ...]) -> tuple[str, ...]:
    """What was not understood, a sentence each, and one for all that was too much."""
    told = [_misread_words(one) for one in misread if not one.is_left_out]
    left_out = [f"“{one.name}”" for one in misread if one.is_left_out]
    if left_out:
        more = len(left_out) - _LEFT_OUT_SHOWN
        names = ", ".join(left_out[:_LEFT_OUT_SHOWN]) + (
            f" and {more} more" if more > 0 else ""
        )
        told.append(f"That is too much for one search. Left out: {names}.")
    return tuple(told)


def _misread_words(misread: Misread) -> str:
    """What was not understood, in a sentence."""
    if misread.is_joiner:
        return "“OR” is passed over: all the words are looked for."
    if misread.is_apart:
        name = misread.name
        return f"Write “{name}:” and its value without a blank; it was searched for as words."
    if not misread.is_known:
        return f"There is no filter “{misread.name}:”, so its words were searched for."
    offered = {
        "health": "healthy, unhealthy or unknown",
        "category": "working, building-block or lesson",
        "is": "deprecated",
    }
    name = misread.name.lower()
    takes = offered.get(name, "a day, as in 2026-01-31, or >2026-01, or 2025..2026")
    return f"{field_word(name)} takes {takes}; what you wrote was searched for as words."


def _keeping(actor: Actor, address: Address) -> Keeping:
    query = address.on_page(1).query
    secret = feed_secret(actor)
    saved = tuple(
        SavedLink(
            pk=one.pk,
            name=one.name,
            url=f"{path_to('gallery:browse')}{'?' if one.query else ''}{one.query}",
            feed_url=feed_path(one.query, secret=secret) if secret else "",
            is_here=one.query == query,
        )
        for one in saved_searches(actor)
    )
    return Keeping(
        query=query,
        saved=saved,
        feed_url=feed_path(query, secret=secret) if secret else "",
        mine_feed_url=mine_feed_path(secret=secret) if secret else "",
        is_signed_in=actor.person_id is not None,
    )


def _ask_url(question: Question) -> str:
    words = " ".join(
        part.text for part in question.parts if not (part.field or part.is_unwanted)
    )
    return path_to("gallery:wanted") + (f"?{urlencode({'wish': words})}" if words else "")
