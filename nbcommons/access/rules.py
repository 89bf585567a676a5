"""One rule for each action. Rules over notebooks are SQL conditions: list and page agree.

A rule over notebooks gives a ``Q``; a rule over other things judges plain facts that the room
hands over. ``docs/reference/permissions.md`` is made from the sentences here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from nbcommons.access._condition import Condition
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Visibility
from nbcommons.people.models import Label, LabelHolding, Membership

NONE = Q(pk__in=[])
ALL = ~NONE

Role = Membership.Role
_EDITING_ROLES = (Role.OWNER, Role.EDITOR)
_OWNING_ROLES = (Role.OWNER,)


# Of the labels that it carries there is none of which no holding is found.
_WITHOUT_HIDDEN_LABELS = """NOT EXISTS (
    SELECT 1 FROM notebooks_notebook_labels carried
    WHERE carried.notebook_id = {pk} AND NOT EXISTS (
        SELECT 1 FROM people_labelholding held
        WHERE held.label_id = carried.label_id AND held.person_id = %s
          AND (held.expires_at IS NULL OR held.expires_at > statement_timestamp())))"""
_LOOKED_AFTER = """({owner_id} = %s OR {owner_team_id} IN (
    SELECT mine.team_id FROM people_membership mine
    WHERE mine.person_id = %s AND mine.role = ANY(%s)))"""
_IN_TEAM = """{owner_team_id} IN (
    SELECT mine.team_id FROM people_membership mine WHERE mine.person_id = %s)"""
# Two questions: each has an index to answer it, "the one or the other" has none.
_NAMED = """(EXISTS (
        SELECT 1 FROM notebooks_notebookshare share
        WHERE share.notebook_id = {pk} AND share.person_id = %s AND share.may_edit = ANY(%s))
    OR EXISTS (
        SELECT 1 FROM notebooks_notebookshare share
        WHERE share.notebook_id = {pk} AND share.may_edit = ANY(%s) AND share.team_id IN (
            SELECT mine.team_id FROM people_membership mine WHERE mine.person_id = %s)))"""

_NOT_IN_BIN = Q(deleted_at__isnull=True)


@dataclass(frozen=True, slots=True)
class NotebookRule:
    """Which notebooks an actor may do the action to, in words and in SQL.

    ``always`` binds everybody, administrators and the system too. The labels of a notebook narrow
    every rule and stand in no sentence of their own.
    """

    sentence: str
    scope: str
    condition: Callable[[Actor], Q]
    always: Q = _NOT_IN_BIN


@dataclass(frozen=True, slots=True)
class FactRule:
    """Whether an actor may do the action, given who owns the thing (None: nobody does)."""

    sentence: str
    scope: str
    allows: Callable[[Actor, int | None], bool]


def held_labels(actor: Actor) -> QuerySet[Label]:
    """The access labels that ``actor`` holds now."""
    mine = lasting_holdings().filter(person_id=_key(actor), label_id=OuterRef("pk"))
    return Label.objects.filter(Exists(mine))


def without_hidden_labels(actor: Actor) -> Q:
    """That ``actor`` holds every label of the notebook."""
    return Q(Condition(_WITHOUT_HIDDEN_LABELS, (_key(actor),)))


def lasting_holdings() -> QuerySet[LabelHolding]:
    """The holdings of labels that count now."""
    return LabelHolding.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))


def _key(actor: Actor) -> int:
    # No record has the key 0: nobody and the system are in no team and hold no label.
    return actor.person_id or 0


def teams_of(
    actor: Actor, roles: tuple[Role, ...] | None = None
) -> QuerySet[Membership, dict[str, int]]:
    """The keys of the actor's teams, all or those where they have one of ``roles``."""
    memberships = Membership.objects.filter(person_id=_key(actor))
    if roles is not None:
        memberships = memberships.filter(role__in=roles)
    return memberships.values("team_id")  # type: ignore[return-value] # a typed dictionary


def _is_named(actor: Actor, *, may_edit: list[bool]) -> Q:
    key = actor.person_id
    return Q(Condition(_NAMED, (key, may_edit, may_edit, key)))


def _readable(actor: Actor) -> Q:
    everyone = Q(visibility=Visibility.EVERYONE)
    if actor.person_id is None:
        return everyone if settings.NBCOMMONS_ANONYMOUS_READING else NONE
    shared = Q(visibility=Visibility.SHARED) & _is_named(actor, may_edit=[True, False])
    mine = Q(owner_id=actor.person_id) | Q(Condition(_IN_TEAM, (actor.person_id,)))
    return everyone | mine | shared


def _readable_by_person(actor: Actor) -> Q:
    return NONE if actor.person_id is None else _readable(actor)


def _editable(actor: Actor) -> Q:
    if actor.person_id is None:
        return NONE
    # An editor of a notebook that was made private again has lost it for now.
    named = ~Q(visibility=Visibility.PRIVATE) & _is_named(actor, may_edit=[True])
    return _looked_after(actor, _EDITING_ROLES) | named


def _shareable(actor: Actor) -> Q:
    return _looked_after(actor, _EDITING_ROLES)


def _owned(actor: Actor) -> Q:
    return _looked_after(actor, _OWNING_ROLES)


def _looked_after(actor: Actor, roles: tuple[Role, ...]) -> Q:
    if actor.person_id is None:
        return NONE
    return Q(Condition(_LOOKED_AFTER, (actor.person_id, actor.person_id, list(roles))))


def _is_owner(actor: Actor, owner_id: int | None) -> bool:
    return actor.person_id is not None and actor.person_id == owner_id


def _is_person(actor: Actor, owner_id: int | None) -> bool:
    del owner_id
    return actor.person_id is not None


def _is_owner_or_administrator(actor: Actor, owner_id: int | None) -> bool:
    return _is_owner(actor, owner_id) or actor.is_admin_mode


def _is_administrator(actor: Actor, owner_id: int | None) -> bool:
    del owner_id
    return actor.is_admin_mode


_READ = (
    "It is shared with everyone; or with you or a team of yours by name; or it is yours or a "
    "team's of yours."
)
_OWN = "It is yours, or a team's in which you are an owner"

NOTEBOOK_RULES: dict[Action, NotebookRule] = {
    Action.NOTEBOOK_READ: NotebookRule(_READ, "notebooks:read", _readable),
    Action.NOTEBOOK_RUN: NotebookRule(
        "You are signed in and may read it, and it is not frozen.",
        "notebooks:read",
        _readable_by_person,
        always=_NOT_IN_BIN & Q(is_frozen=False),
    ),
    Action.EXECUTION_REPORT: NotebookRule(
        "You are signed in and may read it.", "executions:write", _readable_by_person
    ),
    Action.NOTEBOOK_EDIT: NotebookRule(
        f"{_OWN} or editor; or it is not private, and you or a team of yours may edit it by "
        "name.",
        "notebooks:write",
        _editable,
    ),
    Action.NOTEBOOK_SHARE: NotebookRule(f"{_OWN} or editor.", "notebooks:write", _shareable),
    Action.NOTEBOOK_REMOVE: NotebookRule(f"{_OWN}.", "notebooks:write", _owned),
    Action.NOTEBOOK_TRANSFER: NotebookRule(f"{_OWN}.", "notebooks:write", _owned),
    Action.NOTEBOOK_RESTORE: NotebookRule(
        f"It is in the bin. {_OWN}.", "notebooks:write", _owned, always=~_NOT_IN_BIN
    ),
    Action.STAR_GIVE: NotebookRule(
        "You are signed in and may read the notebook; stars are your own.",
        "notebooks:write",
        _readable_by_person,
    ),
    Action.CHANGE_SUGGEST: NotebookRule(
        "You are signed in and may run the notebook.",
        "notebooks:write",
        _readable_by_person,
        always=_NOT_IN_BIN & Q(is_frozen=False),
    ),
    # What others suggested. One's own is seen by whoever may still read the notebook.
    Action.CHANGE_READ: NotebookRule(
        "You may edit the notebook; or you suggested it and may read the notebook. What was "
        "withdrawn is shown to whoever suggested it alone.",
        "notebooks:read",
        _editable,
    ),
    Action.CHANGE_DECIDE: NotebookRule(
        "You may edit the notebook.", "notebooks:write", _editable
    ),
}

FACT_RULES: dict[Action, FactRule] = {
    Action.NOTEBOOK_ADD: FactRule("You are signed in.", "notebooks:write", _is_person),
    Action.DRAFT_READ: FactRule("You brought it in.", "notebooks:write", _is_owner),
    Action.DRAFT_EDIT: FactRule("You brought it in.", "notebooks:write", _is_owner),
    Action.CHANGE_WITHDRAW: FactRule("You suggested it.", "notebooks:write", _is_owner),
    Action.OFFER_ANSWER: FactRule(
        "It was made to you, or to a team in which you are an owner.",
        "notebooks:write",
        _is_owner,
    ),
    Action.OWNERS_CHANGE: FactRule(
        "You are in admin mode.", "notebooks:write", _is_administrator
    ),
    Action.SEARCH_SAVE: FactRule(
        "You are signed in; searches and feeds are your own.", "notebooks:write", _is_person
    ),
    Action.NOTEBOOK_WANT: FactRule("You are signed in.", "notebooks:write", _is_person),
    Action.WISH_WITHDRAW: FactRule(
        "You asked for it, or you are in admin mode.",
        "notebooks:write",
        _is_owner_or_administrator,
    ),
    Action.AUDIT_READ: FactRule("You are in admin mode.", "audit:read", _is_administrator),
    Action.SITE_ADMINISTER: FactRule(
        "You are in admin mode.", "site:administer", _is_administrator
    ),
}
