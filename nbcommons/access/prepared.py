"""The door for pages that everybody opens: the same conditions, put together once in a process."""

from collections.abc import Callable, Collection, Hashable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.core.prepared import PERSON, Prepared
from nbcommons.notebooks.models import Notebook


class PreparedNotebooks:
    """Notebooks to which an actor may do ``action``, narrowed by ``narrow``.

    What is asked is what ``guard.notebooks_for`` would ask, to the letter: for each kind of actor
    the query is put together by it once, and only the values change. ``stand_ins`` are as in
    ``core.prepared``; ``narrow`` takes the notebooks first and then these.
    """

    def __init__(
        self,
        narrow: Callable[..., QuerySet[Notebook]],
        *,
        action: Action = Action.NOTEBOOK_READ,
        tell: Collection[Action] = (),
        **stand_ins: Any,
    ) -> None:
        self._narrow = narrow
        self._action = action
        self._tell = tell
        self._stand_ins = stand_ins
        self._by_kind: dict[Hashable, Prepared[Notebook]] = {}

    def rows(self, actor: Actor, **values: Any) -> list[Notebook]:
        """The notebooks for ``values``; each knows whether ``actor`` may do what ``tell`` names."""
        found = self._of_kind(actor).rows(person=_person(actor), **values)
        if self._tell:
            names = guard.told_names(_stand_in_for(actor), actor, self._tell)
            for notebook in found:
                known = vars(notebook)
                for theirs, ours in names.items():
                    known[ours] = known.pop(theirs)
        return found

    def first(self, actor: Actor, **values: Any) -> Notebook | None:
        """The first of them, None if there is none."""
        return next(iter(self.rows(actor, **values)), None)

    def asked(self, actor: Actor, **values: Any) -> tuple[str, tuple[Any, ...]]:
        """What is asked of the database: the SQL and its parameters."""
        return self._of_kind(actor).asked(person=_person(actor), **values)

    def _of_kind(self, actor: Actor) -> Prepared[Notebook]:
        """The query for all who are like ``actor`` in everything that the rules look at."""
        kind = (
            actor.sees_everything,
            actor.person_id is None,
            actor.scopes,
            settings.NBCOMMONS_ANONYMOUS_READING,
        )
        if kind not in self._by_kind:
            stand_in = _stand_in_for(actor)

            def make(*, person: int, **stand_ins: Any) -> QuerySet[Notebook]:
                del person  # it stands in the actor
                rows = guard.notebooks_for(stand_in, self._action, tell=self._tell)
                return self._narrow(rows, **stand_ins)

            self._by_kind[kind] = Prepared(
                make, may_lack={"person"}, person=PERSON, **self._stand_ins
            )
        return self._by_kind[kind]


def _stand_in_for(actor: Actor) -> Actor:
    return actor if actor.person_id is None else replace(actor, person_id=PERSON)


def _person(actor: Actor) -> int:
    return actor.person_id or 0
