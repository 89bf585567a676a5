"""Pages where a notebook changes hands: offering it, answering, and handing over what was left."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.errors import CommonsError
from nbcommons.core.requests import CommonsRequest
from nbcommons.curation.errors import Invalid
from nbcommons.curation.forms import ReceiverForm, TransferForm
from nbcommons.curation.models import OwnershipOffer
from nbcommons.curation.operations.ownership import (
    answer_offer,
    hand_over,
    offer_ownership,
    withdraw_offer,
)
from nbcommons.curation.queries.ownership import (
    hand_over_page,
    left_behind,
    offers_to,
    shown_to,
    transfer_page,
)
from nbcommons.curation.views._shared import Receiver, must_switch_on, notebook_for, receiver_in
from nbcommons.notebooks.models import Notebook
from nbcommons.people.queries import person_named


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = notebook_for(request, Action.NOTEBOOK_TRANSFER, uuid)
    if request.method != "POST":
        return _transfer_page(request, notebook, TransferForm(initial={"keeps_editing": True}))
    form = TransferForm(request.POST)
    receiver = receiver_in(form) if form.is_valid() else Receiver()
    if not form.is_valid() or not receiver.is_found:
        return _transfer_page(request, notebook, form, receiver, status=422)
    try:
        offer = offer_ownership(
            request.actor,
            notebook,
            to_person=receiver.person,
            to_team=receiver.team,
            keeps_editing=form.cleaned_data["keeps_editing"],
            message=form.cleaned_data["message"],
            at=timezone.now(),
        )
    except CommonsError as error:
        form.add_error("message" if _is_about_message(error) else "who", str(error))
        return _transfer_page(request, notebook, form, receiver, status=422)
    name = receiver.person or receiver.team
    if offer.state == OwnershipOffer.State.ACCEPTED:
        messages.success(request, f"{name} looks after it from now on.")
    else:
        messages.success(request, f"{name} was asked. Until they accept, nothing changes.")
    if guard.allows(request.actor, Action.NOTEBOOK_READ, notebook):
        return redirect(f"/notebooks/{notebook.uuid}/")
    return redirect("/mine/")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    """An offer, to those who may answer it."""
    found = get_object_or_404(offers_to(request.actor, at=timezone.now()), uuid=uuid)
    if request.method != "POST":
        page = shown_to(request.actor, found)
        return render(request, "curation/offer.html", {"page": page})
    match request.POST.get("do"):
        case "accept":
            answer_offer(request.actor, found, accepts=True, at=timezone.now())
            messages.success(request, "Thank you. It is yours to look after now.")
            return redirect(f"/notebooks/{found.notebook.uuid}/")
        case "decline":
            answer_offer(request.actor, found, accepts=False, at=timezone.now())
            messages.success(request, "Declined. It stays where it is, and they are told.")
            return redirect("/mine/")
        case _:
            raise Http404


@require_POST
def withdraw(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    visible = guard.notebooks_for(request.actor, Action.NOTEBOOK_TRANSFER)
    offers = OwnershipOffer.objects.filter(notebook__in=visible).select_related("notebook")
    found = get_object_or_404(offers, uuid=uuid)
    withdraw_offer(request.actor, found, at=timezone.now())
    messages.success(request, "The offer is withdrawn.")
    return redirect("curation:transfer", found.notebook.uuid)


@never_cache
@require_safe
def left(request: CommonsRequest) -> HttpResponseBase:
    """For administrators: who may no longer sign in and still looks after notebooks."""
    elsewhere = must_switch_on(request)
    if elsewhere is not None:
        return elsewhere
    return render(request, "curation/left.html", {"rows": left_behind(request.actor)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_all(request: CommonsRequest, username: str) -> HttpResponseBase:
    """For administrators: give all that somebody looks after to somebody else."""
    elsewhere = must_switch_on(request)
    if elsewhere is not None:
        return elsewhere
    person = person_named(username)
    if person is None:
        raise Http404
    form = ReceiverForm(request.POST if request.method == "POST" else None)
    receiver = receiver_in(form) if form.is_valid() else Receiver()
    if request.method == "POST" and form.is_valid() and receiver.is_found:
        try:
            done = hand_over(
                request.actor,
                person,
                to_person=receiver.person,
                to_team=receiver.team,
                at=timezone.now(),
            )
        except CommonsError as error:
            form.add_error("who", str(error))
        else:
            name = receiver.person or receiver.team
            messages.success(request, f"{done.count} of {person}'s now belong to {name}.")
            if done.kept_back:
                messages.warning(
                    request,
                    f"{done.kept_back} stay: {name} does not hold their access labels.",
                )
            return redirect("curation:left_behind")
    context = {
        "page": hand_over_page(request.actor, person),
        "form": form,
        "choices": receiver.choices,
    }
    status = 422 if form.is_bound else 200
    return render(request, "curation/hand_over.html", context, status=status)


def _is_about_message(error: CommonsError) -> bool:
    return isinstance(error, Invalid) and error.field == "message"


def _transfer_page(
    request: CommonsRequest,
    notebook: Notebook,
    form: TransferForm,
    receiver: Receiver | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    page = transfer_page(request.actor, notebook, days=settings.NBCOMMONS_OFFER_DAYS, at=now)
    choices = receiver.choices if receiver is not None else ()
    context = {"page": page, "form": form, "choices": choices}
    return render(request, "curation/transfer.html", context, status=status)
