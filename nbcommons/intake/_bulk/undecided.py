"""Notebooks of an import that may hold a secret: nobody else reads them before a person decides."""

from collections.abc import Mapping, Sequence
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
    messages = _in_messages(plan)
    if plan.outcome is Outcome.NEW:
        in_words = (*_in_description(plan), *messages)
        if not in_words and not _keys_of(plan):
            return plan
        notes = (*plan.notes, CAME_IN_PRIVATE)
        return replace(plan, is_private=True, in_words=in_words, notes=notes)
    if plan.outcome is Outcome.VERSION and (messages or _keys_of(plan)):
        return _version_held_back(actor, plan, messages)
    return plan


def _version_held_back(actor: Actor, plan: Plan, messages: tuple[str, ...]) -> Plan:
    if plan.known is None:
        return plan
    here = guard.notebooks_for(actor).select_related("current_revision")
    notebook = here.get(pk=plan.known.notebook_id)
    current = notebook.current_revision
    if notebook.visibility == Visibility.PRIVATE or current is None:
        return replace(plan, is_private=True, in_words=messages)
    if not messages and _keys_of(plan) <= {
        finding.key for finding in secrets_in(document_of(current))
    }:
        return plan
    in_cells = [one for version in plan.versions for one in version.read.secrets]
    found = "; ".join(dict.fromkeys((*in_cells, *messages)))
    reason = NOT_DECIDED.format(found=found)
    return replace(plan, outcome=Outcome.LEFT_OUT, versions=(), reason=reason)


def _keys_of(plan: Plan) -> set[str]:
    return {key for version in plan.versions for key in version.read.secret_keys}


def _in_description(plan: Plan) -> tuple[str, ...]:
    """What may be a secret in the words that become those of the notebook's page."""
    about = plan.gathered.item.about
    tags = " ".join(about.tags or ())
    return _told({"title": about.title, "description": about.purpose, "tags": tags})


def _in_messages(plan: Plan) -> tuple[str, ...]:
    """What may be a secret in what is said of the versions to be written."""
    messages = [version.said.message for version in plan.versions]
    return _told({f"message of version {n}": text for n, text in enumerate(messages, 1)})


def _told(texts: Mapping[str, str | None]) -> tuple[str, ...]:
    """Where it is and what it may be, never what it says."""
    found = secrets_in_texts({name: text for name, text in texts.items() if text})
    return tuple(
        f"{place.field}: {finding.kind.words}"
        for finding in found
        if not finding.kind.is_hint
        for place in finding.places
    )
