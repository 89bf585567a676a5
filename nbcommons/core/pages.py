"""Answering with a page, or with one named part of it when the address asks for that."""

from collections.abc import Collection
from hashlib import blake2b
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag


def render_page(
    request: HttpRequest,
    template: str,
    page: Any,
    *,
    parts: Collection[str] = (),
    status: int = 200,
) -> HttpResponseBase:
    """The page, with ``page`` (a frozen dataclass) as its only word; or the part ``?part=`` names.

    ``parts`` are the ``{% partialdef %}`` names that may be asked for alone; asking for another one
    raises ``Http404``. A part carries an ETag of its content: one that has not changed is answered
    with 304, so pages may ask again every few seconds.
    """
    part = request.GET.get("part")
    if part is None:
        return render(request, template, {"page": page}, status=status)
    if part not in parts:
        raise Http404
    response = render(request, f"{template}#{part}", {"page": page}, status=status)
    return unless_known(request, response)


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """``response`` with an ETag of its content; 304 for who has it already."""
    etag = quote_etag(blake2b(response.content, digest_size=12).hexdigest())
    response.headers["ETag"] = etag
    conditional = get_conditional_response(request, etag=etag, response=response)
    return response if conditional is None else conditional
