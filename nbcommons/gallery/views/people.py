"""Pages of people: one's own notebooks, and those of somebody."""

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.requests import CommonsRequest
from nbcommons.gallery.queries.mine import mine_page
from nbcommons.gallery.queries.people import person_page
from nbcommons.people.queries import person_named


@require_safe
def mine(request: CommonsRequest) -> HttpResponseBase:
    page = mine_page(
        request.actor,
        shelf=request.GET.get("shelf", ""),
        page=page_number(request.GET),
        at=timezone.now(),
    )
    return render_page(request, "gallery/mine.html", page)


@require_safe
def person(request: CommonsRequest, username: str) -> HttpResponseBase:
    found = person_named(username)
    if found is None:
        raise Http404
    page = person_page(
        request.actor,
        found,
        page=page_number(request.GET),
        with_deprecated=request.GET.get("deprecated") == "1",
    )
    return render_page(request, "gallery/person.html", page)
