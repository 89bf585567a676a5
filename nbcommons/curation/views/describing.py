"""The page where a notebook's description is edited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from nbcommons.access.actions import Action
from nbcommons.core.requests import CommonsRequest
from nbcommons.curation.errors import (
    ChangedMeanwhile,
    Invalid,
    MaybeSecret,
    RestrictedTag,
    Undecided,
)
from nbcommons.curation.forms import EditForm
from nbcommons.curation.operations.describing import edit_notebook
from nbcommons.curation.queries.describing import (
    Edit,
    EditPage,
    details_of,
    edit_page,
    last_edit_of,
)
from nbcommons.curation.views._shared import notebook_for
from nbcommons.notebooks.models import Category, Notebook

CATEGORIES = (
    (
        Category.OPERATIONAL.value,
        "Working notebook",
        "Answers a real question from start to end",
    ),
    (Category.BUILDING_BLOCK.value, "Building block", "One step that other notebooks can use"),
    (Category.COURSE.value, "Lesson", "Teaches something, with exercises"),
)
WORDS = {
    "title": "title",
    "purpose": "description",
    "category": "type",
    "language": "language",
    "language_version": "version of the language",
    "tags": "tags",
}


@dataclass(frozen=True, slots=True)
class Theirs:
    """What somebody else made of one field meanwhile."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Quarrel:
    """That somebody else changed the same; ``edit`` tells who, None if nobody knows."""

    edit: Edit | None
    theirs: tuple[Theirs, ...]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = notebook_for(request, Action.NOTEBOOK_EDIT, uuid)
    if request.method != "POST":
        details = details_of(notebook)
        page = edit_page(request.actor, notebook)
        form = EditForm(initial=_initial(notebook) | {"seen": page.stamp}, tags=details.tags)
        return _page(request, page, form, shown=details.tags)
    form = EditForm(request.POST, tags=tuple(request.POST.getlist("tags")))
    if not form.is_valid():
        return _refused(request, notebook, form)
    try:
        done = edit_notebook(
            request.actor,
            notebook,
            details=form.details(),
            seen=form.cleaned_data["seen"],
            fine=frozenset(request.POST.getlist("fine")),
            at=timezone.now(),
        )
    except Invalid as error:
        form.add_error(_field(error.field), str(error))
        found = error.findings if isinstance(error, Undecided) else ()
        fine = request.POST.getlist("fine")
        return _refused(request, notebook, form, secrets=found, fine=fine)
    except RestrictedTag as error:
        form.add_error("more_tags", str(error))
        return _refused(request, notebook, form)
    except ChangedMeanwhile as error:
        return _refused(request, notebook, form, quarrel_over=error.fields)
    kept = " and ".join(f"the {WORDS[name]}" for name in done.kept)
    messages.success(
        request,
        f"Saved. Somebody else changed {kept} meanwhile; that was kept." if kept else "Saved.",
    )
    return redirect(f"/notebooks/{notebook.uuid}/")


def _initial(notebook: Notebook) -> dict[str, Any]:
    return {
        "title": notebook.title,
        "purpose": notebook.purpose,
        "category": notebook.category,
        "language": notebook.language,
        "language_version": notebook.language_version,
    }


def _refused(
    request: CommonsRequest,
    notebook: Notebook,
    form: EditForm,
    *,
    quarrel_over: tuple[str, ...] = (),
    secrets: tuple[MaybeSecret, ...] = (),
    fine: Sequence[str] = (),
) -> HttpResponse:
    notebook.refresh_from_db()
    page = edit_page(request.actor, notebook)
    details = details_of(notebook)
    shown = tuple(dict.fromkeys((*details.tags, *form.ticked)))
    if not quarrel_over:
        # The stamp of the first look goes on: whatever changed since is still not seen.
        page = replace(page, stamp=form.data.get("seen", ""))
        return _page(request, page, form, shown=shown, secrets=secrets, fine=fine, status=422)
    values = {**_initial(notebook), "tags": ", ".join(details.tags)}
    values["category"] = notebook.get_category_display()
    theirs = tuple(
        Theirs(WORDS[name].capitalize(), str(values[name]) or "(nothing)")
        for name in quarrel_over
    )
    quarrel = Quarrel(last_edit_of(notebook), theirs)
    return _page(request, page, form, shown=shown, quarrel=quarrel, status=409)


def _page(
    request: CommonsRequest,
    page: EditPage,
    form: EditForm,
    *,
    shown: tuple[str, ...],
    quarrel: Quarrel | None = None,
    secrets: tuple[MaybeSecret, ...] = (),
    fine: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "tags": [(name, name in form.ticked, name in page.restricted) for name in shown],
        "categories": CATEGORIES,
        "quarrel": quarrel,
        "secrets": secrets,
        "fine": fine,
    }
    return render(request, "curation/edit.html", context, status=status)


def _field(name: str) -> str:
    return "more_tags" if name == "tags" else name
