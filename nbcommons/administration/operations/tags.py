"""What administrators do to tags: rename, merge, take away, restrict."""

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.administration.events import TagChanged, TagRestricted
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.core.rows import locked_row
from nbcommons.notebooks.models import Notebook, Tag
from nbcommons.notebooks.tags import tidy_tags

_TAKEN_AWAY = "The tag has been taken away in the meantime."


class TagTaken(CommonsError):
    """There is a tag of this name already."""


class NoTagName(CommonsError):
    """What was written is no name of a tag."""


@transaction.atomic
def rename_tag(actor: Actor, tag: Tag, name: str, *, may_merge: bool = False) -> Tag:
    """Call ``tag`` otherwise; returns the tag that the notebooks have then.

    Where there is a tag of that name, the two become that one if ``may_merge``; it keeps its own
    restriction. Raises ``Denied``, ``NoTagName`` or ``TagTaken``.
    """
    guard.require_for(actor, Action.SITE_ADMINISTER)
    tidy = tidy_tags([name])
    if not tidy:
        raise NoTagName("Write a name for the tag.")
    locked = locked_row(Tag, tag.pk, gone=_TAKEN_AWAY)
    old_name = locked.name
    if tidy[0] == old_name:
        return locked
    other = Tag.objects.select_for_update().filter(name=tidy[0]).first()
    if other is None:
        locked.name = tidy[0]
        locked.save(update_fields=["name"])
        _announce(actor, locked.pk, "renamed", old_name, tidy[0])
        return locked
    if not may_merge:
        raise TagTaken(f"There is a tag “{tidy[0]}” already. Tick that the two may become one.")
    _merge(locked, into=other)
    _announce(actor, tag.pk, "merged", old_name, other.name)
    return other


@transaction.atomic
def delete_tag(actor: Actor, tag: Tag) -> int:
    """Take ``tag`` off all notebooks; returns how many had it. Raises ``Denied``."""
    guard.require_for(actor, Action.SITE_ADMINISTER)
    locked = locked_row(Tag, tag.pk, gone=_TAKEN_AWAY)
    tag_id, name, count = locked.pk, locked.name, locked.notebooks.count()
    locked.delete()
    _announce(actor, tag_id, "taken away", name, "")
    return count


@transaction.atomic
def restrict_tag(actor: Actor, tag: Tag, *, is_restricted: bool) -> None:
    """Leave ``tag`` to administrators, or to everybody again. Raises ``Denied``."""
    guard.require_for(actor, Action.SITE_ADMINISTER)
    locked_row(Tag, tag.pk, gone=_TAKEN_AWAY)
    tag.is_restricted = is_restricted
    tag.save(update_fields=["is_restricted"])
    events.publish(
        TagRestricted(
            actor_id=actor.person_id, tag_id=tag.pk, name=tag.name, is_restricted=is_restricted
        )
    )


@transaction.atomic
def add_restricted_tag(actor: Actor, name: str) -> Tag:
    """Keep the name of a tag for administrators before anybody uses it.

    Raises ``Denied`` or ``NoTagName``.
    """
    guard.require_for(actor, Action.SITE_ADMINISTER)
    tidy = tidy_tags([name])
    if not tidy:
        raise NoTagName("Write a name for the tag.")
    tag, _ = Tag.objects.get_or_create(name=tidy[0])
    restrict_tag(actor, tag, is_restricted=True)
    return tag


def _merge(tag: Tag, *, into: Tag) -> None:
    links = Notebook.tags.through
    having = links.objects.filter(tag_id=tag.pk).values_list("notebook_id", flat=True)
    links.objects.bulk_create(
        (links(notebook_id=notebook_id, tag_id=into.pk) for notebook_id in having),
        ignore_conflicts=True,
        batch_size=2_000,
    )
    tag.delete()


def _announce(actor: Actor, tag_id: int, change: str, old_name: str, new_name: str) -> None:
    events.publish(
        TagChanged(
            actor_id=actor.person_id,
            tag_id=tag_id,
            change=change,
            old_name=old_name,
            new_name=new_name,
        )
    )
