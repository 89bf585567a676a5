"""Finding notebooks: the index proposes, SQL has the last word."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from nbcommons.access import guard
from nbcommons.access.queries import audience_of
from nbcommons.access.rules import held_labels
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.prepared import PERSON, Prepared
from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Label, Person, Team
from nbcommons.search import _engine, _feedkeys, _place, _suggest
from nbcommons.search._backend import IndexMissing, reading
from nbcommons.search._language import FIELDS, Misread, Part, Question, parse, part_of
from nbcommons.search._suggest import Suggestion, SuggestionKind
from nbcommons.search._values import (
    MAX_LIMIT,
    Correction,
    FacetValue,
    NearMiss,
    Piece,
    Reader,
    SearchHit,
    SearchRequest,
    SearchResults,
    Sort,
)
from nbcommons.search.events import IndexFoundMissing
from nbcommons.search.models import FeedKey, SavedSearch, WantedNotebook, Withheld

__all__ = [
    "FIELDS",
    "MAX_LIMIT",
    "Correction",
    "FacetValue",
    "Misread",
    "NearMiss",
    "Part",
    "Piece",
    "Question",
    "SavedList",
    "SearchHit",
    "SearchRequest",
    "SearchResults",
    "Sort",
    "Suggestion",
    "SuggestionKind",
    "Wish",
    "actor_of_feed",
    "confirmed",
    "count_by",
    "feed_secret",
    "notebooks_held",
    "parse",
    "part_of",
    "propose",
    "saved_searches",
    "search",
    "suggest",
    "wanted_notebooks",
    "wish_for",
]


def search(
    actor: Actor, request: SearchRequest, *, liking: Mapping[int, float] | None = None
) -> SearchResults:
    """A page of the notebooks that ``actor`` may read and ``request`` asks for.

    One SQL query for the page besides those for the audience, one more when access labels are
    asked for. ``liking`` tells how much notebooks are recommended to ``actor``, in [0, 1] by key:
    it moves the best matches a little. Never fails for what is asked: every text is a question.
    While there is no index, the answer is empty with ``is_building`` set. Whoever shows the hits
    loads them through ``guard.notebooks_for`` and keeps their order.
    """
    proposed = propose(actor, request, liking=liking)
    if not proposed.hits:
        return proposed
    return confirmed(proposed, _readable(actor, [hit.notebook_id for hit in proposed.hits]))


def propose(
    actor: Actor, request: SearchRequest, *, liking: Mapping[int, float] | None = None
) -> SearchResults:
    """As ``search``, but as the index has it: SQL has not had the last word yet.

    For whoever loads the hits through ``guard.notebooks_for`` in any case, and then says by
    ``confirmed`` which of them are readable.
    """
    reader = replace(_reader(actor), labels=_labels(actor, request), liking=liking or {})
    results = _engine.search(_place.store(), request, reader=reader)
    if results.is_building:
        _have_it_built()
    return results


def confirmed(proposed: SearchResults, readable: Container[int]) -> SearchResults:
    """``proposed`` without the hits that are not ``readable``.

    The index learns a moment later than the database that a notebook is gone or hidden.
    """
    gone = [hit for hit in proposed.hits if hit.notebook_id not in readable]
    if not gone:
        return proposed
    return replace(
        proposed,
        hits=tuple(hit for hit in proposed.hits if hit.notebook_id in readable),
        total=proposed.total - len(gone),
        total_exact=proposed.total_exact - sum(hit.has_all_words for hit in gone),
    )


def count_by(actor: Actor, name: str, *, most: int) -> Mapping[str, int] | None:
    """How many notebooks that ``actor`` may read have each value of ``name``, most first.

    ``name`` is a key of ``SearchResults.facets``. None while there is no index.
    """
    found = _engine.count_by(_place.store(), name, reader=_reader(actor), most=most)
    if found is None:
        _have_it_built()
    return found


def _have_it_built() -> None:
    """Ask for an index at once, unless one is being built: the clock would do it a minute later."""
    if _place.store().wants_building():
        with transaction.atomic():
            events.publish(IndexFoundMissing())


def notebooks_held() -> int | None:
    """How many notebooks the index holds; None while there is none that can be read."""
    try:
        with reading(_place.store()) as opened:
            return int(opened.searcher.num_docs)
    except IndexMissing:
        return None


def suggest(actor: Actor, beginning: str, *, limit: int = 8) -> tuple[Suggestion, ...]:
    """What ``actor`` may be about to type: titles, tags, people, teams, packages, words.

    Best first, made only of notebooks that ``actor`` may read; one SQL query for each of titles,
    people and teams that there are. Empty for less than two letters, and while there is no index.
    """
    labels = _labels(actor, SearchRequest(text=beginning))
    reader = replace(_reader(actor), labels=labels)
    found = _suggest.suggest(_place.store(), beginning, reader=reader, limit=limit)
    titles = [item.notebook_id for item in found if item.notebook_id is not None]
    readable = _readable(actor, titles) if titles else {}
    names = _names(found)
    named = (_named(item, readable, names) for item in found)
    return tuple(item for item in named if item is not None)


@dataclass(frozen=True, slots=True)
class SavedList:
    """A saved search: its name, and what stands after the question mark in its address."""

    pk: int
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A wanted notebook, as somebody reads of it; ``answer`` only where they may read it."""

    pk: int
    wish: str
    details: str
    asker: str
    asker_username: str
    asked_at: datetime
    is_mine: bool
    is_answered: bool
    answer: Notebook | None


_SAVED = Prepared(
    lambda person: SavedSearch.objects.filter(person_id=person).order_by("name"), person=PERSON
)


def saved_searches(actor: Actor) -> tuple[SavedList, ...]:
    """The searches that ``actor`` has saved, by name."""
    if actor.person_id is None:
        return ()
    rows = _SAVED.rows(person=actor.person_id)
    return tuple(SavedList(row.pk, row.name, row.query) for row in rows)


def wanted_notebooks(actor: Actor, *, first: int, limit: int) -> tuple[list[Wish], int]:
    """The board of wanted notebooks, open ones first, newest first; and how many there are."""
    if actor.person_id is None and not actor.is_system:
        return [], 0
    wanted = WantedNotebook.objects.filter(person__is_active=True)
    rows = list(
        wanted.select_related("person").order_by(
            F("answered_at").desc(nulls_first=True), "-created_at", "-pk"
        )[first : first + limit]
    )
    answers = guard.notebooks_for(actor).in_bulk(
        [row.answer_id for row in rows if row.answer_id]
    )
    wishes = [
        Wish(
            pk=row.pk,
            wish=row.wish,
            details=row.details,
            asker=str(row.person),
            asker_username=row.person.username,
            asked_at=row.created_at,
            is_mine=row.person_id == actor.person_id,
            is_answered=row.answered_at is not None,
            answer=answers.get(row.answer_id or 0),
        )
        for row in rows
    ]
    return wishes, wanted.count()


def wish_for(actor: Actor, wanted_id: int) -> WantedNotebook | None:
    """The wish with this key, as far as ``actor`` may see the board."""
    if actor.person_id is None:
        return None
    return WantedNotebook.objects.select_related("person").filter(pk=wanted_id).first()


_FEED_KEY = Prepared(
    lambda person: FeedKey.objects.filter(person_id=person, is_on=True), person=PERSON
)


def feed_secret(actor: Actor) -> str:
    """What stands in the addresses of the actor's feeds; empty while they have none."""
    key = _FEED_KEY.first(person=actor.person_id or 0)
    return "" if key is None else _feedkeys.secret_of(key)


def actor_of_feed(secret: str) -> Actor | None:
    """In whose name a feed at an address with ``secret`` is read: to read notebooks, no more."""
    key = _feedkeys.key_of(secret)
    if key is None:
        return None
    actor = Actor.person(key.person_id, key.person.username)
    return actor.limited_to(frozenset({"notebooks:read"}))


def _named(
    item: Suggestion, readable: Mapping[int, UUID], names: Mapping[tuple[str, str], str]
) -> Suggestion | None:
    """``item`` with what SQL knows of it; None when SQL knows it no longer."""
    if item.kind is SuggestionKind.NOTEBOOK:
        uuid = readable.get(item.notebook_id or 0)
        return None if uuid is None else replace(item, notebook_uuid=uuid)
    if item.kind in {SuggestionKind.PERSON, SuggestionKind.TEAM}:
        name = names.get((item.kind.value, item.key))
        return None if name is None else replace(item, text=name)
    return item


def _names(found: Collection[Suggestion]) -> dict[tuple[str, str], str]:
    """The names of the people and teams among ``found``."""
    people = [item.key for item in found if item.kind is SuggestionKind.PERSON]
    teams = [item.key for item in found if item.kind is SuggestionKind.TEAM]
    names: dict[tuple[str, str], str] = {}
    if people:
        for person in Person.objects.filter(username__in=people, is_active=True):
            names["person", person.username] = str(person)
    if teams:
        for slug, name in Team.objects.filter(slug__in=teams).values_list("slug", "name"):
            names["team", slug] = name
    return names


_WITHHELD = Prepared(lambda: Withheld.objects.order_by("notebook_id"))


def _reader(actor: Actor) -> Reader:
    # Asked before the index is opened: what is not here any more, the index knows.
    withheld = tuple(dict.fromkeys(row.notebook_id for row in _WITHHELD.rows()))
    audience = audience_of(actor)
    return Reader(audience.terms, audience.hidden_labels, withheld=withheld)


def _labels(actor: Actor, request: SearchRequest) -> dict[str, int]:
    """The access labels that ``actor`` holds, by name and slug; asked for only if need be."""
    if not (request.labels or "label" in request.text.lower()):
        return {}
    held = Label.objects.all() if actor.sees_everything else held_labels(actor)
    return {
        word.lower(): key
        for key, name, slug in held.values_list("pk", "name", "slug")
        for word in (name, slug)
    }


def _readable(actor: Actor, notebook_ids: Collection[int]) -> dict[int, UUID]:
    found = guard.notebooks_for(actor).filter(pk__in=list(notebook_ids))
    return dict(found.values_list("pk", "uuid"))
