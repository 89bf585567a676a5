"""Facts: what became true is announced here, and ``config/wiring.py`` says who hears it.

``publish`` runs inside the transaction that made the fact true: inline listeners see it, and
jobs are inserted on the same connection, so they commit or vanish with the fact.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction

from nbcommons.core.jobs import Job

_Fact = Any  # any frozen dataclass; checked by tests/architecture


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears a fact: functions called at once, then jobs that get its fields as keywords."""

    inline: tuple[Callable[[_Fact], None], ...] = ()
    jobs: tuple[Job, ...] = ()


class NotInTransaction(RuntimeError):
    """A fact was published outside a transaction, so it could be announced and then undone."""


class UnknownFact(RuntimeError):
    """A fact was published that ``config/wiring.py`` does not list."""


_wiring: dict[type, Listeners] = {}


def connect(wiring: Mapping[type, Listeners]) -> None:
    """Install the wiring of the site; called once, when the apps are ready."""
    _wiring.clear()
    _wiring.update(wiring)


def publish(fact: _Fact) -> None:
    """Announce ``fact`` (a frozen dataclass whose fields are JSON values).

    Raises ``NotInTransaction`` outside a transaction and ``UnknownFact`` when the wiring does
    not
    list it: a fact that nobody hears is listed with empty ``Listeners()``.
    """
    listeners = _listeners_of(type(fact))
    for listener in listeners.inline:
        listener(fact)
    for job in listeners.jobs:
        job.defer(**_payload(fact))


def publish_many(facts: Sequence[_Fact]) -> None:
    """Announce facts of one kind, as ``publish`` does each, with as few jobs as will do."""
    if not facts:
        return
    listeners = _listeners_of(type(facts[0]))
    for listener in listeners.inline:
        for fact in facts:
            listener(fact)
    payloads = [_payload(fact) for fact in facts]
    for job in listeners.jobs:
        job.defer_many(payloads)


def _listeners_of(kind: type) -> Listeners:
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(kind.__name__)
    try:
        return _wiring[kind]
    except KeyError:
        raise UnknownFact(kind.__name__) from None


def _payload(fact: _Fact) -> dict[str, Any]:
    return {field.name: getattr(fact, field.name) for field in fields(fact)}
