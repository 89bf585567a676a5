"""Deciding about what may be a secret, and taking it out of a draft."""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.intake._cleaning import limits, secrets_in
from nbcommons.intake._draft_fields import stored
from nbcommons.intake._keeping import keep_findings, take_texts, texts_of, wait_for
from nbcommons.intake.errors import Refused
from nbcommons.intake.events import SecretDecided
from nbcommons.intake.models import Draft
from nbcommons.intake.queries.drafts import bare_document_of
from nbcommons.notebooks.secrets.findings import blank_out_all
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.stripping import checked_bytes

FINE, BLANK = "fine", "blank"
"""The two decisions about what may be a secret."""


@transaction.atomic
def wave_through(actor: Actor, draft: Draft, key: str, *, is_fine: bool = True) -> None:
    """Say that the finding with ``key`` may be read by others, or that it is open again.

    Nothing happens when there is none such any more. Raises ``AlreadyShared``, and ``Denied`` for
    anybody but the draft's maker, and for kinds that the operator lets nobody wave through.
    """
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    wait_for(draft)
    finding = draft.findings.filter(key=key).first()
    if finding is None:
        return
    if is_fine and finding.kind in settings.NBCOMMONS_SECRETS_BLOCKING:
        raise Denied("This kind of secret cannot be shared here. Blank it out.")
    finding.is_waved_through = is_fine
    finding.save(update_fields=["is_waved_through"])
    _tell(actor, draft, finding.kind, "fine" if is_fine else "open again")


@transaction.atomic
def blank_out_findings(actor: Actor, draft: Draft, keys: Collection[str]) -> None:
    """Replace these secrets in the draft, for good; the author's own file is not touched.

    What is said about it is blanked out too. Raises ``Denied``, ``AlreadyShared``, and ``Refused``
    when what is left is no notebook any more.
    """
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    wait_for(draft)
    chosen = list(draft.findings.filter(key__in=list(keys)))
    if not chosen:
        return
    document, texts = blank_out_all(
        bare_document_of(draft), texts_of(draft), {finding.key for finding in chosen}
    )
    try:
        canonical = checked_bytes(document, limits=limits())
    except NotANotebook as error:
        raise Refused(str(error)) from error
    for name, value in stored(document, canonical).items():
        setattr(draft, name, value)
    take_texts(draft, texts)
    draft.blanked_count += sum(len(finding.places) for finding in chosen)
    draft.save()
    keep_findings(draft, secrets_in(document, texts_of(draft)), document)
    for finding in chosen:
        _tell(actor, draft, finding.kind, "blanked")


def _tell(actor: Actor, draft: Draft, kind: str, decision: str) -> None:
    events.publish(
        SecretDecided(
            actor_id=actor.person_id,
            draft_uuid=str(draft.uuid),
            kind=kind,
            decision=decision,
        )
    )
