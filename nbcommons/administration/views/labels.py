"""Access labels: making them, granting and withdrawing them."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nbcommons.administration.forms import GrantForm, LabelForm, end_of
from nbcommons.administration.queries.paging import words_of
from nbcommons.administration.queries.people import (
    HolderRow,
    LabelRow,
    holders_of,
    label_rows,
)
from nbcommons.administration.views._guard import in_admin_mode
from nbcommons.core.pages import render_page
from nbcommons.core.paging import Pager, page_number
from nbcommons.core.refusals import told_in
from nbcommons.core.requests import CommonsRequest
from nbcommons.people.models import Label
from nbcommons.people.operations import labels as operations
from nbcommons.people.queries import person_named


@dataclass(frozen=True, slots=True)
class LabelsPage:
    """All access labels, and a form for one more."""

    rows: tuple[LabelRow, ...]
    form: forms.Form


@dataclass(frozen=True, slots=True)
class LabelPage:
    """One access label: what it says, who holds it."""

    label: Label
    form: forms.Form
    grant_form: forms.Form
    query: str
    rows: tuple[HolderRow, ...]
    total: int
    pager: Pager


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def labels(request: CommonsRequest) -> HttpResponseBase:
    now = timezone.now()
    form = LabelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with told_in(form):
            made = operations.create_label(request.actor, **form.cleaned_data, at=now)
            messages.success(request, f"The label {made} is there; nobody holds it yet.")
            return redirect("administration:label", made.slug)
    page = LabelsPage(rows=label_rows(request.actor, at=now), form=form)
    status = 422 if request.method == "POST" else 200
    return render_page(request, "administration/labels.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def label(request: CommonsRequest, slug: str) -> HttpResponseBase:
    found = get_object_or_404(Label, slug=slug)
    if request.method != "POST":
        return _label_page(request, found)
    if request.POST.get("change") == "delete":
        operations.delete_label(request.actor, found)
        messages.success(request, f"The label {found} is no longer there.")
        return redirect("administration:labels")
    form = LabelForm(request.POST)
    if form.is_valid():
        with told_in(form):
            operations.describe_label(request.actor, found, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("administration:label", found.slug)
    return _label_page(request, found, form=form, status=422)


@require_POST
@in_admin_mode
def grant(request: CommonsRequest, slug: str) -> HttpResponseBase:
    found = get_object_or_404(Label, slug=slug)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _label_page(request, found, grant_form=form, status=422)
    person = form.cleaned_data["username"]
    operations.grant_label(
        request.actor,
        found,
        person,
        expires_at=end_of(form.cleaned_data["last_day"]),
        at=timezone.now(),
    )
    messages.success(request, f"{person} holds {found} now.")
    return redirect("administration:label", found.slug)


@require_POST
@in_admin_mode
def withdraw(request: CommonsRequest, slug: str, username: str) -> HttpResponseBase:
    found = get_object_or_404(Label, slug=slug)
    person, source = person_named(username), request.POST.get("source", "")
    if person is None or source not in operations.Source.values:
        raise Http404
    operations.withdraw_label(request.actor, found, person, source=source)
    messages.success(request, f"{person} no longer holds {found} by that.")
    return redirect("administration:label", found.slug)


def _label_page(
    request: CommonsRequest,
    found: Label,
    *,
    form: LabelForm | None = None,
    grant_form: GrantForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    query = words_of(request.GET)
    rows, total, pager = holders_of(
        found, query=query, page=page_number(request.GET), at=timezone.now()
    )
    said = {
        "name": found.name,
        "description": found.description,
        "claim_name": found.claim_name,
    }
    page = LabelPage(
        label=found,
        form=form or LabelForm(initial=said),
        grant_form=grant_form or GrantForm(),
        query=query,
        rows=rows,
        total=total,
        pager=pager,
    )
    return render_page(request, "administration/label.html", page, status=status)
