"""What can be made of a notebook that a client staged."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake.models import Draft
from nbcommons.intake.queries.choices import TargetRow, readable_notebook
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.queries import keeper_of

NEW, FORK, VERSION, SUGGEST = "new", "fork", "version", "suggest"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be made of it.

    words: on its button. fragment: what the client writes at the end of the address when its
    person chose this already; empty where that is said of another choice.
    """

    key: str
    words: str
    explanation: str
    fragment: str
    notebook: UUID | None = None


@dataclass(frozen=True, slots=True)
class HandOverPage:
    """A staged notebook and what can be made of it. about: the notebook it was taken from."""

    uuid: UUID
    title: str
    cell_count: int
    choices: tuple[Choice, ...]
    about: TargetRow | None


def hand_over_page(
    actor: Actor, draft: Draft, *, notebook: UUID | None, parent: UUID | None
) -> HandOverPage:
    """The page about ``draft``, opened for a notebook, or as a copy of its ``parent``."""
    about = readable_notebook(actor, notebook)
    origin = readable_notebook(actor, parent)
    shown = about or origin
    return HandOverPage(
        uuid=draft.uuid,
        title=draft.title,
        cell_count=draft.cell_count,
        choices=tuple(_choices(actor, about, origin)),
        about=TargetRow(shown.uuid, shown.title, keeper_of(shown)) if shown else None,
    )


def _choices(actor: Actor, about: Notebook | None, origin: Notebook | None) -> Iterator[Choice]:
    if about is not None and guard.allows(actor, Action.NOTEBOOK_EDIT, about):
        told = "Everybody who may read it sees the new version once you publish it."
        yield Choice(VERSION, "Make it the next version", told, "UPDATE", about.uuid)
    if about is not None:
        told = "Whoever looks after it sees what you would change, and decides."
        yield Choice(SUGGEST, "Suggest it as a change", told, "CHANGE_REQ", about.uuid)
    copied = about or origin
    if copied is not None:
        told = "It is yours, and says what it began from."
        fragment = "STAGE" if about is None else ""
        yield Choice(FORK, "Make my own copy", told, fragment, copied.uuid)
    told = "It is yours, and says nothing of another notebook."
    yield Choice(NEW, "Make a new notebook", told, "" if copied is not None else "STAGE")
