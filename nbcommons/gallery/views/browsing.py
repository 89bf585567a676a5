"""Pages of finding: the list, the form that writes a search, suggestions, tags, people."""

from django.http import Http404, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.readers import open_to_readers
from nbcommons.core.requests import CommonsRequest
from nbcommons.gallery.queries.addresses import Address, address_from
from nbcommons.gallery.queries.browse import browse_page
from nbcommons.gallery.queries.builder import builder_from, text_of
from nbcommons.gallery.queries.liking import liking_of
from nbcommons.gallery.queries.shelves import people_page, shelves_page
from nbcommons.gallery.queries.suggestions import options_for
from nbcommons.gallery.queries.words import language_word
from nbcommons.search.queries import Sort


@open_to_readers
@require_safe
def browse(request: CommonsRequest) -> HttpResponseBase:
    address = address_from(request.GET)
    is_matched = bool(address.text) and address.sort in {None, Sort.BEST}
    liking = liking_of(request.actor, at=timezone.now()) if is_matched else None
    page = browse_page(request.actor, address, liking=liking)
    response = render_page(request, "gallery/browse.html", page, parts={"results"})
    if "part" in request.GET:
        # The address of the part stays out of the address bar and of the history.
        response.headers["HX-Push-Url"] = address.url
    return response


@open_to_readers
@require_safe
def build(request: CommonsRequest) -> HttpResponseBase:
    """The form that writes a search has been sent: go to the list that it describes."""
    form = {name: request.GET.get(name, "") for name in request.GET}
    return redirect(Address(text=text_of(builder_from(form))).url)


@open_to_readers
@require_safe
def complete(request: CommonsRequest) -> HttpResponseBase:
    """What is offered under the search field; a part of every page.

    Browsers that search here from their address bar ask for it in OpenSearch's own form.
    """
    typed = request.GET.get("q", "").replace("\x00", "").strip()
    options = options_for(request.actor, typed) if typed else ()
    if request.GET.get("as") == "suggestions":
        words = list(dict.fromkeys(option.words for option in options))
        return JsonResponse(
            [typed, words], safe=False, content_type="application/x-suggestions+json"
        )
    return render(request, "gallery/_options.html", {"options": options})


@open_to_readers
@require_safe
def tags(request: CommonsRequest) -> HttpResponseBase:
    return _shelves(request, "tags")


@open_to_readers
@require_safe
def languages(request: CommonsRequest) -> HttpResponseBase:
    return _shelves(request, "languages")


@open_to_readers
@require_safe
def packages(request: CommonsRequest) -> HttpResponseBase:
    return _shelves(request, "packages")


@require_safe
def people(request: CommonsRequest) -> HttpResponseBase:
    page = people_page(request.actor, page=page_number(request.GET))
    return render_page(request, "gallery/shelves.html", page)


@open_to_readers
@require_safe
def tag(request: CommonsRequest, name: str) -> HttpResponseBase:
    return _narrowed(request, Address(tags=(name.lower(),)), name.lower())


@open_to_readers
@require_safe
def language(request: CommonsRequest, name: str) -> HttpResponseBase:
    return _narrowed(request, Address(languages=(name.lower(),)), language_word(name.lower()))


@open_to_readers
@require_safe
def package(request: CommonsRequest, name: str) -> HttpResponseBase:
    return _narrowed(request, Address(packages=(name.lower(),)), name.lower())


def _shelves(request: CommonsRequest, name: str) -> HttpResponseBase:
    page = shelves_page(request.actor, name, page=page_number(request.GET))
    return render_page(request, "gallery/shelves.html", page)


def _narrowed(request: CommonsRequest, address: Address, heading: str) -> HttpResponseBase:
    """The list with one filter, under a name of its own; what nobody may see is not there."""
    page = browse_page(
        request.actor, address.on_page(page_number(request.GET)), heading=heading
    )
    if page.is_empty:
        raise Http404
    return render_page(request, "gallery/browse.html", page)
