"""The list of notebooks that answers a search."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.core.paging import MAX_PAGE, Pager, pager_of
from nbcommons.gallery.queries.addresses import Address
from nbcommons.gallery.queries.cards import NotebookCard, cards_of, with_card_parts
from nbcommons.gallery.queries.home import most_used
from nbcommons.gallery.queries.words import HEALTH_WORDS, category_word, language_word
from nbcommons.notebooks.models import Category
from nbcommons.search.queries import FacetValue, SearchRequest, SearchResults, Sort, search

PAGE_SIZE = 20
TAGS_SHOWN = 12
_ORDER = [*Category.values, *HEALTH_WORDS]
SHORTEST_S = 0.01  # a time that rounds to nothing reads like a fault


@dataclass(frozen=True, slots=True)
class Choice:
    """One tick of a filter."""

    value: str
    words: str
    count: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class FilterSet:
    """One filter: its name in the address, its legend, its ticks."""

    name: str
    legend: str
    choices: tuple[Choice, ...]

    @property
    def is_health(self) -> bool:
        return self.name == "health"

    @property
    def is_tags(self) -> bool:
        return self.name == "tag"


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use; ``address`` is the list without it."""

    words: str
    address: Address


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One order that the list can have."""

    value: str
    words: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class BrowsePage:
    """Everything on the page.

    ``near`` are weaker hits, which lack a word; ``instead`` fills an empty shelf.

    ``near_total`` is how many hold some of the words only; the filters count both kinds.
    """

    address: Address
    query: str
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
    total_without_filters: int | None
    is_building: bool

    @property
    def clear_url(self) -> str:
        return self.address.without_filters().url

    @property
    def is_empty(self) -> bool:
        return not self.entries and not self.near and not self.is_building


def browse_page(actor: Actor, address: Address) -> BrowsePage:
    """The notebooks that ``actor`` may see and ``address`` asks for, a page of them.

    The index proposes, SQL has the last word: a hit that ``actor`` may not see (any more) is left
    out. Five queries, whatever the length of the list.
    """
    results = search(actor, _request(address))
    snippets = {hit.notebook_id: hit.snippet for hit in results.hits}
    found = with_card_parts(guard.notebooks_for(actor).filter(pk__in=list(snippets))).in_bulk()
    shown = [found[hit.notebook_id] for hit in results.hits if hit.notebook_id in found]
    has_all = {hit.notebook_id: hit.has_all_words for hit in results.hits}
    cards = cards_of(actor, shown, snippets=snippets)
    is_shelf_empty = not cards and not results.is_building
    pages = min(-(-results.total // PAGE_SIZE), MAX_PAGE)
    return BrowsePage(
        address=address,
        query=address.text,
        total=results.total_exact if address.text else results.total,
        near_total=results.total - results.total_exact if address.text else 0,
        took_s=max(results.took_ms / 1000, SHORTEST_S),
        entries=tuple(card for card in cards if has_all[card.notebook_id]),
        near=tuple(card for card in cards if not has_all[card.notebook_id]),
        instead=tuple(most_used(actor, limit=3)) if is_shelf_empty else (),
        filters=_filters(address, results),
        chips=_chips(address),
        sorts=_sorts(address),
        pager=pager_of(
            page=address.page, page_count=pages, url_of=lambda page: address.on_page(page).url
        ),
        also_words=tuple(correction.instead for correction in results.corrections),
        own_words_url=_own_words(address).url,
        total_without_filters=results.total_unfiltered,
        is_building=results.is_building,
    )


def _request(address: Address) -> SearchRequest:
    return SearchRequest(
        text=address.text,
        languages=address.languages,
        tags=address.tags,
        categories=address.categories,
        health=address.health,
        sort=address.sort,
        offset=(address.page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
        only_my_words=address.only_my_words,
    )


def _filters(address: Address, results: SearchResults) -> tuple[FilterSet, ...]:
    facets = results.facets or {}
    wanted: tuple[tuple[str, str, str, Callable[[str], str]], ...] = (
        ("category", "Type", "categories", category_word),
        ("health", "Health", "health", lambda status: HEALTH_WORDS.get(status, status)),
        ("language", "Language", "languages", language_word),
        ("tag", "Tags", "tags", str),
    )
    sets = (
        FilterSet(name, legend, _choices(facets.get(facet, ()), getattr(address, facet), words))
        for name, legend, facet, words in wanted
    )
    return tuple(filters for filters in sets if filters.choices)


def _choices(
    facet: tuple[FacetValue, ...], selected: tuple[str, ...], words: Callable[[str], str]
) -> tuple[Choice, ...]:
    """The ticks of a filter; one in use stays to be taken off, even when nothing has it."""
    counts = {value.value: value.count for value in sorted(facet[:TAGS_SHOWN], key=_place)}
    counts.update({value: counts.get(value, 0) for value in selected})
    return tuple(
        Choice(value, words(value), count, is_selected=value in selected)
        for value, count in counts.items()
    )


def _place(value: FacetValue) -> int:
    """Types and healths keep their places whatever their counts; others come as they are."""
    return _ORDER.index(value.value) if value.value in _ORDER else 0


def _chips(address: Address) -> tuple[Chip, ...]:
    named: tuple[tuple[str, str, Callable[[str], str]], ...] = (
        ("categories", "", category_word),
        ("health", "Health: ", lambda status: HEALTH_WORDS.get(status, status).lower()),
        ("languages", "Language: ", language_word),
        ("tags", "Tag: ", str),
    )
    return tuple(
        Chip(f"{before}{words(value)}", address.without(name, value))
        for name, before, words in named
        for value in getattr(address, name)
    )


def _sorts(address: Address) -> tuple[SortChoice, ...]:
    offered = {
        Sort.BEST: "Best match",
        Sort.PEOPLE: "Most people",
        Sort.NEWEST: "Newest version",
        Sort.HEALTH: "Healthiest first",
    }
    if not address.text:
        del offered[Sort.BEST]
    chosen = address.sort or (Sort.BEST if address.text else Sort.PEOPLE)
    return tuple(
        SortChoice(sort.value, words, is_selected=sort == chosen)
        for sort, words in offered.items()
    )


def _own_words(address: Address) -> Address:
    return replace(address, only_my_words=True, page=1)
