"""How much a person is likely to like a notebook: what those run who run the same as they do.

It moves the best matches of a search a little. Never told to anybody, and made only of notebooks
that several people ran.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Max

from nbcommons.core.actor import Actor
from nbcommons.executions.models import CellDay

DAYS = 60
MOST_MINE = 20
MOST_ALIKE = 200
MOST_LIKED = 300
FEWEST = 3
"""So many others must have run a notebook: what one or two of them do is theirs alone."""
MINE_HALVED_EVERY = 10  # places down the list of what I ran, newest first
KEPT_S = 600.0
MOST_KEPT = 2_000

_kept: OrderedDict[int, tuple[float, Mapping[int, float]]] = OrderedDict()
_lock = threading.Lock()


def liking_of(actor: Actor, *, at: datetime) -> Mapping[int, float]:
    """A figure in [0, 1] by the key of the notebook; for nobody in particular there is none.

    Three queries, and none for the next ten minutes in this process.
    """
    person_id = actor.person_id
    if person_id is None:
        return {}
    now = time.monotonic()
    with _lock:
        made_at, liked = _kept.get(person_id, (0.0, {}))
    if made_at and now - made_at < KEPT_S:
        return liked
    liked = _liking(person_id, at=at)
    with _lock:
        _kept[person_id] = (now, liked)
        _kept.move_to_end(person_id)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return liked


def forget() -> None:
    """Look again, for everybody."""
    with _lock:
        _kept.clear()


def _liking(person_id: int, *, at: datetime) -> dict[int, float]:
    since = at.date() - timedelta(days=DAYS)
    runs = CellDay.objects.filter(day__gte=since)
    mine = list(
        runs.filter(person_id=person_id)
        .values_list("notebook_id")
        .annotate(last=Max("day"))
        .order_by("-last", "notebook_id")[:MOST_MINE]
    )
    if not mine:
        return {}
    keys = [key for key, _ in mine]
    alike = list(
        runs.filter(notebook_id__in=keys)
        .exclude(person_id=person_id)
        .values_list("person_id")
        .annotate(shared=Count("notebook_id", distinct=True))
        .order_by("-shared", "person_id")[:MOST_ALIKE]
    )
    theirs = list(
        runs.filter(person_id__in=[other for other, _ in alike])
        .values_list("notebook_id")
        .annotate(people=Count("person_id", distinct=True))
        .filter(people__gte=FEWEST)
        .order_by("-people", "notebook_id")[:MOST_LIKED]
    )
    most = max((people for _, people in theirs), default=1)
    liked: dict[int, float] = {key: people / most for key, people in theirs}
    for place, key in enumerate(keys):
        again: float = 0.5 ** (place / MINE_HALVED_EVERY)
        liked[key] = max(liked.get(key, 0.0), again)
    return liked
