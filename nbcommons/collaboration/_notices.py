"""Mails about suggested changes, to people who have an address and want them."""

from django.conf import settings

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.collaboration.models import ChangeProposal
from nbcommons.core.actor import Actor
from nbcommons.curation.queries.ownership import takers_in
from nbcommons.people import mail

Status = ChangeProposal.Status


def tell_of_change(change_id: int) -> None:
    """Tell those who look after the notebook, unless it is closed or they may not see it now."""
    change = _change(change_id)
    if change is None or change.status != Status.OPEN:
        return
    notebook = change.notebook
    keepers = takers_in(notebook.owner, notebook.owner_team).exclude(pk=change.author_id)
    mail.write_to(
        [
            person
            for person in keepers
            if guard.allows(
                Actor.person(person.pk, person.username), Action.CHANGE_READ, notebook
            )
        ],
        kind=mail.Kind.LOOKING_AFTER,
        subject=f"{change.author} suggests a change to “{notebook.title}”",
        text=f"{change.author} suggests a change to the notebook “{notebook.title}”:\n\n"
        f"{change.message}\n\nLook at it and decide:\n{_url(change)}\n\n"
        "Until you do, the notebook stays as it is.",
    )


def tell_of_answer(change_id: int) -> None:
    """Tell its author that a change was declined, and why, if they may still read the notebook."""
    change = _change(change_id)
    if change is None or change.status != Status.DECLINED:
        return
    author, notebook = change.author, change.notebook
    actor = Actor.person(author.pk, author.username)
    if change.closed_by_id == author.pk or not guard.allows(
        actor, Action.NOTEBOOK_READ, notebook
    ):
        return
    mail.write_to(
        [author],
        kind=mail.Kind.CHANGES,
        subject=f"Your change to “{notebook.title}” was declined",
        text=f"{change.closed_by} looked at the change that you suggested to the notebook "
        f"“{notebook.title}”, and declined it:\n\n{change.reason}\n\n{_url(change)}",
    )


def _change(change_id: int) -> ChangeProposal | None:
    rows = ChangeProposal.objects.select_related(
        "notebook__owner", "notebook__owner_team", "author", "closed_by"
    )
    return rows.filter(pk=change_id).first()


def _url(change: ChangeProposal) -> str:
    return f"{settings.NBCOMMONS_SITE_URL}/changes/{change.uuid}/"
