"""A draft becomes a notebook, the next version of one, or a fork."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.holding import held
from nbcommons.core.actor import Actor
from nbcommons.intake._details import Details
from nbcommons.intake._finishing import ask_plugins, decide, finished
from nbcommons.intake._keeping import look_again
from nbcommons.intake.errors import ChangedMeanwhile, Incomplete, NothingNew
from nbcommons.intake.models import Becomes, Draft, ImportedRevision
from nbcommons.intake.operations.drafts import describe_draft
from nbcommons.intake.queries.choices import choices_of, named
from nbcommons.intake.queries.tag_rules import restricted_tags
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.cells import cell_facts
from nbcommons.notebooks.models import Notebook, Revision, Visibility
from nbcommons.notebooks.operations import Description, ShareWith
from nbcommons_ipynb.canonical import content_address
from nbcommons_ipynb.cells import Document


@transaction.atomic
def publish_draft(
    actor: Actor,
    draft: Draft,
    *,
    details: Details,
    decisions: Mapping[str, str] | None = None,
    at: datetime,
) -> Notebook:
    """Share the draft as ``details`` say; the draft is gone afterwards.

    decisions: ``fine`` or ``blank`` by the key of a finding, besides those made before.
    Raises ``Incomplete`` when something is missing, ``Undecided`` about what may be a secret,
    ``NotAllowedHere`` when a plugin speaks against it, ``ChangedMeanwhile`` when the notebook has
    a newer version than its author was shown, ``NothingNew``, ``AlreadyShared`` when it is gone,
    ``Refused`` when kept pictures make it too large, and ``Denied``.
    """
    guard.require_for(actor, Action.DRAFT_EDIT, owner_id=draft.person_id)
    describe_draft(actor, draft, details=details, at=at)
    # Whatever was known of it before: this is what others will read.
    look_again(draft)
    decide(actor, draft, decisions or {})
    document, canonical = finished(draft)
    if details.becomes == Becomes.CHANGE:
        raise Incomplete("Suggest the change to whoever looks after the notebook instead.")
    if details.becomes == Becomes.VERSION:
        notebook = _add_version(actor, draft, document, canonical, details=details, at=at)
    else:
        notebook = _create(actor, draft, document, canonical, details=details, at=at)
    if draft.is_staged and notebook.current_revision is not None:
        _name_as_staged(notebook.current_revision, draft)
    draft.delete()
    return notebook


def _add_version(
    actor: Actor,
    draft: Draft,
    document: Document,
    canonical: bytes,
    *,
    details: Details,
    at: datetime,
) -> Notebook:
    target = draft.target
    if target is None:
        raise Incomplete("Choose the notebook that this is the next version of.")
    # Two who publish at once: the second is told of the first.
    notebook = held(actor, Action.NOTEBOOK_EDIT, target)
    current = notebook.current_revision
    number = current.number if current else 0
    if details.seen_number not in {None, number}:
        raise ChangedMeanwhile(
            f"Version {number} of “{notebook.title}” was published in the meantime. Look at "
            "what yours would change now."
        )
    if current is not None and current.content_id == content_address(canonical):
        raise NothingNew(f"This is the same as version {number} of “{notebook.title}”.")
    ask_plugins(actor, notebook, document)
    catalogue.add_revision(
        notebook,
        author_id=draft.person_id,
        canonical=canonical,
        cells=cell_facts(document),
        message=draft.message,
        at=at,
    )
    return notebook


def _create(
    actor: Actor,
    draft: Draft,
    document: Document,
    canonical: bytes,
    *,
    details: Details,
    at: datetime,
) -> Notebook:
    if not details.title.strip():
        raise Incomplete("Give the notebook a title, so that others can find it.")
    if details.becomes == Becomes.FORK and draft.target is None:
        raise Incomplete("Choose the notebook that this began from.")
    _refuse_what_was_lost(actor, draft)
    shares = _shares(draft)
    labels = set(draft.labels.values_list("pk", flat=True))
    origin = _forked_from(actor, draft)
    if origin is not None:
        # What only some may see stays so in a copy.
        labels |= set(origin.notebook.labels.values_list("pk", flat=True))
    tags = _tags_of(actor, draft)
    notebook = catalogue.create_notebook(
        owner_id=None if draft.team_id else draft.person_id,
        team_id=draft.team_id,
        created_by_id=draft.person_id,
        description=Description(
            title=draft.title,
            purpose=draft.purpose,
            language=draft.language,
            language_version=draft.language_version,
            category=draft.category,
            tags=tags,
        ),
        visibility=draft.visibility,
        canonical=canonical,
        cells=cell_facts(document),
        forked_from=origin,
        # Who did not hear what became of their draft finds it by the id that they have.
        notebook_uuid=draft.uuid,
        at=at,
    )
    if labels:
        catalogue.set_labels(notebook, labels, actor_id=actor.person_id, at=at)
    if shares:
        catalogue.set_shares(notebook, shares, actor_id=actor.person_id, at=at)
    # What they made is theirs to share, or it is not made: a team or a label lost since.
    guard.require(actor, Action.NOTEBOOK_SHARE, notebook)
    ask_plugins(actor, notebook, document)
    return notebook


def _name_as_staged(revision: Revision, draft: Draft) -> None:
    """The copy in the author's Jupyter calls this version by the draft's id already."""
    ImportedRevision.objects.create(revision=revision, commit_id=str(draft.uuid))


def _forked_from(actor: Actor, draft: Draft) -> Revision | None:
    """The version that a fork began from, if its author may read it, else the current one."""
    if draft.becomes != Becomes.FORK or draft.target is None:
        return None
    guard.require(actor, Action.NOTEBOOK_READ, draft.target)
    readable = guard.revisions_for(actor, draft.target).select_related("notebook")
    if draft.origin_number is not None and draft.origin_uuid == draft.target.uuid:
        began = readable.filter(number=draft.origin_number).first()
        if began is not None:
            return began
    return readable.first()


def _refuse_what_was_lost(actor: Actor, draft: Draft) -> None:
    """Raise ``Incomplete`` where the author may no longer choose what they chose for ``draft``."""
    choices = choices_of(actor, draft)
    if choices.lost_team is not None:
        raise Incomplete(
            f"You no longer share as {choices.lost_team.name}. Choose who looks after the notebook."
        )
    if choices.lost_labels:
        names = ", ".join(label.name for label in choices.lost_labels)
        raise Incomplete(
            f"You no longer hold {names}, which you chose. Without it more people may see the "
            "notebook: take it off, and choose again who may use it."
        )


def _shares(draft: Draft) -> list[ShareWith]:
    if draft.visibility != Visibility.SHARED:
        return []
    whom = named(draft.shared_with)
    if whom.unknown:
        raise Incomplete(f"We know nobody called {', '.join(whom.unknown)}.")
    if whom.ambiguous:
        told = "; ".join(
            f"“{name}” could be {' or '.join(choices)}"
            for name, choices in whom.ambiguous.items()
        )
        raise Incomplete(f"Say whom you mean, as it stands here: {told}.")
    people = [key for key in whom.person_ids if draft.team_id or key != draft.person_id]
    teams = [key for key in whom.team_ids if key != draft.team_id]
    if not people and not teams:
        raise Incomplete("Say with which people or teams you share it.")
    return [
        *(ShareWith(person_id=key) for key in people),
        *(ShareWith(team_id=key) for key in teams),
    ]


def _tags_of(actor: Actor, draft: Draft) -> tuple[str, ...]:
    chosen = tuple(tag["name"] for tag in draft.tags if tag["is_chosen"])
    refused = restricted_tags().intersection(chosen)
    if refused and not actor.is_admin_mode:
        raise Incomplete(f"Only administrators can give the tag {', '.join(sorted(refused))}.")
    return chosen
