"""What people keep of their searches: saved ones, their feeds, wishes for notebooks."""

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nbcommons.access import guard
from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.requests import CommonsRequest
from nbcommons.gallery.queries.addresses import address_from
from nbcommons.gallery.queries.wanted import wanted_page
from nbcommons.notebooks.models import Notebook
from nbcommons.search import operations
from nbcommons.search.errors import NotWanted
from nbcommons.search.models import WantedNotebook
from nbcommons.search.queries import wish_for


@require_POST
def save_search(request: CommonsRequest) -> HttpResponse:
    address = address_from(QueryDict(request.POST.get("query", ""))).on_page(1)
    saved = operations.save_search(
        request.actor,
        name=request.POST.get("name", "").replace("\x00", ""),
        query=address.query,
        at=timezone.now(),
    )
    messages.success(request, f"Saved as “{saved.name}”. You find it under “Saved searches”.")
    return redirect(address.url)


@require_POST
def delete_search(request: CommonsRequest, search_id: int) -> HttpResponse:
    if not operations.delete_search(request.actor, search_id=search_id):
        raise Http404
    messages.success(request, "The saved search is gone.")
    return redirect(address_from(QueryDict(request.POST.get("query", ""))).url)


@require_POST
def feeds(request: CommonsRequest) -> HttpResponse:
    """Switch one's feed addresses on, replace them, or switch them off."""
    if request.POST.get("change") == "off":
        operations.end_feed_key(request.actor)
        messages.success(request, "Your feed addresses no longer work.")
    else:
        operations.renew_feed_key(request.actor, at=timezone.now())
        messages.success(
            request, "Every list now has a feed address for you. Earlier ones no longer work."
        )
    return redirect(address_from(QueryDict(request.POST.get("query", ""))).url)


@require_http_methods(["GET", "HEAD", "POST"])
def wanted(request: CommonsRequest) -> HttpResponseBase:
    if request.method != "POST":
        wish = request.GET.get("wish", "").replace("\x00", "")[:200]
        page = wanted_page(request.actor, wish=wish, page=page_number(request.GET))
        return render_page(request, "gallery/wanted.html", page)
    operations.ask_for_notebook(
        request.actor,
        wish=request.POST.get("wish", "").replace("\x00", ""),
        details=request.POST.get("details", "").replace("\x00", ""),
        at=timezone.now(),
    )
    messages.success(request, "It is on the board.")
    return redirect("gallery:wanted")


@require_POST
def answer_wish(request: CommonsRequest, wanted_id: int) -> HttpResponse:
    wish = _wish(request, wanted_id)
    notebook = _named(request, request.POST.get("notebook", ""))
    operations.answer_wish(request.actor, wish, notebook=notebook, at=timezone.now())
    messages.success(request, "Thank you. The notebook stands beside the wish.")
    return redirect("gallery:wanted")


@require_POST
def withdraw_wish(request: CommonsRequest, wanted_id: int) -> HttpResponse:
    operations.withdraw_wish(request.actor, _wish(request, wanted_id))
    messages.success(request, "The wish is off the board.")
    return redirect("gallery:wanted")


def _wish(request: CommonsRequest, wanted_id: int) -> WantedNotebook:
    wish = wish_for(request.actor, wanted_id)
    if wish is None:
        raise Http404
    return wish


def _named(request: CommonsRequest, address: str) -> Notebook:
    """The notebook at the address that somebody has pasted. Raises ``NotWanted``."""
    pieces = [piece for piece in urlsplit(address.strip()).path.split("/") if piece]
    browse = reverse("gallery:browse").strip("/")
    for piece in pieces[1:] if pieces[:1] == [browse] else pieces:
        try:
            found = guard.notebooks_for(request.actor).filter(uuid=UUID(piece)).first()
        except ValueError:
            continue
        if found is not None:
            return found
    raise NotWanted("Paste the address of a notebook here that you may see.")
