"""What can be done to access labels: make, describe, grant, withdraw, take from claims, sweep."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.core.rows import locked_row
from nbcommons.core.signs import one_line, several_lines
from nbcommons.people.errors import NameTaken
from nbcommons.people.events import LabelChanged, LabelGranted, LabelWithdrawn
from nbcommons.people.models import Label, LabelHolding, Person
from nbcommons.people.operations._rights import require_administrator

Source = LabelHolding.Source
_TAKEN_AWAY = "The access label has been taken away in the meantime."


class LabelInUse(CommonsError):
    """Notebooks carry the label: taking it away would open them."""


class EndsBeforeItBegins(CommonsError):
    """A grant would end in the past."""


@transaction.atomic
def create_label(
    actor: Actor, *, name: str, description: str = "", claim_name: str = "", at: datetime
) -> Label:
    """Make an access label, held by nobody yet. Raises ``Denied`` or ``NameTaken``.

    ``claim_name`` is what the identity provider calls it, empty if it never comes from there.
    """
    require_administrator(actor)
    label = Label(created_at=at)
    _write(label, name, description, claim_name)
    _announce(actor, label, "made")
    return label


@transaction.atomic
def describe_label(
    actor: Actor, label: Label, *, name: str, description: str, claim_name: str
) -> None:
    """Change how a label is called and what it says. Raises ``Denied`` or ``NameTaken``.

    A ``claim_name`` taken away ends at once what people hold by it.
    """
    require_administrator(actor)
    locked_row(Label, label.pk, gone=_TAKEN_AWAY)
    old_claim = label.claim_name
    _write(label, name, description, claim_name)
    if label.claim_name != old_claim:
        for holding in LabelHolding.objects.filter(label=label, source=Source.CLAIM):
            _end(actor.person_id, holding, reason="no longer mapped")
    _announce(actor, label, "described")


@transaction.atomic
def delete_label(actor: Actor, label: Label) -> None:
    """Take a label away, and from everybody who holds it. Raises ``Denied``.

    Raises ``LabelInUse`` while a notebook carries it, in the bin too.
    """
    require_administrator(actor)
    # Locked, so that nobody puts it on a notebook between the look and the end.
    locked = locked_row(Label, label.pk, gone=_TAKEN_AWAY)
    count = locked.notebooks.count()
    if count:
        words = "1 notebook carries" if count == 1 else f"{count:,} notebooks carry"
        raise LabelInUse(f"{words} it (those in the bin count). Take it off them first.")
    _announce(actor, locked, "taken away")
    locked.delete()


@transaction.atomic
def grant_label(
    actor: Actor,
    label: Label,
    person: Person,
    *,
    expires_at: datetime | None = None,
    at: datetime,
) -> LabelHolding:
    """Let ``person`` hold ``label`` until ``expires_at``; None: until it is withdrawn.

    Granted again, the new end replaces the old. Raises ``Denied`` or ``EndsBeforeItBegins``.
    """
    require_administrator(actor)
    if expires_at is not None and expires_at <= at:
        raise EndsBeforeItBegins("The last day must lie in the future.")
    locked_row(Label, label.pk, gone=_TAKEN_AWAY)
    return _hold(
        actor.person_id,
        label,
        person,
        source=Source.ADMINISTRATOR,
        expires_at=expires_at,
        at=at,
    )


@transaction.atomic
def withdraw_label(
    actor: Actor, label: Label, person: Person, *, source: str = Source.ADMINISTRATOR
) -> bool:
    """End what ``person`` holds of ``label`` from ``source``; False if that was nothing.

    What comes from a claim comes back at the next sign-in while the claim still says so. Raises
    ``Denied``.
    """
    require_administrator(actor)
    holding = LabelHolding.objects.filter(label=label, person=person, source=source).first()
    if holding is None:
        return False
    _end(actor.person_id, holding, reason="withdrawn")
    return True


@transaction.atomic
def hold_labels_from_claims(
    person: Person,
    names: Collection[str],
    *,
    expires_at: datetime | None = None,
    at: datetime,
) -> None:
    """Let ``person`` hold the labels that their sign-in named, and no others by claim.

    ``names`` are what the identity provider calls them (``Label.claim_name``); unknown ones are
    passed over. Grants of administrators stay. Unguarded: for the code that has just verified a
    sign-in.
    """
    labels = Label.objects.filter(claim_name__in=set(names) - {""})
    wanted = {label.pk: label for label in labels}
    # Locked, so that two sign-ins at once leave what the later one said.
    Person.objects.select_for_update().only("pk").get(pk=person.pk)
    held = LabelHolding.objects.filter(person=person, source=Source.CLAIM)
    for holding in held:
        if holding.label_id not in wanted:
            _end(None, holding, reason="no longer in the claim")
            continue
        del wanted[holding.label_id]
        # Said again at every sign-in: only the end moves on, and nothing new became true.
        if holding.expires_at != expires_at:
            holding.expires_at = expires_at
            holding.save(update_fields=["expires_at"])
    for label in wanted.values():
        _hold(None, label, person, source=Source.CLAIM, expires_at=expires_at, at=at)


def forget_expired_holdings(actor: Actor, *, at: datetime) -> int:
    """Delete the holdings that have ended, which count no more anyway; returns how many.

    Raises ``Denied`` unless the system asks.
    """
    if not actor.is_system:
        raise Denied("Only the system does this.")
    expired = LabelHolding.objects.filter(expires_at__lte=at)
    ended = 0
    for holding in expired.iterator(chunk_size=500):
        with transaction.atomic():
            _end(None, holding, reason="its time was over")
        ended += 1
    return ended


def _hold(
    actor_id: int | None,
    label: Label,
    person: Person,
    *,
    source: str,
    expires_at: datetime | None,
    at: datetime,
) -> LabelHolding:
    held = LabelHolding.objects.filter(label=label, person=person, source=source).first()
    # Granted again while it is held, it was held all the time: older versions stay to be seen.
    is_held = held is not None and (held.expires_at is None or held.expires_at > at)
    since = held.granted_at if held is not None and is_held else at
    holding, _ = LabelHolding.objects.update_or_create(
        label=label,
        person=person,
        source=source,
        defaults={"granted_by_id": actor_id, "granted_at": since, "expires_at": expires_at},
    )
    events.publish(
        LabelGranted(
            actor_id=actor_id,
            person_id=person.pk,
            label_id=label.pk,
            source=str(source),
            expires_at=expires_at.isoformat() if expires_at else None,
        )
    )
    return holding


def _end(actor_id: int | None, holding: LabelHolding, *, reason: str) -> None:
    events.publish(
        LabelWithdrawn(
            actor_id=actor_id,
            person_id=holding.person_id,
            label_id=holding.label_id,
            source=holding.source,
            reason=reason,
        )
    )
    holding.delete()


def _write(label: Label, name: str, description: str, claim_name: str) -> None:
    label.name = one_line(name)
    label.description = several_lines(description)
    label.claim_name = claim_name.strip()
    if not label.name:
        raise NameTaken("An access label needs a name.")
    if not label.slug:
        label.slug = _free_slug(label.name)
    try:
        with transaction.atomic():
            label.save()
    except IntegrityError as error:
        raise NameTaken(
            "There is an access label with this name, or with this name at your identity "
            "provider, already."
        ) from error


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:50] or "label"
    taken = set(Label.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _announce(actor: Actor, label: Label, change: str) -> None:
    events.publish(
        LabelChanged(
            actor_id=actor.person_id, label_id=label.pk, change=change, name=label.name
        )
    )
