"""Giving a star and taking it back; done twice, it is as done once."""

from datetime import datetime

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.collaboration.events import StarGiven, StarTakenBack
from nbcommons.collaboration.models import Star
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.notebooks.models import Notebook


@transaction.atomic
def give_star(actor: Actor, notebook: Notebook, *, at: datetime) -> bool:
    """Have ``notebook`` among those that ``actor`` starred; returns whether it is new there.

    Raises ``Denied``.
    """
    person_id = _person_of(actor, notebook)
    # Of two clicks at once the database lets one make the star, and the other find it.
    _, is_new = Star.objects.get_or_create(
        notebook=notebook, person_id=person_id, defaults={"given_at": at}
    )
    if is_new:
        events.publish(StarGiven(actor_id=person_id, notebook_id=notebook.pk))
    return is_new


@transaction.atomic
def take_star_back(actor: Actor, notebook: Notebook, *, at: datetime) -> bool:
    """Have it there no more; returns whether it was. Raises ``Denied``."""
    del at  # nothing keeps it
    person_id = _person_of(actor, notebook)
    taken, _ = Star.objects.filter(notebook=notebook, person_id=person_id).delete()
    if not taken:
        return False
    events.publish(StarTakenBack(actor_id=person_id, notebook_id=notebook.pk))
    return True


def _person_of(actor: Actor, notebook: Notebook) -> int:
    guard.require(actor, Action.STAR_GIVE, notebook)
    if actor.person_id is None:
        raise Denied("Sign in to star a notebook.")
    return actor.person_id
