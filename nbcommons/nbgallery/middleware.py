"""What clients of nbgallery write in addresses, made into addresses that are answered."""

import re
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from nbcommons.core.middleware import Handler
from nbcommons.nbgallery.params import AS_JSON, told_uuid

_SLASHES = re.compile(r"/{2,}")
# Of these alone: elsewhere a dot is part of a name.
_WITH_FORMAT = re.compile(
    r"(/(?:notebooks|notebook|nb|environments|stages|executions|preferences)(?:/[^?]*)?)"
    r"\.(json|html)"
)
# Where a client opens the site with what it staged: the home page, a list, or a notebook's page.
_HAND_OVER = re.compile(r"/(?:(?:notebook|notebooks|nb)/?(?:/(?P<named>[A-Za-z0-9-]+)/?)?)?")
MOST_TAGS = 1000


class NbgalleryMiddleware:
    """Collapses slashes, takes formats off, and leads staged notebooks to their page.

    Stands before all that looks at addresses, and does nothing unless ``NBCOMMONS_NBGALLERY`` is
    on.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.NBCOMMONS_NBGALLERY:
            return self.get_response(request)
        path = _SLASHES.sub("/", request.path_info)
        formatted = _WITH_FORMAT.fullmatch(path)
        if formatted:
            path = formatted[1]
            setattr(request, AS_JSON, formatted[2] == "json")
        if path != request.path_info:
            request.path_info = request.path = path
        return _handed_over(request) or self.get_response(request)


def _handed_over(request: HttpRequest) -> HttpResponseRedirect | None:
    """Where the staged notebook waits; browsers carry the fragment along."""
    if request.method != "GET" or "staged" not in request.GET:
        return None
    place = _HAND_OVER.fullmatch(request.path_info)
    staged = told_uuid(request.GET["staged"])
    if place is None or staged is None:
        return None
    about: dict[str, UUID | str | None] = {
        "notebook": told_uuid(place["named"]),
        "parent": told_uuid(request.GET.get("parent_uuid")),
        "tags": request.GET.get("tags", "")[:MOST_TAGS],
    }
    query = urlencode({key: str(value) for key, value in about.items() if value})
    page = reverse("nbgallery:handed_over", args=[staged])
    return HttpResponseRedirect(f"{page}?{query}" if query else page)
