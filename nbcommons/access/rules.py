"""One rule for each action. Rules over notebooks are SQL conditions: list and page agree.

A rule over notebooks gives a ``Q``; a rule over other things judges plain facts that the room
hands over. ``docs/reference/permissions.md`` is made from the sentences here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Visibility

NONE = Q(pk__in=[])
ALL = ~NONE


@dataclass(frozen=True, slots=True)
class NotebookRule:
    """Which notebooks an actor may do the action to, in words and in SQL."""

    sentence: str
    scope: str
    condition: Callable[[Actor], Q]


@dataclass(frozen=True, slots=True)
class FactRule:
    """Whether an actor may do the action, given who owns the thing (None: nobody does)."""

    sentence: str
    scope: str
    allows: Callable[[Actor, int | None], bool]


def _readable(actor: Actor) -> Q:
    if actor.person_id is None:
        return NONE
    return Q(visibility=Visibility.EVERYONE) | Q(owner_id=actor.person_id)


def _owned(actor: Actor) -> Q:
    return NONE if actor.person_id is None else Q(owner_id=actor.person_id)


def _is_owner(actor: Actor, owner_id: int | None) -> bool:
    return actor.person_id is not None and actor.person_id == owner_id


def _is_person(actor: Actor, owner_id: int | None) -> bool:
    del owner_id
    return actor.person_id is not None


def _is_administrator(actor: Actor, owner_id: int | None) -> bool:
    del owner_id
    return actor.is_admin_mode


NOTEBOOK_RULES: dict[Action, NotebookRule] = {
    Action.NOTEBOOK_READ: NotebookRule(
        "It is shared with everyone, or it is yours.", "notebooks:read", _readable
    ),
    Action.NOTEBOOK_RUN: NotebookRule("You may read it.", "notebooks:read", _readable),
    Action.EXECUTION_REPORT: NotebookRule("You may read it.", "executions:write", _readable),
    Action.NOTEBOOK_EDIT: NotebookRule("It is yours.", "notebooks:write", _owned),
    Action.NOTEBOOK_REMOVE: NotebookRule("It is yours.", "notebooks:write", _owned),
}

FACT_RULES: dict[Action, FactRule] = {
    Action.NOTEBOOK_ADD: FactRule("You are signed in.", "notebooks:write", _is_person),
    Action.DRAFT_READ: FactRule("You brought it in.", "notebooks:write", _is_owner),
    Action.DRAFT_EDIT: FactRule("You brought it in.", "notebooks:write", _is_owner),
    Action.AUDIT_READ: FactRule("You are in admin mode.", "audit:read", _is_administrator),
}
