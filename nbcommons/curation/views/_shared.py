"""What the pages of several topics do: find the notebook, and whom somebody means."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.errors import Denied
from nbcommons.core.middleware import SAFE_METHODS
from nbcommons.core.requests import CommonsRequest
from nbcommons.curation.forms import ReceiverForm
from nbcommons.curation.queries.choosing import Somebody, found_by, somebody
from nbcommons.notebooks.models import Notebook
from nbcommons.people.admin_mode import to_admin_mode
from nbcommons.people.models import Person, Team


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a form names: a person or a team, or neither and the ``choices`` it may mean."""

    person: Person | None = None
    team: Team | None = None
    choices: tuple[Somebody, ...] = ()

    @property
    def is_found(self) -> bool:
        return self.person is not None or self.team is not None


def notebook_for(request: CommonsRequest, action: Action, uuid: UUID) -> Notebook:
    """The notebook, to which the actor may do ``action``.

    Raises ``Http404`` if they may not even read it, ``Denied`` if they may only read it.
    """
    rows = guard.notebooks_for(request.actor, tell=[action]).select_related(
        "owner", "owner_team", "current_revision"
    )
    notebook = get_object_or_404(rows, uuid=uuid)
    # Both from one statement: who may change it does not hear of a refusal when somebody else
    # puts it into the bin between the two.
    if action not in guard.powers_over(request.actor, notebook, [action]):
        raise Denied(
            "You may not do that with this notebook. Ask the person who looks after it."
        )
    return notebook


def receiver_in(form: ReceiverForm) -> Receiver:
    """Whom the valid ``form`` names; adds an error to it unless that is plain."""
    data = form.cleaned_data
    picked = somebody(data["who_key"]) if data["who_key"] else None
    found = (picked,) if picked is not None else found_by(data["who"])
    if len(found) != 1:
        form.add_error("who", words_for(data["who"], found))
        return Receiver(choices=found)
    person = Person.objects.filter(pk=found[0].person_id or 0, is_active=True).first()
    return Receiver(person=person, team=Team.objects.filter(pk=found[0].team_id or 0).first())


def words_for(typed: str, found: tuple[Somebody, ...]) -> str:
    """What to say when ``typed`` does not name exactly one."""
    if not typed.strip():
        return "Type the name of a person or a team."
    if not found:
        return f"Nobody here is called “{typed.strip()}”. Try their user name."
    handles = " or ".join(one.as_typed for one in found)
    return f"Several are called “{typed.strip()}”: {handles}. Choose one of them."


def must_switch_on(request: CommonsRequest) -> HttpResponseBase | None:
    """Where an administrator is sent whose admin mode is off; None if it is on.

    Raises ``Http404`` for everybody else: for them there is no such page.
    """
    if request.actor.is_admin_mode:
        return None
    if not getattr(request.user, "is_administrator", False):
        raise Http404
    if request.method not in SAFE_METHODS:
        raise Denied("Your admin mode is over. Switch it on and do this again.")
    return to_admin_mode(request)


def refuse_nobody(request: CommonsRequest) -> None:
    """Raises ``Denied`` for those who have not signed in."""
    if request.actor.person_id is None:
        raise Denied("Sign in first.")
