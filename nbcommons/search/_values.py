"""What goes into the index and what comes out of a search, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

MAX_LIMIT = 100


class Sort(StrEnum):
    """The order of the results."""

    BEST = "best"
    TRENDING = "trending"
    PEOPLE = "people"
    RUNS = "runs"
    NEWEST = "newest"
    UPDATED = "updated"
    HEALTH = "health"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One notebook as the index holds it.

    ``audience`` are the terms of ``access.queries.terms_of_notebook``, ``labels`` the keys of the
    access labels that its readers must hold. ``organisations`` are the keys of the owner's
    organisation and of those above it. ``health`` is ``healthy``, ``unhealthy`` or ``unknown``;
    ``health_score`` and ``trending`` are in [0, 1]. ``stamp`` tells whether the index already
    holds this state of the notebook.
    """

    notebook_id: int
    title: str
    audience: tuple[str, ...]
    updated_at: datetime
    created_at: datetime | None = None
    purpose: str = ""
    headings: tuple[str, ...] = ()
    markdown: str = ""
    code: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    language_version: str = ""
    packages: tuple[str, ...] = ()
    category: str = ""
    category_words: str = ""
    health: str = "unknown"
    health_score: float = 0.0
    owner: str = ""
    owner_name: str = ""
    team: str = ""
    team_name: str = ""
    organisations: tuple[int, ...] = ()
    organisation_names: tuple[str, ...] = ()
    labels: tuple[int, ...] = ()
    is_deprecated: bool = False
    people: int = 0
    runs: int = 0
    trending: float = 0.0
    stamp: int = 0


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a person asks for; who asks is told apart from it, and cannot be part of it.

    Several languages, categories, healths, teams or organisations widen (any of them), several
    tags or packages narrow (all of them). ``owner`` is a user name, ``teams`` are slugs,
    ``organisations`` keys, ``labels`` names or slugs of access labels that the person holds.
    ``sort`` None means: best match when there are words, else most people. ``only_my_words``
    switches off spelling correction and completion of the last word. Deprecated notebooks are
    left out unless ``with_deprecated``, or the text asks for them (``is:deprecated``).
    """

    text: str = ""
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    owner: str = ""
    teams: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    updated_after: datetime | None = None
    with_deprecated: bool = False
    sort: Sort | None = None
    offset: int = 0
    limit: int = 20
    only_my_words: bool = False
    with_facets: bool = True

    @property
    def has_filters(self) -> bool:
        return bool(
            self.languages
            or self.tags
            or self.categories
            or self.health
            or self.owner
            or self.teams
            or self.organisations
            or self.packages
            or self.labels
            or self.updated_after
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, as far as the index must know.

    They may find what has one of ``terms`` (None: everything) and none of ``hidden_labels``:
    see ``access.queries.Audience``. ``labels`` are the access labels that they hold: key by name
    and by slug, in small letters. ``withheld`` are notebooks that fewer people may read than the
    index knows; nobody finds them.
    ``liking`` tells how much a notebook is recommended to them, in [0, 1], by its key: what
    another room has found out; it moves results a little.
    """

    terms: tuple[str, ...] | None
    hidden_labels: tuple[int, ...] = ()
    labels: Mapping[str, int] = field(default_factory=dict)
    liking: Mapping[int, float] = field(default_factory=dict)
    withheld: tuple[int, ...] = ()


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
class NearMiss:
    """A question close to the one asked, and how many notebooks answer it."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of hits.

    ``total`` counts all results, of which ``total_exact`` have all the words. ``facets`` is keyed
    by the names in ``_schema.FACETS``; None when not asked for. ``corrections`` were searched for
    as well. ``did_you_mean`` is a question of other words that finds more, told when few were
    found; ``near_misses`` leave out a word each, told when nothing was. ``total_unfiltered`` is
    told only when filters leave nothing. ``is_building`` says that there is no index yet, so
    nothing can be found.
    """

    total: int
    hits: tuple[SearchHit, ...]
    total_exact: int = 0
    facets: dict[str, tuple[FacetValue, ...]] | None = None
    corrections: tuple[Correction, ...] = ()
    did_you_mean: NearMiss | None = None
    near_misses: tuple[NearMiss, ...] = ()
    total_unfiltered: int | None = None
    took_ms: float = 0.0
    is_building: bool = False
