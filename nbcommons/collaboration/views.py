"""Pages: a star, suggested changes, a draft that becomes one."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.collaboration.forms import DeclineForm, SuggestForm
from nbcommons.collaboration.models import ChangeProposal
from nbcommons.collaboration.operations import changes as operations, stars
from nbcommons.collaboration.queries.changes import change_for, file_of
from nbcommons.collaboration.queries.pages import (
    change_page,
    changes_page,
    changes_page_of,
    suggest_page,
    title_of,
)
from nbcommons.collaboration.queries.together import together_of
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.core.pages import render_page
from nbcommons.core.readers import open_to_readers
from nbcommons.core.requests import CommonsRequest
from nbcommons.intake.errors import AlreadyShared
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.operations import findings
from nbcommons.intake.operations.handing_on import describe_change
from nbcommons.intake.queries.drafts import drafts_of
from nbcommons.notebooks.models import Notebook

MAX_DIGITS = 9
SUGGEST = "suggest"


@require_POST
def star(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = _notebook(request, uuid)
    if request.POST.get("do") == "take":
        stars.take_star_back(request.actor, notebook, at=timezone.now())
    else:
        stars.give_star(request.actor, notebook, at=timezone.now())
    if not request.htmx:
        return redirect(f"/notebooks/{uuid}/")
    context = {"star": together_of(request.actor, notebook).star, "is_done": True}
    return render(request, "collaboration/_star.html", context)


@open_to_readers
@require_safe
def of_notebook(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = _notebook(request, uuid)
    page = changes_page_of(request.actor, notebook, page=_page_number(request))
    return render_page(request, "collaboration/changes.html", page)


@require_safe
def changes(request: CommonsRequest) -> HttpResponseBase:
    page = changes_page(request.actor, page=_page_number(request))
    return render_page(request, "collaboration/changes.html", page)


@require_safe
def change(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    return _change_page(request, _change(request, uuid), DeclineForm())


@require_safe
def download(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    found = _change(request, uuid)
    name = f"{title_of(found.message).replace('/', '-')}.ipynb"
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        file_of(request.actor, found),
        content_type="application/x-ipynb+json",
        headers={"Content-Disposition": disposition or ""},
    )


@require_POST
def withdraw(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    found = _change(request, uuid)
    operations.withdraw_change(request.actor, found, at=timezone.now())
    messages.success(request, "Withdrawn. What it held is shown to you alone.")
    return redirect("collaboration:change", uuid)


@require_POST
def decline(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    found = _change(request, uuid)
    guard.require(request.actor, Action.CHANGE_DECIDE, found.notebook)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _change_page(request, found, form, status=422)
    operations.decline_change(
        request.actor, found, reason=form.cleaned_data["reason"], at=timezone.now()
    )
    messages.success(request, f"Declined. {found.author} can read why.")
    return redirect("collaboration:change", uuid)


@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: CommonsRequest, uuid: UUID, notebook: UUID) -> HttpResponseBase:
    """From a draft of one's own to a change of somebody else's notebook."""
    draft = get_object_or_404(drafts_of(request.actor), uuid=uuid)
    target = _notebook(request, notebook)
    guard.require(request.actor, Action.CHANGE_SUGGEST, target)
    if request.method != "POST":
        said = draft.message if draft.becomes == Becomes.CHANGE else ""
        return _suggest_page(request, draft, target, SuggestForm(initial={"message": said}))
    do = request.POST.get("do", SUGGEST)
    # Kept first, in a step of its own: what was typed outlives whatever goes wrong after it.
    typed = request.POST.get("message", "").replace("\0", "")
    describe_change(request.actor, draft, target, message=typed, at=timezone.now())
    if do == SUGGEST:
        return _suggest(request, draft, target)
    verb, _, key = do.partition(":")
    if verb in {"fine", "open"}:
        findings.wave_through(request.actor, draft, key, is_fine=verb == "fine")
    elif verb == "blank":
        findings.blank_out_findings(request.actor, draft, [key])
        messages.success(request, "Blanked out in the draft. Your own file still has it.")
    return redirect(reverse("collaboration:suggest", args=[uuid, notebook]) + "#secrets")


def _suggest(request: CommonsRequest, draft: Draft, target: Notebook) -> HttpResponseBase:
    form = SuggestForm(request.POST)
    if not form.is_valid():
        return _suggest_page(request, draft, target, form, status=422)
    try:
        made = operations.propose_change(
            request.actor,
            target,
            draft,
            message=form.cleaned_data["message"],
            at=timezone.now(),
        )
    except (Denied, AlreadyShared):
        raise
    except CommonsError as error:
        form.add_error(None, str(error))
        return _suggest_page(request, draft, target, form, status=422)
    messages.success(request, "Suggested. You are told what becomes of it.")
    return redirect("collaboration:change", made.uuid)


def _suggest_page(
    request: CommonsRequest,
    draft: Draft,
    target: Notebook,
    form: SuggestForm,
    *,
    status: int = 200,
) -> HttpResponse:
    draft.refresh_from_db()
    page = suggest_page(request.actor, draft, target, page=_page_number(request))
    context = {"page": page, "form": form}
    return render(request, "collaboration/suggest.html", context, status=status)


def _change_page(
    request: CommonsRequest, found: ChangeProposal, form: DeclineForm, *, status: int = 200
) -> HttpResponse:
    page = change_page(request.actor, found, page=_page_number(request))
    context = {"page": page, "form": form}
    return render(request, "collaboration/change.html", context, status=status)


def _notebook(request: CommonsRequest, uuid: UUID) -> Notebook:
    found = guard.notebooks_for(request.actor).select_related(
        "current_revision", "owner", "owner_team"
    )
    return get_object_or_404(found, uuid=uuid)


def _change(request: CommonsRequest, uuid: UUID) -> ChangeProposal:
    found = change_for(request.actor, uuid)
    if found is None:
        raise Http404
    return found


def _page_number(request: CommonsRequest) -> int:
    value = request.GET.get("page", "")
    # So many digits only: Python refuses to read thousands of them.
    is_number = value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS
    return max(1, int(value)) if is_number else 1
