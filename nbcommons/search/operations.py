"""Keeping the index true to the records, and what people keep of their searches.

All of the index can be made again: ``rebuild_index``.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.notebooks.models import Notebook
from nbcommons.search import _place
from nbcommons.search._backend import Batch, IndexMissing, ids_and_stamps, reading
from nbcommons.search._records import CHUNK, State, documents_of, states_of
from nbcommons.search._values import SearchDocument
from nbcommons.search.errors import NotSaved, NotWanted
from nbcommons.search.events import FeedKeyChanged, NotebookWanted, WishAnswered
from nbcommons.search.models import FeedKey, SavedSearch, WantedNotebook, Withheld

log = structlog.get_logger(__name__)

MOST_SAVED = 50
MOST_QUERY = 2000  # characters
MOST_WISHES = 20
FEED_USE_STEP = timedelta(hours=1)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """What a comparison of the index with the records has found.

    ``problem`` says why there is no index to compare; empty when there is one.
    """

    notebooks: int = 0
    differing: int = 0
    is_older_kind: bool = False
    problem: str = ""

    @property
    def is_sound(self) -> bool:
        return not (self.problem or self.differing or self.is_older_kind)


def _nobody_else() -> Iterable[int]:
    return ()


def index_notebook(
    actor: Actor, notebook_id: int, *, also: Callable[[], Iterable[int]] = _nobody_else
) -> int:
    """Have the index hold ``notebook_id`` as it is now, or no longer if it is gone.

    ``also`` gives others that wait; it is asked only when there is something to write, and they go
    into the same commit. Returns how many notebooks were written or taken out: 0 when the index
    was up to date. Without an index, all of it is built. While one of an older kind serves, the
    notebook is taken out of that: what is built next to it will hold it.
    """
    _require_system(actor)
    try:
        return _bring_up_to_date(actor, [notebook_id], also=also)
    except IndexMissing:
        waiting = {notebook_id, *also()}
        if _place.store().withdraw(waiting):
            return len(waiting)
        return _build(actor, only_if_missing=True)


def remove_notebook(actor: Actor, notebook_id: int) -> None:
    """Take ``notebook_id`` out of the index, whatever the records say; nothing if not in it."""
    _require_system(actor)
    try:
        with _told_of([notebook_id]), _place.store().writing() as batch:
            if batch.stamps([notebook_id]):
                batch.write([], remove=[notebook_id])
    except IndexMissing:
        _place.store().withdraw([notebook_id])  # what is built later is built without it


def rebuild_index(actor: Actor, *, progress: Progress | None = None) -> int:
    """Build the index anew from the records, beside the one in use; returns how many notebooks.

    Searches go on meanwhile. ``progress`` hears how many are done, and of how many.
    """
    _require_system(actor)
    return _build(actor, progress=progress)


def catch_up(actor: Actor) -> int:
    """Compare the index with the records and repair what differs; returns how many differed.

    Without an index, or with a damaged or older one, all of it is built.
    """
    _require_system(actor)
    if not _place.store().is_current():
        return _build(actor, only_if_missing=True)
    try:
        return _repair(actor)
    except IndexMissing:
        return _build(actor, only_if_missing=True)


def mend_index(actor: Actor) -> bool:
    """Build the index if there is none of the newest kind; returns whether that was so."""
    _require_system(actor)
    if _place.store().is_current():
        return False
    _build(actor, only_if_missing=True)
    return True


def check_index(actor: Actor) -> IndexCheck:
    """Compare the index with the records, and change nothing."""
    _require_system(actor)
    try:
        with reading(_place.store()) as opened:
            held = ids_and_stamps(opened.searcher)
    except IndexMissing as error:
        return IndexCheck(problem=str(error))
    differing = sum(map(len, _differing(actor, held)))
    return IndexCheck(
        notebooks=len(held), differing=differing, is_older_kind=not _place.store().is_current()
    )


def _build(
    actor: Actor, *, progress: Progress | None = None, only_if_missing: bool = False
) -> int:
    ids = list(guard.notebooks_for(actor).order_by("pk").values_list("pk", flat=True))
    documents = _all_documents(actor, ids, progress)
    is_new = _place.store().replace(documents, only_if_missing=only_if_missing)
    try:
        # What changed while it was being built (here or elsewhere) went into the old index.
        changed = _repair(actor)
    except IndexMissing:
        return 0  # it is being built elsewhere; who builds it does the same afterwards
    if not is_new:
        return changed
    log.info("search_index_rebuilt", notebooks=len(ids))
    return len(ids)


def _repair(actor: Actor) -> int:
    with _told_of():
        with reading(_place.store()) as opened:
            held = ids_and_stamps(opened.searcher)
        return sum(_bring_up_to_date(actor, chunk) for chunk in _differing(actor, held))


@contextmanager
def _told_of(notebook_ids: Collection[int] | None = None) -> Iterator[None]:
    """Inside, the index is told of these notebooks, None means all: they are withheld no longer.

    What narrows their readers meanwhile is another row, and stays.
    """
    withheld = Withheld.objects.all()
    if notebook_ids is not None:
        withheld = withheld.filter(notebook_id__in=notebook_ids)
    told = list(withheld.values_list("pk", flat=True))
    yield
    if told:
        Withheld.objects.filter(pk__in=told).delete()


def _bring_up_to_date(
    actor: Actor,
    notebook_ids: Collection[int],
    *,
    also: Callable[[], Iterable[int]] = _nobody_else,
) -> int:
    """Write those of ``notebook_ids`` that differ, in one commit; returns how many.

    The records are read while nobody else may write, so that the newest state is written last.
    """
    with _told_of(notebook_ids), _place.store().writing() as batch:
        stale, gone = _compared(actor, batch, notebook_ids)
        if not (stale or gone):
            return 0
        more = set(also()).difference(notebook_ids)
        if more:
            more_stale, more_gone = _compared(actor, batch, more)
            stale, gone = stale + more_stale, gone + more_gone
        batch.write(documents_of(stale), remove=gone)
    return len(stale) + len(gone)


def _compared(
    actor: Actor, batch: Batch, notebook_ids: Collection[int]
) -> tuple[list[State], list[int]]:
    """Which of ``notebook_ids`` the index holds in an older state, and which should go."""
    states = states_of(actor, notebook_ids)
    held = batch.stamps(notebook_ids)
    stale = [state for key, state in states.items() if held.get(key) != state.stamp]
    return stale, [key for key in held if key not in states]


def _differing(actor: Actor, held: dict[int, int]) -> Iterator[list[int]]:
    """The notebooks whose stamp in the index is not that of the records, in chunks."""
    ids = set(guard.notebooks_for(actor).values_list("pk", flat=True))
    for chunk in _chunks(sorted(ids)):
        states = states_of(actor, chunk)
        differing = [key for key, state in states.items() if held.get(key) != state.stamp]
        if differing:
            yield differing
    yield from _chunks(sorted(held.keys() - ids))


def _all_documents(
    actor: Actor, ids: list[int], progress: Progress | None
) -> Iterator[SearchDocument]:
    done = 0
    for chunk in _chunks(ids):
        states: dict[int, State] = states_of(actor, chunk)
        yield from documents_of(list(states.values()))
        done += len(chunk)
        if progress is not None:
            progress(done, len(ids))


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(ids), CHUNK):
        yield ids[first : first + CHUNK]


def _require_system(actor: Actor) -> None:
    if not actor.is_system:
        raise Denied("Only the system writes the search index.")


@transaction.atomic
def save_search(actor: Actor, *, name: str, query: str, at: datetime) -> SavedSearch:
    """Keep a list under a name; one of the same name is replaced.

    ``query`` is what stands after the question mark in its address. Raises ``Denied``, and
    ``NotSaved`` when it has no name or there are too many.
    """
    person_id = _person(actor, Action.SEARCH_SAVE)
    tidy = " ".join(name.split())[:80]
    if not tidy:
        raise NotSaved("Give the search a name, so that you find it again.")
    mine = SavedSearch.objects.filter(person_id=person_id)
    if mine.exclude(name=tidy).count() >= MOST_SAVED:
        raise NotSaved(
            f"You have {MOST_SAVED} saved searches. Remove one that you need no more."
        )
    if len(query) > MOST_QUERY:
        raise NotSaved("This search is too long to be saved. Take a filter off.")
    saved, _ = SavedSearch.objects.update_or_create(
        person_id=person_id, name=tidy, defaults={"query": query, "created_at": at}
    )
    return saved


def delete_search(actor: Actor, *, search_id: int) -> bool:
    """Forget a saved search of the actor's own; False when it is none of theirs."""
    person_id = _person(actor, Action.SEARCH_SAVE)
    deleted, _ = SavedSearch.objects.filter(pk=search_id, person_id=person_id).delete()
    return deleted > 0


@transaction.atomic
def ask_for_notebook(
    actor: Actor, *, wish: str, details: str = "", at: datetime
) -> WantedNotebook:
    """Put a wish on the board, where everyone who is signed in reads it.

    Raises ``Denied``, and ``NotWanted`` without words or with too many open wishes.
    """
    person_id = _person(actor, Action.NOTEBOOK_WANT)
    tidy = " ".join(wish.split())[:200]
    if not tidy:
        raise NotWanted("Say in a few words what the notebook should do.")
    open_ones = WantedNotebook.objects.filter(person_id=person_id, answered_at=None)
    same = open_ones.filter(wish__iexact=tidy).first()
    if same is not None:
        return same
    if open_ones.count() >= MOST_WISHES:
        raise NotWanted(f"You have {MOST_WISHES} open wishes. Take one back first.")
    wanted = WantedNotebook.objects.create(
        person_id=person_id, wish=tidy, details=details.strip()[:1000], created_at=at
    )
    events.publish(NotebookWanted(actor_id=actor.person_id, wanted_id=wanted.pk))
    return wanted


@transaction.atomic
def answer_wish(
    actor: Actor, wanted: WantedNotebook, *, notebook: Notebook, at: datetime
) -> None:
    """Say that ``notebook`` does what was wanted.

    Raises ``Denied``, and ``NotWanted`` when the asker could not read it.
    """
    guard.require_for(actor, Action.NOTEBOOK_WANT)
    guard.require(actor, Action.NOTEBOOK_READ, notebook)
    asker = Actor.person(wanted.person_id, wanted.person.username)
    if not guard.allows(asker, Action.NOTEBOOK_READ, notebook):
        raise NotWanted(f"{wanted.person} may not see that notebook. Share it with them first.")
    wanted.answer, wanted.answered_by_id, wanted.answered_at = notebook, actor.person_id, at
    wanted.save(update_fields=["answer", "answered_by", "answered_at"])
    events.publish(
        WishAnswered(actor_id=actor.person_id, wanted_id=wanted.pk, notebook_id=notebook.pk)
    )


def withdraw_wish(actor: Actor, wanted: WantedNotebook) -> None:
    """Take a wish off the board. Raises ``Denied`` unless it is one's own, or in admin mode."""
    guard.require_for(actor, Action.WISH_WITHDRAW, owner_id=wanted.person_id)
    wanted.delete()


@transaction.atomic
def renew_feed_key(actor: Actor, *, at: datetime) -> FeedKey:
    """Switch feed addresses on; what was given out before no longer works. Raises ``Denied``."""
    person_id = _person(actor, Action.SEARCH_SAVE)
    key, is_new = FeedKey.objects.select_for_update().get_or_create(
        person_id=person_id, defaults={"created_at": at}
    )
    if not is_new:
        key.generation += 1
        key.is_on, key.created_at, key.last_used_at = True, at, None
        key.save(update_fields=["generation", "is_on", "created_at", "last_used_at"])
    _announce_feeds(actor, key)
    return key


@transaction.atomic
def end_feed_key(actor: Actor) -> bool:
    """Make all feed addresses of the actor's worthless; False when there are none."""
    person_id = _person(actor, Action.SEARCH_SAVE)
    key = FeedKey.objects.select_for_update().filter(person_id=person_id).first()
    if key is None or not key.is_on:
        return False
    key.is_on = False
    key.save(update_fields=["is_on"])
    _announce_feeds(actor, key)
    return True


def note_feed_use(actor: Actor, *, at: datetime) -> None:
    """Remember that the actor's feeds are read, at most once an hour."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - FEED_USE_STEP)
    FeedKey.objects.filter(stale, person_id=actor.person_id or 0).update(last_used_at=at)


def _announce_feeds(actor: Actor, key: FeedKey) -> None:
    events.publish(FeedKeyChanged(actor_id=actor.person_id, person_id=key.pk, is_on=key.is_on))


def _person(actor: Actor, action: Action) -> int:
    """The person who may do ``action``. Raises ``Denied``."""
    guard.require_for(actor, action)
    if actor.person_id is None:
        raise Denied("Sign in to keep something of your own.")
    return actor.person_id
