"""Pages: the list of versions, one of them, two compared, restoring, a label."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.pages import render_page
from nbcommons.core.readers import open_to_readers
from nbcommons.core.requests import CommonsRequest
from nbcommons.notebooks.models import Notebook
from nbcommons.rendering.sandbox import leaf_response
from nbcommons.versions import operations
from nbcommons.versions.errors import LabelRefused, NoSuchVersion
from nbcommons.versions.forms import LabelForm
from nbcommons.versions.queries.addresses import history_url, version_url
from nbcommons.versions.queries.comparing import compare_page, usual_pair
from nbcommons.versions.queries.history import history_page
from nbcommons.versions.queries.reading import version_file, version_leaf, version_page

MAX_DIGITS = 9


@open_to_readers
@require_safe
def history(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = _notebook(request, uuid)
    page = history_page(request.actor, notebook, page=_number(request.GET, "page") or 1)
    return render_page(request, "versions/history.html", page)


@open_to_readers
@require_safe
def version(request: CommonsRequest, uuid: UUID, number: int) -> HttpResponseBase:
    page = version_page(request.actor, _notebook(request, uuid), number)
    return render_page(request, "versions/version.html", page)


@open_to_readers
@require_safe
def leaf(request: CommonsRequest, uuid: UUID, number: int) -> HttpResponseBase:
    theme = request.GET.get("theme", "")
    shown = version_leaf(request.actor, _notebook(request, uuid), number, theme=theme)
    return leaf_response(request, shown)


@open_to_readers
@require_safe
def download(request: CommonsRequest, uuid: UUID, number: int) -> HttpResponseBase:
    file = version_file(request.actor, _notebook(request, uuid), number)
    return HttpResponse(
        file.content,
        content_type="application/x-ipynb+json",
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=True, filename=file.name
            )
            or ""
        },
    )


@open_to_readers
@require_safe
def compare(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = _notebook(request, uuid)
    chosen = [_version_number(request.GET, name) for name in ("from", "to")]
    if None in chosen:
        usual = usual_pair(request.actor, notebook)
        if usual is None:
            messages.info(request, "There is one version only, so there is nothing to compare.")
            return redirect(history_url(notebook))
        chosen = [number or other for number, other in zip(chosen, usual, strict=True)]
    page = compare_page(
        request.actor,
        notebook,
        chosen[0] or 0,
        chosen[1] or 0,
        page=_number(request.GET, "page") or 1,
    )
    return render_page(request, "versions/compare.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: CommonsRequest, uuid: UUID, number: int) -> HttpResponseBase:
    notebook = _notebook_to_edit(request, uuid)
    if request.method != "POST":
        page = version_page(request.actor, notebook, number)
        return render_page(request, "versions/restore.html", page)
    made = operations.restore_version(request.actor, notebook, number, at=timezone.now())
    messages.success(request, f"Version {number} is back, as version {made.number}.")
    return redirect(version_url(notebook, made.number))


@require_http_methods(["GET", "HEAD", "POST"])
def label(request: CommonsRequest, uuid: UUID, number: int) -> HttpResponseBase:
    notebook = _notebook_to_edit(request, uuid)
    page = version_page(request.actor, notebook, number)
    form = LabelForm(
        request.POST if request.method == "POST" else None, initial={"label": page.label}
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.label_version(
                request.actor, notebook, number, label=form.cleaned_data["label"]
            )
        except LabelRefused as error:
            form.add_error("label", str(error))
        else:
            messages.success(request, _labelled(number, form.cleaned_data["label"].strip()))
            return redirect(history_url(notebook))
    context = {"page": page, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "versions/label.html", context, status=status)


def _labelled(number: int, words: str) -> str:
    if not words:
        return f"Version {number} has no label any more."
    return f"Version {number} has the label “{words}” now."


def _notebook(request: CommonsRequest, uuid: UUID) -> Notebook:
    found = guard.notebooks_for(request.actor).select_related("current_revision")
    return get_object_or_404(found, uuid=uuid)


def _notebook_to_edit(request: CommonsRequest, uuid: UUID) -> Notebook:
    """One that may be read; whether it may be edited too is refused in words."""
    notebook = _notebook(request, uuid)
    guard.require(request.actor, Action.NOTEBOOK_EDIT, notebook)
    return notebook


def _number(query: QueryDict, name: str) -> int | None:
    """A whole number from the address, or None."""
    value = query.get(name, "")
    # So many digits only: Python refuses to read thousands of them.
    if not (value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS):
        return None
    return int(value)


def _version_number(query: QueryDict, name: str) -> int | None:
    """The version asked for, None if none is; raises ``NoSuchVersion`` for nonsense."""
    if not query.get(name):
        return None
    number = _number(query, name)
    if number is None:
        raise NoSuchVersion("Versions have numbers, such as 3. Choose two from the list.")
    return number
