"""Notebooks of an import that may hold a secret: nobody else reads them before a person decides."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.intake._bulk.deciding import Outcome, Plan
from nbcommons.intake._bulk.items import Kind
from nbcommons.intake._bulk.orders import Orders
from nbcommons.intake._cleaning import secrets_in
from nbcommons.notebooks.models import Visibility
from nbcommons.notebooks.queries import document_of
from nbcommons.notebooks.secrets.findings import secrets_in_texts

CAME_IN_PRIVATE = (
    "Private to whom it belongs, since it may hold a password or key. They look at it, publish a "
    "version without it or find that it is none, and share it on its page."
)
NOT_DECIDED = (
    "The notebook is shared here, and this version may hold something secret: {found}. Take it "
    "out where it comes from, or publish the version as a file, which asks what to do about it."
)


def with_secrets_held_back(actor: Actor, plans: Sequence[Plan], orders: Orders) -> list[Plan]:
    """``plans``; what is new and may hold a secret comes in private.

    A version of a shared notebook is left out, unless what it may hold is in the current one; that
    of a private one makes its owner be asked before they share it. What comes from another commons
    was decided about there, or says that it was not.
    """
    if orders.kind is Kind.COMMONS:
        return [
            replace(plan, is_private=True, notes=(*plan.notes, CAME_IN_PRIVATE))
            if plan.outcome is Outcome.NEW and plan.gathered.item.about.has_undecided_secrets
            else plan
            for plan in plans
        ]
    return [_held_back(actor, plan) for plan in plans]


def _held_back(actor: Actor, plan: Plan) -> Plan:
    if plan.outcome is Outcome.NEW and (_keys_of(plan) or _said(plan)):
        return replace(plan, is_private=True, notes=(*plan.notes, CAME_IN_PRIVATE))
    if plan.outcome is not Outcome.VERSION or plan.known is None:
        return plan
    is_said = _is_secret(version.said.message for version in plan.versions)
    if not _keys_of(plan) and not is_said:
        return plan
    here = guard.notebooks_for(actor).select_related("current_revision")
    notebook = here.get(pk=plan.known.notebook_id)
    current = notebook.current_revision
    if notebook.visibility == Visibility.PRIVATE or current is None:
        return replace(plan, is_private=True)
    if not is_said and _keys_of(plan) <= {
        finding.key for finding in secrets_in(document_of(current))
    }:
        return plan
    found = "; ".join(dict.fromkeys(one for v in plan.versions for one in v.read.secrets))
    found = found or "in what is said of it"
    reason = NOT_DECIDED.format(found=found)
    return replace(plan, outcome=Outcome.LEFT_OUT, versions=(), reason=reason)


def _keys_of(plan: Plan) -> set[str]:
    return {key for version in plan.versions for key in version.read.secret_keys}


def _said(plan: Plan) -> bool:
    """Whether what its source says about it may hold a secret."""
    about = plan.gathered.item.about
    messages = (version.said.message for version in plan.versions)
    return _is_secret((about.title, about.purpose, *(about.tags or ()), *messages))


def _is_secret(texts: Iterable[str | None]) -> bool:
    return any(not finding.kind.is_hint for finding in secrets_in_texts(_named(texts)))


def _named(texts: Iterable[str | None]) -> dict[str, str]:
    return {str(place): text for place, text in enumerate(texts) if text}
