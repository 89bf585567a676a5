"""A draft becomes a notebook."""

from datetime import datetime

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake._cleaning import limits
from nbcommons.intake.errors import AlreadyShared, Incomplete, Refused
from nbcommons.intake.models import Draft
from nbcommons.intake.operations.drafts import Details, describe_draft
from nbcommons.intake.queries import document_of
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.cells import cell_facts
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.operations import Description
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.stripping import checked_bytes


@transaction.atomic
def publish_draft(actor: Actor, draft: Draft, *, details: Details, at: datetime) -> Notebook:
    """Share the draft as a new notebook; the draft is gone afterwards.

    Raises ``Incomplete`` without a title, ``AlreadyShared`` when it is gone, ``Refused`` when kept
    pictures make it too large, and ``Denied`` for anybody but the one who brought it in.
    """
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    # Pressed twice: the second waits here for the first, and finds the draft gone.
    if not Draft.objects.select_for_update().filter(pk=draft.pk).exists():
        raise AlreadyShared(
            "This draft has been shared already. You find it under My notebooks."
        )
    if not details.title.strip():
        raise Incomplete("Give the notebook a title, so that others can find it.")
    describe_draft(actor, draft, details=details)
    document = document_of(draft)
    try:
        canonical = checked_bytes(document, limits=limits())
    except NotANotebook as error:
        raise Refused(str(error)) from error
    notebook = catalogue.create_notebook(
        owner_id=draft.person_id,
        description=Description(
            title=draft.title,
            purpose=draft.purpose,
            language=draft.language,
            category=draft.category,
            tags=tuple(tag["name"] for tag in draft.tags if tag["is_chosen"]),
        ),
        visibility=draft.visibility,
        canonical=canonical,
        cells=cell_facts(document),
        at=at,
    )
    draft.delete()
    return notebook
