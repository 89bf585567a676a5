"""Pages of the bin: asking before something goes in, what is in it, taking it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.requests import CommonsRequest
from nbcommons.curation.operations.binning import (
    delete_notebook,
    remove_for_good,
    restore_notebook,
)
from nbcommons.curation.queries.binning import bin_page, bin_row, delete_page
from nbcommons.curation.views._shared import notebook_for
from nbcommons.notebooks.models import Notebook


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = notebook_for(request, Action.NOTEBOOK_REMOVE, uuid)
    now = timezone.now()
    if request.method != "POST":
        page = delete_page(request.actor, notebook, at=now)
        return render_page(request, "curation/delete.html", page)
    until = delete_notebook(request.actor, notebook, at=now)
    messages.success(
        request,
        f"“{notebook.title}” is in the bin. You can take it back until {until:%-d %B}.",
    )
    return redirect("curation:bin")


@never_cache
@require_safe
def bin_(request: CommonsRequest) -> HttpResponseBase:
    page = bin_page(request.actor, page=page_number(request.GET), at=timezone.now())
    return render_page(request, "curation/bin.html", page)


@require_POST
def restore(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = _binned(request, uuid)
    restore_notebook(request.actor, notebook)
    messages.success(request, f"“{notebook.title}” is back, as it was.")
    return redirect(f"/notebooks/{notebook.uuid}/")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    """Not to wait for the bin to be emptied: asks first, because nothing brings it back."""
    notebook = _binned(request, uuid)
    if request.method != "POST":
        page = bin_row(request.actor, notebook, at=timezone.now())
        return render_page(request, "curation/remove.html", page)
    remove_for_good(request.actor, notebook)
    messages.success(request, f"“{notebook.title}” is gone for good.")
    return redirect("curation:bin")


def _binned(request: CommonsRequest, uuid: UUID) -> Notebook:
    rows = guard.notebooks_for(request.actor, Action.NOTEBOOK_RESTORE)
    return get_object_or_404(rows, uuid=uuid)
