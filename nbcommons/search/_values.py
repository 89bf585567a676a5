"""What goes into the index and what comes out of a search, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

MAX_LIMIT = 100


class Sort(StrEnum):
    """The order of the results."""

    BEST = "best"
    PEOPLE = "people"
    NEWEST = "newest"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One notebook as the index holds it.

    ``audience`` are the terms of ``access.queries.terms_of_notebook``. ``health`` is
    ``healthy``,
    ``unhealthy`` or ``unknown``; ``health_score`` is in [0, 1]. ``stamp`` tells whether the
    index already holds this state of the notebook.
    """

    notebook_id: int
    title: str
    audience: tuple[str, ...]
    updated_at: datetime
    purpose: str = ""
    headings: tuple[str, ...] = ()
    markdown: str = ""
    code: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    category: str = ""
    category_words: str = ""
    health: str = "unknown"
    health_score: float = 0.0
    owner: str = ""
    owner_name: str = ""
    people: int = 0
    stamp: int = 0


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a person asks for; who asks is told apart from it, and cannot be part of it.

    Several languages, categories or healths widen (any of them), several tags narrow (all of
    them). ``owner`` is a username. ``sort`` None means: best match when there are words, else
    most people. ``only_my_words`` switches off spelling correction and completion of the last
    word.
    """

    text: str = ""
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    owner: str = ""
    sort: Sort | None = None
    offset: int = 0
    limit: int = 20
    only_my_words: bool = False
    with_facets: bool = True

    @property
    def has_filters(self) -> bool:
        return bool(self.languages or self.tags or self.categories or self.health or self.owner)


class Piece(NamedTuple):
    """A stretch of text; ``is_match`` stretches are shown in ``<mark>``."""

    text: str
    is_match: bool


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One notebook found.

    ``score`` is in (0, 1], the best hit of the search having 1; it is 1 for all when the order
    is
    not by match. ``has_all_words`` is False for the weaker results that follow when few have
    all.
    """

    notebook_id: int
    score: float
    has_all_words: bool
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How many notebooks a filter would give, the other filters being in use."""

    value: str
    count: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that nobody wrote, and the nearest that somebody did."""

    word: str
    instead: str


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of hits.

    ``total`` counts all results, of which ``total_exact`` have all the words. ``facets`` is
    keyed
    by ``languages``, ``tags``, ``categories``, ``health``; empty when not asked for.
    ``corrections`` were searched for as well. ``total_unfiltered`` is told only when filters
    leave
    nothing. ``is_building`` says that there is no index yet, so nothing can be found.
    """

    total: int
    hits: tuple[SearchHit, ...]
    total_exact: int = 0
    facets: dict[str, tuple[FacetValue, ...]] | None = None
    corrections: tuple[Correction, ...] = ()
    total_unfiltered: int | None = None
    took_ms: float = 0.0
    is_building: bool = False
