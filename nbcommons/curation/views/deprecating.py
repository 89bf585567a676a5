"""The page where a notebook is deprecated: why, and what to use instead."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.access.actions import Action
from nbcommons.core.rates import charge
from nbcommons.core.requests import CommonsRequest
from nbcommons.curation.errors import Invalid
from nbcommons.curation.forms import DeprecateForm
from nbcommons.curation.operations.deprecating import deprecate_notebook, undo_deprecation
from nbcommons.curation.queries.deprecating import (
    Alternative,
    DeprecatePage,
    alternatives_matching,
    alternatives_named,
    alternatives_of,
    suggested_alternatives,
)
from nbcommons.curation.views._shared import notebook_for
from nbcommons.notebooks.models import Notebook

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Adding:
    """What stands in the field to name an alternative, and what came of it."""

    typed: str = ""
    error: str = ""
    found: tuple[Alternative, ...] = ()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def deprecate(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = notebook_for(request, Action.NOTEBOOK_SHARE, uuid)
    if request.method != "POST":
        form = DeprecateForm(
            initial={"reason": notebook.deprecation_reason, "is_frozen": notebook.is_frozen}
        )
        chosen = alternatives_of(request.actor, notebook)
        return _page(request, notebook, form, [one.uuid for one in chosen])
    chosen_uuids = _posted(request)
    do = request.POST.get("do", "save")
    if do != "save":
        adding, left = _changed(request, notebook, chosen_uuids, do)
        # What was written so far stays; nothing of it is judged yet.
        form = DeprecateForm(initial=request.POST.dict())
        return _page(request, notebook, form, left, adding=adding)
    return _save(request, notebook, chosen_uuids)


@require_POST
def undo(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = notebook_for(request, Action.NOTEBOOK_SHARE, uuid)
    undo_deprecation(request.actor, notebook)
    messages.success(request, "It may be relied on again.")
    return redirect(f"/notebooks/{notebook.uuid}/")


@never_cache
@require_safe
def suggest(request: CommonsRequest, uuid: UUID) -> HttpResponse:
    """Titles of notebooks that go on from what was typed, as options of a field."""
    notebook = notebook_for(request, Action.NOTEBOOK_SHARE, uuid)
    charge(
        f"suggest:{request.actor.person_id}",
        per_minute=settings.NBCOMMONS_SUGGESTIONS_PER_MINUTE,
    )
    found = suggested_alternatives(
        request.actor, request.GET.get("alternative", ""), but=notebook
    )
    return render(request, "curation/_alternative_options.html", {"found": found})


def _posted(request: CommonsRequest) -> list[UUID]:
    keys = (key for key in request.POST.getlist("alternatives") if _UUID.fullmatch(key))
    return list(dict.fromkeys(UUID(key) for key in keys))[:20]


def _changed(
    request: CommonsRequest, notebook: Notebook, chosen: list[UUID], do: str
) -> tuple[Adding, list[UUID]]:
    verb, _, key = do.partition(":")
    if verb == "remove":
        return Adding(), [one for one in chosen if str(one) != key]
    typed = key if verb == "pick" else request.POST.get("alternative", "")
    found = alternatives_matching(request.actor, typed, but=notebook)
    if len(found) == 1:
        return Adding(), list(dict.fromkeys([*chosen, found[0].uuid]))
    if not typed.strip():
        return Adding(error="Type some words of its title, or paste its address."), chosen
    if not found:
        return Adding(typed, "No notebook that you may see is called that."), chosen
    return Adding(typed, "Several are called that. Choose one of them.", found), chosen


def _save(request: CommonsRequest, notebook: Notebook, chosen: list[UUID]) -> HttpResponseBase:
    form = DeprecateForm(request.POST)
    if not form.is_valid():
        return _page(request, notebook, form, chosen, status=422)
    try:
        deprecate_notebook(
            request.actor,
            notebook,
            reason=form.cleaned_data["reason"],
            alternatives=chosen,
            is_frozen=form.cleaned_data["is_frozen"],
            at=timezone.now(),
        )
    except Invalid as error:
        adding = Adding(error=str(error)) if error.field == "alternatives" else Adding()
        if error.field == "reason":
            form.add_error("reason", str(error))
        return _page(request, notebook, form, chosen, adding=adding, status=422)
    messages.success(request, "Deprecated. Its page says so, and lists leave it out.")
    return redirect(f"/notebooks/{notebook.uuid}/")


def _page(
    request: CommonsRequest,
    notebook: Notebook,
    form: DeprecateForm,
    chosen: list[UUID],
    *,
    adding: Adding | None = None,
    status: int = 200,
) -> HttpResponse:
    page = DeprecatePage(
        uuid=notebook.uuid,
        title=notebook.title,
        since=notebook.deprecated_at,
        chosen=alternatives_named(request.actor, chosen),
        found=adding.found if adding is not None else (),
    )
    context = {"page": page, "form": form, "adding": adding or Adding()}
    return render(request, "curation/deprecate.html", context, status=status)
