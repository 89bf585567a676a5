"""Looking after the tree of organisations, and finding teams that need somebody."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from nbcommons.administration.forms import ListForm, OrganisationForm
from nbcommons.administration.queries.paging import words_of
from nbcommons.administration.queries.people import organisations_page, teams_page
from nbcommons.administration.views._guard import in_admin_mode
from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.requests import CommonsRequest
from nbcommons.people.models import Organisation
from nbcommons.people.operations import organisations as operations


@dataclass(frozen=True, slots=True)
class OrganisationFormPage:
    """Adding a part of the tree, or changing one."""

    form: forms.Form
    organisation: Organisation | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """Bringing in a list: the form, what is wrong with the list, or what it would change."""

    form: forms.Form
    faults: tuple[str, ...] = ()
    report: object | None = None
    text: str = ""


@require_safe
@in_admin_mode
def teams(request: CommonsRequest) -> HttpResponseBase:
    page = teams_page(
        request.actor,
        query=words_of(request.GET),
        is_ownerless=request.GET.get("owner") == "none",
        page=page_number(request.GET),
    )
    return render_page(request, "administration/teams.html", page)


@require_safe
@in_admin_mode
def organisations(request: CommonsRequest) -> HttpResponseBase:
    page = organisations_page(query=words_of(request.GET), page=page_number(request.GET))
    return render_page(request, "administration/organisations.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def new(request: CommonsRequest) -> HttpResponseBase:
    template = "administration/organisation.html"
    if request.method != "POST":
        form = OrganisationForm(initial={"parent": request.GET.get("below", "")})
        return render_page(request, template, OrganisationFormPage(form))
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        return render_page(request, template, OrganisationFormPage(form), status=422)
    made = operations.add_organisation(
        request.actor, name=form.cleaned_data["name"], parent=form.chosen_parent()
    )
    messages.success(request, f"{made} is in the tree.")
    return redirect("administration:organisations")


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def organisation(request: CommonsRequest, organisation_id: int) -> HttpResponseBase:
    template = "administration/organisation.html"
    found = get_object_or_404(Organisation, pk=organisation_id)
    if request.method != "POST":
        start = {"name": found.name, "parent": found.parent_id}
        form = OrganisationForm(initial=start, but_of=found)
        return render_page(request, template, OrganisationFormPage(form, found))
    if request.POST.get("change") == "remove":
        operations.remove_organisation(request.actor, found)
        messages.success(request, f"{found.name} is no longer in the tree.")
        return redirect("administration:organisations")
    form = OrganisationForm(request.POST, but_of=found)
    if not form.is_valid():
        return render_page(request, template, OrganisationFormPage(form, found), status=422)
    operations.change_organisation(
        request.actor, found, name=form.cleaned_data["name"], parent=form.chosen_parent()
    )
    messages.success(request, "Saved.")
    return redirect("administration:organisations")


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def import_list(request: CommonsRequest) -> HttpResponseBase:
    template = "administration/organisation_list.html"
    if request.method != "POST":
        return render_page(request, template, ListPage(ListForm()))
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return render_page(request, template, ListPage(form), status=422)
    text = form.cleaned_data["text"]
    faults = operations.faults_of_list(request.actor, text)
    if faults:
        page = ListPage(ListForm(), faults=tuple(faults))
        return render_page(request, template, page, status=422)
    is_dry_run = request.POST.get("change") != "import"
    report = operations.import_organisations(request.actor, text, is_dry_run=is_dry_run)
    if is_dry_run:
        page = ListPage(ListForm(), report=report, text=text)
        return render_page(request, template, page)
    messages.success(request, f"The tree is as the list says: {report.total:,} lines.")
    return redirect("administration:organisations")
