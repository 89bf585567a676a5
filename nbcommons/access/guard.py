"""The one door: who may see and do what. Every list and every single object goes through it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from django.db.models import (
    BooleanField,
    Exists,
    Expression,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
)

from nbcommons.access._granted import first_since_granted, number_at
from nbcommons.access.actions import Action
from nbcommons.access.rules import (
    ALL,
    FACT_RULES,
    NONE,
    NOTEBOOK_RULES,
    teams_of,
    without_hidden_labels,
)
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.notebooks.models import Notebook, NotebookShare, Revision, Visibility

__all__ = [
    "allows",
    "allows_for",
    "allows_whatever_its_state",
    "condition_for",
    "first_number_for",
    "notebooks_for",
    "powers_over",
    "require",
    "require_for",
    "revisions_for",
    "told_names",
]


def condition_for(actor: Actor, action: Action) -> Q:
    """The SQL condition on ``Notebook`` under which ``actor`` may do ``action``."""
    condition = _but_labels(actor, action)
    return condition if actor.sees_everything else condition & without_hidden_labels(actor)


def notebooks_for(
    actor: Actor, action: Action = Action.NOTEBOOK_READ, *, tell: Collection[Action] = ()
) -> QuerySet[Notebook]:
    """The notebooks to which ``actor`` may do ``action``; nothing is prefetched.

    One object is allowed when it survives this filter, so that a list and a page cannot
    disagree. Each comes with whether ``actor`` may do what ``tell`` names, and then
    ``powers_over`` asks no more.
    """
    rows = Notebook.objects.filter(condition_for(actor, action), current_revision__isnull=False)
    return rows.annotate(**_columns(actor, tell)) if tell else rows


def revisions_for(actor: Actor, notebook: Notebook) -> QuerySet[Revision]:
    """The versions of ``notebook`` that ``actor`` may read, newest first; none if it is hidden.

    Who may edit sees all. Others see back to the last time that it was hidden from them, by its
    visibility or because they did not hold its access labels yet.
    """
    first = first_number_for(actor, notebook)
    revisions = Revision.objects.filter(notebook=notebook).order_by("-number")
    return revisions.none() if first is None else revisions.filter(number__gte=first)


def first_number_for(actor: Actor, notebook: Notebook) -> int | None:
    """The first version number that ``actor`` may read, from 1; None if it is hidden."""
    if actor.sees_everything or allows(actor, Action.NOTEBOOK_EDIT, notebook):
        return 1 if allows(actor, Action.NOTEBOOK_READ, notebook) else None
    # Whether it is labelled is asked with whether it may be read: most notebooks are not.
    carried = Notebook.labels.through.objects.filter(notebook_id=OuterRef("pk"))
    readable = notebooks_for(actor).filter(pk=notebook.pk).order_by()
    is_labelled = readable.values_list(Exists(carried), flat=True).first()
    if is_labelled is None:
        return None
    first = _first_shared(actor, notebook)
    return max(first, first_since_granted(actor, notebook)) if is_labelled else first


def _first_shared(actor: Actor, notebook: Notebook) -> int:
    """The first version since it was last opened to the reader ``actor``, labels aside.

    What a team sees, somebody sees from the version on that was current when they came to it.
    """
    firsts: list[int] = []
    if notebook.owner_team_id is not None:
        by_team = (notebook.owner_team_id, notebook.team_history_from)
        firsts.extend(_since_joining(actor, notebook, [by_team]))
    if notebook.visibility == Visibility.SHARED:
        shares = NotebookShare.objects.filter(notebook=notebook)
        own = shares.filter(person_id=actor.person_id or 0).values_list(
            "history_from", flat=True
        )
        with_teams = shares.filter(team_id__in=teams_of(actor))
        by_teams = with_teams.values_list("team_id", "history_from")
        shared = [*own, *_since_joining(actor, notebook, by_teams)]
        firsts.extend(max(first, notebook.history_from) for first in shared)
    if notebook.visibility == Visibility.EVERYONE:
        firsts.append(notebook.history_from)
    return min(firsts, default=notebook.history_from)


def _since_joining(
    actor: Actor, notebook: Notebook, by_teams: Iterable[tuple[int | None, int]]
) -> Iterator[int]:
    """The first version by each team of ``actor``, of ``by_teams`` with what the team sees."""
    joined = dict(teams_of(actor).values_list("team_id", "created_at"))
    for team_id, first in by_teams:
        if team_id in joined:
            yield max(first, number_at(notebook, joined[team_id]))


def allows(actor: Actor, action: Action, notebook: Notebook) -> bool:
    """Whether ``actor`` may do ``action`` to ``notebook``, as the database has it now."""
    return notebooks_for(actor, action).filter(pk=notebook.pk).exists()


def allows_whatever_its_state(actor: Actor, action: Action, notebook: Notebook) -> bool:
    """Whether ``actor`` may do ``action`` to ``notebook`` but for its being in the bin or not.

    Only for saying why something is refused.
    """
    rule = NOTEBOOK_RULES[action]
    if not actor.has_scope(rule.scope):
        return False
    theirs = ALL if actor.sees_everything else rule.condition(actor)
    labels = ALL if actor.sees_everything else without_hidden_labels(actor)
    return Notebook.objects.filter(theirs & labels, pk=notebook.pk).exists()


def powers_over(
    actor: Actor, notebook: Notebook, actions: Collection[Action]
) -> frozenset[Action]:
    """Those of ``actions`` that ``actor`` may do to ``notebook``.

    One query for all, or none for a notebook that ``notebooks_for(actor, tell=actions)`` gave.
    """
    names = {action: _column_of(actor, action) for action in actions}
    may: Mapping[str, object] = vars(notebook)
    if not may.keys() >= set(names.values()):
        # The labels are asked for once: they narrow every rule alike.
        held = ALL if actor.sees_everything else without_hidden_labels(actor)
        rows = Notebook.objects.filter(held, pk=notebook.pk, current_revision__isnull=False)
        columns = _columns(actor, actions)
        row = rows.order_by().values_list(*columns.values()).first() or ()
        may = dict(zip(columns, row, strict=False))
    return frozenset(action for action, name in names.items() if may.get(name))


def told_names(one: Actor, other: Actor, actions: Collection[Action]) -> dict[str, str]:
    """By what names rows know whether ``one`` may do the actions, each with that for ``other``.

    Only for actors of one kind, of whom the same rules speak.
    """
    return {_column_of(one, action): _column_of(other, action) for action in actions}


def _columns(actor: Actor, actions: Collection[Action]) -> dict[str, Expression]:
    """Whether ``actor``, to whom no label hides the notebook, may; actions of one rule share."""
    firsts = {_column_of(actor, action): action for action in actions}
    return {
        name: ExpressionWrapper(_but_labels(actor, action), BooleanField())
        for name, action in firsts.items()
    }


def _column_of(actor: Actor, action: Action) -> str:
    """The same for actions of one rule; another for another actor, who must not inherit it."""
    rule = _rule_of(actor, action)
    first = next(other for other in NOTEBOOK_RULES if _rule_of(actor, other) == rule)
    return f"may_{first.name.lower()}_{'all' if actor.sees_everything else actor.person_id}"


def _rule_of(actor: Actor, action: Action) -> object:
    """The same for two actions that ``actor`` may do to the same notebooks."""
    rule = NOTEBOOK_RULES[action]
    return (None if actor.sees_everything else rule.condition, rule.always, rule.scope)


def _but_labels(actor: Actor, action: Action) -> Q:
    """The condition for ``action``, labels left out."""
    rule = NOTEBOOK_RULES[action]
    if not actor.has_scope(rule.scope):
        return NONE
    return rule.always if actor.sees_everything else rule.always & rule.condition(actor)


def require(actor: Actor, action: Action, notebook: Notebook) -> None:
    """Raises ``Denied`` unless ``actor`` may do ``action`` to ``notebook``."""
    if not allows(actor, action, notebook):
        raise Denied(
            "You may not do that with this notebook. Ask the person who looks after it."
        )


def require_for(actor: Actor, action: Action, *, owner_id: int | None = None) -> None:
    """Raises ``Denied`` unless ``actor`` may do this to a thing that ``owner_id`` owns."""
    if not allows_for(actor, action, owner_id=owner_id):
        raise Denied("You may not do that.")


def allows_for(actor: Actor, action: Action, *, owner_id: int | None = None) -> bool:
    """Whether ``actor`` may do this to a thing that ``owner_id`` owns."""
    rule = FACT_RULES[action]
    allowed: Callable[[Actor, int | None], bool] = rule.allows
    return actor.is_system or (actor.has_scope(rule.scope) and allowed(actor, owner_id))
