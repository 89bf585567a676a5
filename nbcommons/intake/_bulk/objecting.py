"""What the rules of an organisation, installed as plugins, say against notebooks of an import."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import orjson
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.text import slugify

from nbcommons.access import guard
from nbcommons.core import plugins
from nbcommons.core.actor import Actor
from nbcommons.core.plugins import Candidate
from nbcommons.intake._bulk.deciding import Outcome, Plan
from nbcommons.intake._bulk.orders import Orders
from nbcommons.notebooks.models import Visibility
from nbcommons.notebooks.packing import unpack
from nbcommons.people.models import Label


def without_objections(actor: Actor, plans: Sequence[Plan], orders: Orders) -> list[Plan]:
    """``plans``; those against which something speaks are left out, and say so."""
    if not any(plugin.validators for plugin in plugins.active()):
        return list(plans)
    return [_judged(actor, plan, orders) for plan in plans]


def _judged(actor: Actor, plan: Plan, orders: Orders) -> Plan:
    if plan.outcome not in {Outcome.NEW, Outcome.VERSION}:
        return plan
    against = plugins.objections(_candidate(actor, plan, orders))
    if not against:
        return plan
    return replace(plan, outcome=Outcome.LEFT_OUT, versions=(), reason=" ".join(against))


def _candidate(actor: Actor, plan: Plan, orders: Orders) -> Candidate:
    read = plan.gathered.current
    document = orjson.loads(unpack(read.content))
    about, proposed = plan.gathered.item.about, read.proposed
    if plan.known is not None:
        here = guard.notebooks_for(actor).get(pk=plan.known.notebook_id)
        return Candidate(
            document=document,
            title=here.title,
            purpose=here.purpose,
            category=here.category,
            language=here.language,
            visibility=here.visibility,
            tags=tuple(here.tags.order_by("name").values_list("name", flat=True)),
            labels=tuple(here.labels.order_by("slug").values_list("slug", flat=True)),
        )
    return Candidate(
        document=document,
        title=about.title or proposed.title,
        purpose=proposed.purpose if about.purpose is None else about.purpose,
        category=about.category or proposed.category,
        language=about.language or proposed.language,
        visibility=(
            Visibility.PRIVATE if plan.is_private else about.visibility or orders.visibility
        ),
        tags=proposed.tags if about.tags is None else about.tags,
        labels=_slugs(about.labels, orders.label_ids),
    )


def _slugs(names: Iterable[str], label_ids: Iterable[int]) -> tuple[str, ...]:
    """Slugs of labels, those that are to be made included."""
    wanted = {name.lower(): name for name in names}
    labels = Label.objects.annotate(key=Lower("name"))
    found = labels.filter(Q(pk__in=list(label_ids)) | Q(key__in=wanted))
    here = dict(found.values_list("key", "slug"))
    new = (slugify(name) for key, name in wanted.items() if key not in here)
    return tuple(sorted({*here.values(), *new}))
