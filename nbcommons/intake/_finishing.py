"""What is done with a draft before others may read it, whatever it becomes."""

from collections.abc import Mapping

from nbcommons.core import plugins
from nbcommons.core.actor import Actor
from nbcommons.core.plugins import Candidate
from nbcommons.intake._cleaning import limits
from nbcommons.intake.errors import NotAllowedHere, Refused, Undecided
from nbcommons.intake.models import Draft
from nbcommons.intake.operations.findings import (
    BLANK,
    FINE,
    blank_out_findings,
    wave_through,
)
from nbcommons.intake.queries.drafts import document_of, finding_rows
from nbcommons.intake.queries.targets import without_origin
from nbcommons.notebooks.models import Notebook
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.stripping import checked_bytes


def decide(actor: Actor, draft: Draft, decisions: Mapping[str, str]) -> None:
    """Do as its author decided about what may be a secret.

    decisions: ``FINE`` or ``BLANK`` by the key of a finding, besides those made before. Raises
    ``Undecided`` when something is left open.
    """
    blanked = [key for key, decision in decisions.items() if decision == BLANK]
    blank_out_findings(actor, draft, blanked)
    for key, decision in decisions.items():
        if decision == FINE:
            wave_through(actor, draft, key)
    left = [row for row in finding_rows(draft) if not row.is_decided]
    if left:
        told = "; ".join(f"{row.words} in {row.cells}" for row in left)
        raise Undecided(
            f"Say what is to be done about what may be a secret: {told}.",
            findings=tuple((row.places[0].position, row.kind) for row in left),
            keys=tuple(row.key for row in left),
        )


def finished(draft: Draft) -> tuple[Document, bytes]:
    """The notebook of ``draft`` with the pictures that are kept, and its canonical JSON.

    Raises ``Refused`` when the pictures make it too large.
    """
    document = without_origin(document_of(draft))
    try:
        return document, checked_bytes(document, limits=limits())
    except NotANotebook as error:
        raise Refused(str(error)) from error


def ask_plugins(actor: Actor, notebook: Notebook, document: Document) -> None:
    """Raises ``NotAllowedHere`` when a rule of the organisation speaks against ``document``."""
    against = plugins.objections(_candidate_of(actor, notebook, document))
    if against:
        raise NotAllowedHere(" ".join(against))


def _candidate_of(actor: Actor, notebook: Notebook, document: Document) -> Candidate:
    return Candidate(
        document=document,
        title=notebook.title,
        purpose=notebook.purpose,
        category=notebook.category,
        language=notebook.language,
        visibility=notebook.visibility,
        tags=tuple(sorted(notebook.tags.values_list("name", flat=True))),
        labels=tuple(sorted(notebook.labels.values_list("slug", flat=True))),
        person=actor.name,
    )
