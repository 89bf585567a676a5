"""Saying who may see a notebook, who may edit it, and which access labels it carries."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from nbcommons.access.actions import Action
from nbcommons.access.holding import held
from nbcommons.access.rules import held_labels
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.stamps import changed_since
from nbcommons.curation._secrets import require_decided
from nbcommons.curation.errors import ChangedMeanwhile, Invalid, LabelNotHeld, NobodyLeft
from nbcommons.curation.events import SecretsSettled
from nbcommons.curation.queries.secrets import secrets_of
from nbcommons.curation.queries.sharing import Share, Sharing, keepers_left, sharing_of
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.notebooks.operations import ShareWith
from nbcommons.people.models import Label, Person, Team

MOST_SHARES = 200


@transaction.atomic
def change_sharing(
    actor: Actor,
    notebook: Notebook,
    *,
    sharing: Sharing,
    seen: str | None = None,
    fine: Collection[str] = (),
    takes_hints: bool = False,
    at: datetime,
) -> bool:
    """Have ``notebook`` shared as ``sharing`` says; returns whether that is a change.

    ``seen`` is the stamp of what the actor started from. Raises ``Denied``, ``Invalid``,
    ``LabelNotHeld``, ``NobodyLeft``, or ``ChangedMeanwhile`` when things are not as they were
    seen: who may see what is never put together from two people's wishes. Raises ``Undecided``
    when a notebook that an import kept private may hold secrets that are not among ``fine``, and
    nobody was asked yet; ``takes_hints``: e-mail addresses and the like need no word.
    """
    row = held(actor, Action.NOTEBOOK_SHARE, notebook)
    now = sharing_of(row)
    wanted = _checked(row, now, sharing)
    if wanted.as_values() == now.as_values():
        return False
    _require_unchanged(now, seen)
    _require_labels(actor, row, now, wanted)
    # As long as nobody was asked, every change is: whoever comes in could read it.
    if row.has_undecided_secrets and wanted.visibility != Visibility.PRIVATE:
        _decide(actor, row, fine, takes_hints=takes_hints)
    # Labels first: at no moment does anybody see it whom the whole would not let see it.
    if wanted.label_ids != now.label_ids:
        catalogue.set_labels(row, wanted.label_ids, actor_id=actor.person_id, at=at)
    if wanted.as_values()["shares"] != now.as_values()["shares"]:
        shares = [ShareWith(one.person_id, one.team_id, one.may_edit) for one in wanted.shares]
        catalogue.set_shares(row, shares, actor_id=actor.person_id, at=at)
    if wanted.visibility != now.visibility:
        catalogue.set_visibility(row, wanted.visibility, actor_id=actor.person_id, at=at)
    return True


def _decide(
    actor: Actor, notebook: Notebook, fine: Collection[str], *, takes_hints: bool
) -> None:
    """Before others read it, somebody says what is no secret in it; then that is settled."""
    found = secrets_of(notebook)
    require_decided(
        [finding for finding, _ in found],
        fine=fine,
        takes_hints=takes_hints,
        field="secrets",
        where={finding.key: where for finding, where in found},
        advice="Publish it anew without that, or say on the page where it is shared that each is "
        "none.",
    )
    catalogue.settle_secrets(notebook)
    events.publish(SecretsSettled(actor_id=actor.person_id, notebook_id=notebook.pk))


def _checked(notebook: Notebook, now: Sharing, sharing: Sharing) -> Sharing:
    """``sharing`` without its owner and doubles. Raises ``Invalid``."""
    if sharing.visibility not in Visibility.values:
        raise Invalid("Choose who may see it.", field="visibility")
    shares = {
        share.key: share
        for share in sharing.shares
        if (share.person_id, share.team_id) != (notebook.owner_id, notebook.owner_team_id)
    }
    if len(shares) > MOST_SHARES:
        raise Invalid(
            f"A notebook is shared with {MOST_SHARES} people and teams at most. Make a team of "
            "those who belong together.",
            field="shares",
        )
    known = {share.key for share in now.shares}
    _require_known([share for key, share in shares.items() if key not in known])
    unknown = sharing.label_ids - set(
        Label.objects.filter(pk__in=sharing.label_ids).values_list("pk", flat=True)
    )
    if unknown:
        raise Invalid("One of the access labels is not there any more.", field="labels")
    return Sharing(sharing.visibility, tuple(shares.values()), sharing.label_ids)


def _require_known(added: list[Share]) -> None:
    """Raises ``Invalid`` unless all who come new are there."""
    people = {share.person_id or 0 for share in added if share.team_id is None}
    teams = {share.team_id for share in added if share.team_id is not None}
    if Person.objects.filter(pk__in=people, is_active=True).count() != len(people):
        raise Invalid("One of these people has no account any more.", field="shares")
    if Team.objects.filter(pk__in=teams).count() != len(teams):
        raise Invalid("One of these teams is not there any more.", field="shares")


def _require_unchanged(now: Sharing, seen: str | None) -> None:
    changed = () if seen is None else changed_since(seen, now.as_values())
    if changed:
        raise ChangedMeanwhile(
            "Somebody else changed who may see this notebook since you opened this page. Below "
            "is what you chose; look at who can see it now, and save again if you still mean it.",
            fields=tuple(sorted(changed)),
        )


def _require_labels(actor: Actor, notebook: Notebook, now: Sharing, wanted: Sharing) -> None:
    added = wanted.label_ids - now.label_ids
    if not added or actor.sees_everything:
        return
    if held_labels(actor).filter(pk__in=added).count() != len(added):
        raise LabelNotHeld("You can only put access labels on a notebook that you hold.")
    if not keepers_left(notebook, wanted.label_ids):
        raise NobodyLeft(
            "Nobody who owns this notebook holds all these access labels, so nobody could look "
            "after it any more. Leave a label out, or have an administrator give it to them."
        )
