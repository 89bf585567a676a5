"""Tags: renaming, merging, taking away, keeping for administrators."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from nbcommons.administration.forms import TagForm
from nbcommons.administration.operations import tags as operations
from nbcommons.administration.queries.paging import words_of
from nbcommons.administration.queries.tags import tags_page
from nbcommons.administration.views._guard import in_admin_mode
from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.requests import CommonsRequest
from nbcommons.notebooks.models import Tag


@dataclass(frozen=True, slots=True)
class TagFormPage:
    """One tag and what can be done with it."""

    tag: Tag
    form: forms.Form
    notebooks: int


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def tags(request: CommonsRequest) -> HttpResponseBase:
    if request.method == "POST":
        made = operations.add_restricted_tag(request.actor, request.POST.get("name", ""))
        messages.success(request, f"Only administrators can use “{made}”.")
        return redirect("administration:tags")
    page = tags_page(
        query=words_of(request.GET),
        order="name" if request.GET.get("order") == "name" else "",
        is_restricted=request.GET.get("only") == "restricted",
        page=page_number(request.GET),
    )
    return render_page(request, "administration/tags.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def tag(request: CommonsRequest, tag_id: int) -> HttpResponseBase:
    found = get_object_or_404(Tag, pk=tag_id)
    if request.method != "POST":
        return _tag_page(request, found, TagForm(initial={"name": found.name}))
    match request.POST.get("change"):
        case "delete":
            count = operations.delete_tag(request.actor, found)
            messages.success(request, f"“{found.name}” is off {count:,} notebooks.")
        case "restrict" | "free" as change:
            operations.restrict_tag(request.actor, found, is_restricted=change == "restrict")
            messages.success(request, "Saved.")
        case _:
            form = TagForm(request.POST)
            if not form.is_valid():
                return _tag_page(request, found, form, status=422)
            now = operations.rename_tag(request.actor, found, **form.cleaned_data)
            messages.success(request, f"It is “{now}” now.")
    return redirect("administration:tags")


def _tag_page(
    request: CommonsRequest, found: Tag, form: TagForm, *, status: int = 200
) -> HttpResponseBase:
    page = TagFormPage(tag=found, form=form, notebooks=found.notebooks.count())
    return render_page(request, "administration/tag.html", page, status=status)
