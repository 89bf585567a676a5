"""Changing which tags are proposed."""

from collections.abc import Iterable

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.intake.errors import Incomplete
from nbcommons.intake.events import TagRuleChanged
from nbcommons.intake.models import TagRule
from nbcommons.notebooks.tags import MOST_TAGS, tidy_tags

PATTERN_LENGTH = 100


@transaction.atomic
def change_tag_rule(actor: Actor, *, kind: str, pattern: str, tags: Iterable[str]) -> None:
    """Propose ``tags``, and no others, for a library or a word; none at all without tags.

    kind: ``import`` or ``word``. Raises ``Denied`` for all but administrators in admin mode and
    the system, and ``Incomplete`` without a pattern.
    """
    guard.require_for(actor, Action.SITE_ADMINISTER)
    named = " ".join(pattern.split())[:PATTERN_LENGTH]
    named = named.lower() if kind == TagRule.Kind.WORD else named
    if not named or kind not in TagRule.Kind.values:
        raise Incomplete("Name a library, or a word of titles and headings.")
    TagRule.objects.update_or_create(
        kind=kind, pattern=named, defaults={"tags": list(tidy_tags(tags)[:MOST_TAGS])}
    )
    events.publish(TagRuleChanged(actor_id=actor.person_id, pattern=named))


@transaction.atomic
def restore_tag_rule(actor: Actor, *, kind: str, pattern: str) -> None:
    """Go back to the rule as the commons ships with it, or to none. Raises ``Denied``."""
    guard.require_for(actor, Action.SITE_ADMINISTER)
    if TagRule.objects.filter(kind=kind, pattern=pattern).delete()[0]:
        events.publish(TagRuleChanged(actor_id=actor.person_id, pattern=pattern))
