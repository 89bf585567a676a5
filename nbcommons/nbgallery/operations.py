"""What clients of nbgallery change: always through the operations that our own pages use."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.http import Http404

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.executions.operations import ExecutionEvent, record_executions
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.operations.drafts import bring_in, intend
from nbcommons.nbgallery.door import is_own
from nbcommons.nbgallery.queries.naming import notebook_named
from nbcommons.runtime.registered import (
    BadEnvironment,
    origin_of,
    register_environment,
    registered_environments_of,
)

FILE_NAME = "notebook.ipynb"


class TermsNotAccepted(CommonsError):
    """The client did not say that its person agrees."""

    status = 400


@dataclass(frozen=True, slots=True)
class Staged:
    """A notebook that waits as a draft, and how its client calls it from here on.

    target: the notebook that it was taken from, if any. may_edit: or there is none.
    """

    draft: UUID
    file_name: str | None
    target: UUID | None
    may_edit: bool


def stage(
    actor: Actor,
    *,
    raw: bytes,
    named: str,
    file_name: str | None,
    is_agreed: bool,
    at: datetime,
) -> Staged:
    """A draft of ``raw``, which is a copy of the notebook ``named`` (empty: of none).

    Raises what ``bring_in`` does, ``TermsNotAccepted``, and ``Http404`` for a notebook that the
    actor may not read.
    """
    if not is_agreed:
        raise TermsNotAccepted("must accept terms of service")
    target = notebook_named(actor, named) if named else None
    proposed = f"{target.title}.ipynb" if target else FILE_NAME
    draft = bring_in(
        actor,
        file_name=file_name or proposed,
        raw=raw,
        target=target.uuid if target else None,
        is_staged=True,
        at=at,
    )
    may_edit = target is None or guard.allows(actor, Action.NOTEBOOK_EDIT, target)
    return Staged(draft.uuid, file_name, target.uuid if target else None, may_edit)


def register(
    actor: Actor,
    *,
    origin: str,
    name: str,
    url: str,
    interface: str,
    is_default: bool | None,
    is_asked_by_person: bool,
    at: datetime,
) -> None:
    """Register the Jupyter whose page asks for it: a page names its own origin and no other.

    Else whoever's page a person opens could let in a third one. Raises ``BadEnvironment``.
    """
    if not is_own(origin) and origin_of(url.strip()) != origin.lower():
        raise BadEnvironment("A Jupyter registers itself, and no other one.", field="url")
    register_environment(
        actor,
        name=name,
        url=url,
        interface=interface,
        is_default=is_default,
        is_asked_by_person=is_asked_by_person,
        at=at,
    )


def count_run(
    actor: Actor,
    *,
    notebook: UUID,
    fingerprint: str,
    success: bool,
    runtime_ms: int,
    at: datetime,
) -> None:
    """A run that a client reports, counted as our own reports are. Raises ``Http404``."""
    if not guard.notebooks_for(actor, Action.EXECUTION_REPORT).filter(uuid=notebook).exists():
        raise Http404
    event = ExecutionEvent(
        id=uuid4(),
        notebook=notebook,
        fingerprint=fingerprint,
        success=success,
        runtime_ms=runtime_ms,
        at=at,
    )
    record_executions(actor, [event], at=at)


def reports_in_seconds(actor: Actor, origin: str) -> bool:
    """Whether the client there is the classic one, which measures in seconds."""
    known = registered_environments_of(actor.person_id)
    return any(row.interface == "classic" and origin_of(row.url) == origin for row in known)


def hand_over(
    actor: Actor,
    draft: Draft,
    *,
    becomes: str,
    target: UUID | None,
    tags: tuple[str, ...],
    at: datetime,
) -> None:
    """What the person chose to make of what their client staged.

    Raises ``Denied`` for a version of what they may not edit, or a copy of what they may not read.
    """
    if becomes != Becomes.NEW:
        action = Action.NOTEBOOK_EDIT if becomes == Becomes.VERSION else Action.NOTEBOOK_READ
        may = target and guard.notebooks_for(actor, action).filter(uuid=target).exists()
        if not may:
            raise Denied(
                "You may not do that with this notebook. Make one of your own instead."
            )
    intend(actor, draft, becomes=becomes, target=target, tags=tags, at=at)
