"""Suggested changes, valid unless told otherwise."""

from nbcommons.collaboration.models import ChangeProposal
from nbcommons.collaboration.operations.changes import propose_change
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Person
from tests.factories.catalogue import canonical
from tests.factories.executions import NOW, actor_for
from tests.factories.intake import bring_draft


def suggestion(notebook: Notebook, author: Person, **fields) -> ChangeProposal:
    """A change on record, whoever may have made it."""
    content = catalogue.store_content(canonical("A better text.", "better = 1"))
    values = {"message": "Carry on when the list is empty", "created_at": NOW, **fields}
    return ChangeProposal.objects.create(
        notebook=notebook, author=author, content=content, **values
    )


def suggest(
    notebook: Notebook, author: Person, *codes: str, message: str = "Carry on", **more
) -> ChangeProposal:
    """A change that came in as a draft."""
    draft = bring_draft(author, *codes, at=NOW)
    return propose_change(actor_for(author), notebook, draft, message=message, at=NOW, **more)
