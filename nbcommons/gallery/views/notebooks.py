"""Pages of notebooks: home, browse, a notebook, its frame, starting it."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.prepared import PreparedNotebooks
from nbcommons.collaboration.queries.together import ASKED
from nbcommons.core.pages import render_page
from nbcommons.core.prepared import IDENTIFIER
from nbcommons.core.readers import open_to_readers
from nbcommons.core.requests import CommonsRequest
from nbcommons.gallery.queries.cards import with_card_parts
from nbcommons.gallery.queries.home import home_page, popular_tags, suggestions
from nbcommons.gallery.queries.notebook import (
    NotebookPage,
    VitalPart,
    notebook_leaf,
    notebook_page,
    vital_part,
)
from nbcommons.gallery.queries.standing import ACTIONS
from nbcommons.gallery.queries.start import start_page
from nbcommons.gallery.queries.titled import titled_path
from nbcommons.notebooks.models import Notebook
from nbcommons.rendering.sandbox import leaf_response
from nbcommons.runtime import operations as runtime


def _by_uuid(notebooks: QuerySet[Notebook], uuid: UUID) -> QuerySet[Notebook]:
    return with_card_parts(notebooks).filter(uuid=uuid)


_BY_UUID = PreparedNotebooks(_by_uuid, uuid=IDENTIFIER)
_TOLD_BY_UUID = PreparedNotebooks(_by_uuid, tell=(*ACTIONS, *ASKED), uuid=IDENTIFIER)


@open_to_readers
@require_safe
def home(request: CommonsRequest) -> HttpResponseBase:
    if request.actor.person_id is None:
        return redirect("gallery:browse")
    page = home_page(request.actor, at=timezone.now())
    return render_page(request, "gallery/home.html", page)


@open_to_readers
@require_safe
def suggest(request: CommonsRequest) -> HttpResponseBase:
    """A few ways to go on from what stands in the large search field; a part of the home page."""
    typed = request.GET.get("q", "").strip()
    links = suggestions(request.actor, typed) if typed else popular_tags(request.actor)
    lead = "Perhaps" if typed else "Many notebooks here are about"
    return render(request, "gallery/_tries.html", {"lead": lead, "links": links})


@open_to_readers
@require_safe
def notebook(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    return _page(request, uuid)


@open_to_readers
@require_safe
def notebook_by_title(request: CommonsRequest, uuid: UUID, slug: str) -> HttpResponseBase:
    """The address with the title in it.

    After a change of the title, the addresses with an older one lead to that with the new one:
    not for ever, since a title may change back.
    """
    if "part" not in request.GET:
        path = titled_path(uuid, _notebook(request, uuid).title)
        if path != request.path:
            query = request.META.get("QUERY_STRING", "")
            return redirect(path + (f"?{query}" if query else ""))
    del slug
    return _page(request, uuid)


def _page(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    if request.GET.get("part") == "health":
        found = _notebook(request, uuid)
        page: NotebookPage | VitalPart = vital_part(found)
    else:
        found = _notebook(request, uuid, tell=True)
        page = notebook_page(request.actor, found)
        if request.actor.person_id is not None:
            runtime.prewarm_environment(request.actor, found.pk)
    return render_page(request, "gallery/notebook.html", page, parts={"health"})


@open_to_readers
@require_safe
def leaf(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    found = _notebook(request, uuid)
    return leaf_response(request, notebook_leaf(found, theme=request.GET.get("theme", "")))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    """POST starts the person's Jupyter; GET shows how far it is, and goes there when it is up."""
    runnable = guard.notebooks_for(request.actor, Action.NOTEBOOK_RUN)
    found = runnable.select_related("current_revision").filter(uuid=uuid).first()
    if found is None:
        # Readable, but frozen: its own page says why.
        return redirect("gallery:notebook", _notebook(request, uuid).uuid)
    if request.method == "POST":
        environment = runtime.prepare_environment(request.actor, found.pk)
        if not environment.has_problem:
            return redirect("gallery:run", uuid)
        # Shown at once: a reason that the hub gave only now would be lost by looking again.
        page = start_page(request.actor, found, environment=environment)
        return render_page(request, "gallery/run.html", page)
    page = start_page(request.actor, found)
    if page.is_ready and "part" not in request.GET:
        return redirect(page.jupyter_url)
    response = render_page(request, "gallery/run.html", page, parts={"progress"})
    if page.is_ready:
        response.headers["HX-Redirect"] = page.jupyter_url
    return response


def _notebook(request: CommonsRequest, uuid: UUID, *, tell: bool = False) -> Notebook:
    """What cards show is there; ``tell``: and what the reader may do with it."""
    found = (_TOLD_BY_UUID if tell else _BY_UUID).first(request.actor, uuid=uuid)
    if found is None:
        raise Http404
    return found
