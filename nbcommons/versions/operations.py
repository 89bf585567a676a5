"""Restoring an older version, giving one a label, and counting what each changed."""

from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from nbcommons.access.actions import Action
from nbcommons.access.holding import held
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.cells import cell_facts
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.notebooks.queries import canonical_of, document_of
from nbcommons.notebooks.secrets.findings import secret_in_words
from nbcommons.versions._words import notebook_notes
from nbcommons.versions.errors import LabelRefused, NothingToRestore
from nbcommons.versions.models import ChangeSize
from nbcommons.versions.queries.finding import version_of
from nbcommons_ipynb.diff.comparing import ALGORITHM, diff
from nbcommons_ipynb.diff.model import counts_of

LABEL_LENGTH = 40


@transaction.atomic
def restore_version(actor: Actor, notebook: Notebook, number: int, *, at: datetime) -> Revision:
    """The content of an older version as the newest one; the versions between stay.

    Raises ``Denied``, ``NoSuchVersion``, or ``NothingToRestore`` when both hold the same.
    """
    locked = held(actor, Action.NOTEBOOK_EDIT, notebook)
    if actor.person_id is None:
        raise Denied("A version needs an author. Sign in to restore one.")
    revision = version_of(actor, locked, number)
    current = locked.current_revision
    if current is None or revision.content_id == current.content_id:
        raise NothingToRestore(
            f"Version {number} holds the same as the newest version, so nothing was changed."
        )
    return catalogue.add_revision(
        locked,
        author_id=actor.person_id,
        canonical=canonical_of(revision),
        cells=cell_facts(document_of(revision)),
        message=f"Version {number} restored",
        at=at,
    )


@transaction.atomic
def label_version(actor: Actor, notebook: Notebook, number: int, *, label: str) -> Revision:
    """Give a version a name that people remember, or with an empty one take it away.

    Raises ``Denied``, ``NoSuchVersion``, or ``LabelRefused``: too long, more than one line, perhaps
    a secret, or another version of this notebook has it (capital letters make no difference).
    """
    locked = held(actor, Action.NOTEBOOK_EDIT, notebook)
    revision = version_of(actor, locked, number)
    tidy = " ".join(label.split())
    if len(tidy) > LABEL_LENGTH:
        raise LabelRefused(f"Use at most {LABEL_LENGTH} characters for a label.")
    if not tidy.isprintable():
        raise LabelRefused("The label holds a character that cannot be shown.")
    if secret := secret_in_words(tidy):
        raise LabelRefused(f"Everybody could read {secret} in the label. Choose another one.")
    others = Revision.objects.filter(notebook=locked).exclude(pk=revision.pk)
    taken = others.filter(label__iexact=tidy).values_list("number", flat=True).first()
    if tidy and taken is not None:
        raise LabelRefused(f"Version {taken} has this label already. Choose another one.")
    if tidy != revision.label:
        catalogue.label_revision(revision, tidy, actor_id=actor.person_id)
    return revision


def measure_version(actor: Actor, revision_id: int) -> None:
    """Count what a version changed, unless it is counted; one that is gone is no fault."""
    del actor  # derived data: nobody's permission is asked
    revision = Revision.objects.filter(pk=revision_id).first()
    if revision is not None:
        _measure(revision)


def measure_missing(actor: Actor, *, limit: int) -> int:
    """Count what versions changed that today's comparison has not counted yet.

    At most ``limit`` of them, newest first; returns how many.
    """
    del actor
    count = 0
    for revision in _unmeasured(limit):
        _measure(revision)
        count += 1
    return count


def _unmeasured(limit: int) -> Iterator[Revision]:
    made = ChangeSize.objects.filter(revision=OuterRef("pk"), algorithm=ALGORITHM)
    revisions = Revision.objects.filter(~Exists(made), number__gt=1)
    yield from revisions.order_by("-pk")[:limit].iterator(chunk_size=50)


def _measure(revision: Revision) -> None:
    earlier = Revision.objects.filter(
        notebook_id=revision.notebook_id, number__lt=revision.number
    )
    before = earlier.order_by("-number").first()
    if (
        before is None
        or ChangeSize.objects.filter(pk=revision.pk, algorithm=ALGORITHM).exists()
    ):
        return
    difference = diff(document_of(before), document_of(revision))
    counts = counts_of(difference)
    try:
        with transaction.atomic():
            ChangeSize.objects.update_or_create(
                revision=revision,
                defaults={
                    "algorithm": ALGORITHM,
                    "changed": counts.changed,
                    "moved": counts.moved,
                    "added": counts.added,
                    "removed": counts.removed,
                    "has_other_changes": bool(notebook_notes(difference.fields)),
                },
            )
    except IntegrityError:
        return  # the notebook was removed meanwhile, with this version
