"""Notebooks as clients read, compare and stage them."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from nbcommons.core.readers import open_to_readers
from nbcommons.core.requests import CommonsRequest
from nbcommons.intake.queries.drafts import drafts_of
from nbcommons.intake.queries.reading import stripped_document
from nbcommons.nbgallery import operations
from nbcommons.nbgallery.door import for_clients, problem
from nbcommons.nbgallery.params import listing_of, told, told_yes, wants_json
from nbcommons.nbgallery.queries import lists
from nbcommons.nbgallery.queries.differing import difference
from nbcommons.nbgallery.queries.naming import notebook_named
from nbcommons.nbgallery.queries.telling import file_of, metadata_of, owner_of, url_of
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.notebooks.queries import document_of

FORM = "multipart/form-data"
_NO_FILE_NAME = re.compile(r"[^A-Za-z0-9 ._-]+")
ATTRIBUTES: dict[str, Callable[[Notebook], Any]] = {
    "title": lambda notebook: notebook.title,
    "description": lambda notebook: notebook.purpose,
    "public": lambda notebook: notebook.visibility == Visibility.EVERYONE,
    "owner": owner_of,
    "friendly_url": url_of,
    "tags": lambda notebook: sorted(notebook.tags.values_list("name", flat=True)),
}


@for_clients("POST")
def stages(request: CommonsRequest) -> HttpResponseBase:
    file_name, raw = None, b""
    is_form = request.content_type == FORM
    if is_form:
        file = request.FILES.get("file")
        if file is None or not (file.name or "").endswith(".ipynb"):
            return problem(
                HTTPStatus.UNPROCESSABLE_ENTITY, "Send a notebook (.ipynb) as “file”."
            )
        file_name, raw = file.name, file.read()
    else:
        raw = request.body
    sent = {**request.GET.dict(), **(request.POST.dict() if is_form else {})}
    staged = operations.stage(
        request.actor,
        raw=raw,
        named=told(sent.get("id")),
        file_name=file_name,
        is_agreed=told_yes(sent.get("agree")),
        at=timezone.now(),
    )
    receipt = {
        "commit": str(staged.draft),
        "staging_id": str(staged.draft),
        "filename": staged.file_name,
        ("link" if staged.may_edit else "clone"): str(staged.target or staged.draft),
    }
    return JsonResponse(receipt, status=HTTPStatus.CREATED)


@for_clients("GET")
def preprocess(request: CommonsRequest, staged: str) -> HttpResponseBase:
    draft = get_object_or_404(drafts_of(request.actor), uuid=staged)
    return JsonResponse({"proposed_tags": [tag["name"] for tag in draft.tags]})


@for_clients("GET", lets_readers_in=True)
def metadata(request: CommonsRequest, named: str) -> HttpResponseBase:
    return JsonResponse(metadata_of(request.actor, notebook_named(request.actor, named)))


@for_clients("GET", lets_readers_in=True)
def uuid(request: CommonsRequest, named: str, slug: str = "") -> HttpResponseBase:
    del slug
    return JsonResponse({"uuid": str(notebook_named(request.actor, named).uuid)})


@for_clients("GET", lets_readers_in=True)
def download(request: CommonsRequest, named: str) -> HttpResponseBase:
    """Clients parse it themselves, and fail on any kind of content that says JSON."""
    notebook = notebook_named(request.actor, named)
    answer = HttpResponse(
        file_of(request.actor, notebook), content_type="application/octet-stream"
    )
    plain = _NO_FILE_NAME.sub("-", notebook.title).strip("-. ")[:120] or "notebook"
    full = quote(notebook.title.replace("/", "-"), safe="")
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}.ipynb\"; filename*=UTF-8''{full}.ipynb"
    )
    answer.headers["Content-Transfer-Encoding"] = "binary"
    return answer


@for_clients("POST")
def diff(request: CommonsRequest, named: str) -> HttpResponseBase:
    notebook = notebook_named(request.actor, named)
    if notebook.current_revision is None:
        raise Http404
    theirs = stripped_document(request.actor, request.body)
    return JsonResponse(difference(document_of(notebook.current_revision), theirs))


@for_clients("GET", lets_readers_in=True)
def attribute(request: CommonsRequest, named: str, key: str) -> HttpResponseBase:
    notebook = notebook_named(request.actor, named)
    return JsonResponse({key: ATTRIBUTES[key](notebook)})


@for_clients("GET")
def stars(request: CommonsRequest) -> HttpResponseBase:
    listing = listing_of(request.GET)
    return JsonResponse(lists.starred(request.actor, listing), safe=False)


@for_clients("GET", lets_readers_in=True)
def recently_executed(request: CommonsRequest) -> HttpResponseBase:
    listing = listing_of(request.GET, deprecated="include_deprecated")
    found = lists.recently_executed(request.actor, listing, at=timezone.now())
    return JsonResponse(found, safe=False)


@for_clients("GET", lets_readers_in=True)
def all_notebooks(request: CommonsRequest) -> HttpResponseBase:
    """The list for programs; people are led to the page."""
    if not wants_json(request):
        query = request.META.get("QUERY_STRING", "")
        return redirect("/notebooks/" + (f"?{query}" if query else ""))
    listing = listing_of(request.GET)
    return JsonResponse(lists.all_notebooks(request.actor, listing), safe=False)


@open_to_readers
def page(request: CommonsRequest, named: str, slug: str = "") -> HttpResponseBase:
    """The page of a notebook under the short addresses that clients open."""
    del slug
    return redirect("gallery:notebook", notebook_named(request.actor, named).uuid)
