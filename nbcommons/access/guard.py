"""The one door: who may see and do what. Every list and every single object goes through it."""

from collections.abc import Callable

from django.db.models import Q, QuerySet

from nbcommons.access.actions import Action
from nbcommons.access.rules import ALL, FACT_RULES, NONE, NOTEBOOK_RULES
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.notebooks.models import Notebook

__all__ = ["allows", "condition_for", "notebooks_for", "require", "require_for"]


def condition_for(actor: Actor, action: Action) -> Q:
    """The SQL condition on ``Notebook`` under which ``actor`` may do ``action``."""
    rule = NOTEBOOK_RULES[action]
    if not actor.has_scope(rule.scope):
        return NONE
    if actor.sees_everything:
        return ALL
    return rule.condition(actor)


def notebooks_for(actor: Actor, action: Action = Action.NOTEBOOK_READ) -> QuerySet[Notebook]:
    """The notebooks to which ``actor`` may do ``action``; nothing is prefetched.

    One object is allowed when it survives this filter, so that a list and a page cannot
    disagree.
    """
    return Notebook.objects.filter(condition_for(actor, action), current_revision__isnull=False)


def allows(actor: Actor, action: Action, notebook: Notebook) -> bool:
    """Whether ``actor`` may do ``action`` to ``notebook``, as the database has it now."""
    return notebooks_for(actor, action).filter(pk=notebook.pk).exists()


def require(actor: Actor, action: Action, notebook: Notebook) -> None:
    """Raises ``Denied`` unless ``actor`` may do ``action`` to ``notebook``."""
    if not allows(actor, action, notebook):
        raise Denied(
            "You may not do that with this notebook. Ask the person who looks after it."
        )


def require_for(actor: Actor, action: Action, *, owner_id: int | None = None) -> None:
    """Raises ``Denied`` unless ``actor`` may do this to a thing that ``owner_id`` owns."""
    rule = FACT_RULES[action]
    allowed: Callable[[Actor, int | None], bool] = rule.allows
    if actor.is_system:
        return
    if not actor.has_scope(rule.scope) or not allowed(actor, owner_id):
        raise Denied("You may not do that.")
