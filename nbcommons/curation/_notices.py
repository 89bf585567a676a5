"""Mails about notebooks that are shared or change hands, to people who have an address."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.curation.models import OwnershipOffer
from nbcommons.curation.queries.ownership import answerers_of, owned_by, takers_in
from nbcommons.notebooks.models import Notebook, NotebookShare
from nbcommons.notebooks.queries import keeper_of
from nbcommons.people import mail
from nbcommons.people.models import Person, Team

# What people choose mails by. Somebody must hear of what is left behind, whatever mails they want.
_KINDS: dict[str, mail.Kind | None] = {
    "offer": mail.Kind.LOOKING_AFTER,
    "answer": mail.Kind.LOOKING_AFTER,
    "withdrawn": mail.Kind.LOOKING_AFTER,
    "new_keeper": mail.Kind.LOOKING_AFTER,
    "handed_over": mail.Kind.LOOKING_AFTER,
    "left_behind": None,
    "shared": mail.Kind.SHARING,
}


def tell_of_offer(offer_id: int) -> None:
    """Ask those who may answer the offer, unless it has its answer already."""
    offer = _offer(offer_id)
    if offer is None or offer.state != OwnershipOffer.State.WAITING:
        return
    _send("offer", answerers_of(offer), {"offer": offer, "url": _offer_url(offer)})


def tell_of_answer(offer_id: int, *, outcome: str) -> None:
    """Tell whoever offered a notebook that it stays; or who was asked, that it is withdrawn.

    That it changed hands is told by ``tell_old_keeper``.
    """
    offer = _offer(offer_id)
    if offer is None or outcome == OwnershipOffer.State.ACCEPTED:
        return
    context = {"offer": offer, "outcome": outcome, "url": _notebook_url(offer.notebook)}
    if outcome == OwnershipOffer.State.WITHDRAWN:
        _send("withdrawn", answerers_of(offer), context)
    else:
        _send("answer", [offer.offered_by], context)


def tell_old_keeper(
    actor: Actor,
    notebook_id: int,
    *,
    old_owner_id: int | None,
    old_team_id: int | None,
    changed_by_id: int | None,
) -> None:
    """Tell those who looked after a notebook that somebody else does, but not who did it."""
    rows = guard.notebooks_for(actor).select_related("owner", "owner_team")
    notebook = rows.filter(pk=notebook_id).first()
    person = Person.objects.filter(pk=old_owner_id or 0).first()
    team = Team.objects.filter(pk=old_team_id or 0).first()
    if notebook is None or (person is None and team is None):
        return
    shares = notebook.shares.filter(may_edit=True, person=person, team=team)
    context = {
        "notebook": notebook,
        "keeper": keeper_of(notebook),
        "team": team,
        "may_edit": shares.exists(),
        "url": _notebook_url(notebook),
    }
    _send("new_keeper", takers_in(person, team).exclude(pk=changed_by_id or 0), context)


def tell_of_sharing(
    notebook_id: int, *, people_ids: Collection[int], shared_by_id: int | None
) -> None:
    """Tell people, by name and not by their teams, that a notebook is shared with them.

    Only those who may read it by now: by its labels, and by what has changed meanwhile. Not whoever
    did it, nor those who gave it away and stay, who hear of that.
    """
    shares = NotebookShare.objects.filter(notebook_id=notebook_id, person_id__in=people_ids)
    who = Person.objects.filter(pk=shared_by_id or 0).first()
    for share in shares.exclude(person_id=shared_by_id or 0).select_related("person"):
        person = share.person
        if person is None or _stays(share):
            continue
        rows = guard.notebooks_for(Actor.person(person.pk, person.username))
        notebook = rows.select_related("owner", "owner_team").filter(pk=notebook_id).first()
        if notebook is not None:
            context = {
                "notebook": notebook,
                "who": who or keeper_of(notebook),
                "may_edit": share.may_edit,
                "url": _notebook_url(notebook),
            }
            _send("shared", [person], context)


def _stays(share: NotebookShare) -> bool:
    """Whether it is what whoever gave the notebook away keeps of it."""
    given = OwnershipOffer.objects.filter(
        notebook_id=share.notebook_id, state=OwnershipOffer.State.ACCEPTED, keeps_editing=True
    )
    return given.filter(closed_at=share.created_at).exists()


def tell_of_hand_over(
    person_id: int, *, count: int, to_person_id: int | None, to_team_id: int | None
) -> None:
    """Tell whoever looks after somebody's notebooks from now on."""
    person = Person.objects.filter(pk=person_id).first()
    receiver = Person.objects.filter(pk=to_person_id or 0).first()
    team = Team.objects.filter(pk=to_team_id or 0).first()
    if person is None or (receiver is None and team is None):
        return
    context = {"person": person, "count": count, "team": team, "url": _url("/mine/")}
    _send("handed_over", takers_in(receiver, team), context)


def tell_of_left_behind(actor: Actor, person_id: int, *, administrator_id: int | None) -> None:
    """Tell the administrator who switched an account off that its notebooks need somebody."""
    person = Person.objects.filter(pk=person_id, is_active=False).first()
    administrator = Person.objects.filter(pk=administrator_id or 0).first()
    if person is None or administrator is None:
        return
    count = owned_by(actor, person).count()
    if count:
        url = _url(reverse("curation:hand_over", args=[person.username]))
        _send("left_behind", [administrator], {"person": person, "count": count, "url": url})


def _offer(offer_id: int) -> OwnershipOffer | None:
    rows = OwnershipOffer.objects.select_related(
        "notebook", "offered_by", "to_person", "to_team"
    )
    return rows.filter(pk=offer_id).first()


def _send(name: str, people: Iterable[Person], context: dict[str, Any]) -> None:
    kind = _KINDS[name]
    for person in people:
        if not mail.wants(person, kind):
            continue
        text = render_to_string(f"curation/mail/{name}.txt", {**context, "reader": person})
        subject, _, body = text.partition("\n\n")
        if kind is not None:
            body = f"{body.rstrip()}\n\nWhich mails you get: {_url('/settings/preferences/')}\n"
        EmailMessage(
            subject=" ".join(subject.split()), body=body.lstrip(), to=[person.email]
        ).send()


def _notebook_url(notebook: Notebook) -> str:
    return _url(f"/notebooks/{notebook.uuid}/")


def _offer_url(offer: OwnershipOffer) -> str:
    return _url(reverse("curation:offer", args=[offer.uuid]))


def _url(path: str) -> str:
    return f"{settings.NBCOMMONS_SITE_URL}{path}"
