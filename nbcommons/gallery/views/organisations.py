"""Pages of organisations: the tree, one of its parts, the people there."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.requests import CommonsRequest
from nbcommons.gallery.queries.addresses import words_of
from nbcommons.gallery.queries.organisations import (
    organisation_page,
    organisation_people_page,
    organisations_page,
)
from nbcommons.people.models import Organisation


@require_safe
def organisations(request: CommonsRequest) -> HttpResponseBase:
    page = organisations_page(request.actor)
    return render_page(request, "gallery/organisations.html", page)


@require_safe
def organisation(request: CommonsRequest, organisation_id: int) -> HttpResponseBase:
    found = get_object_or_404(Organisation, pk=organisation_id)
    page = organisation_page(request.actor, found, page=page_number(request.GET))
    return render_page(request, "gallery/organisation.html", page)


@require_safe
def people(request: CommonsRequest, organisation_id: int) -> HttpResponseBase:
    found = get_object_or_404(Organisation, pk=organisation_id)
    page = organisation_people_page(
        found, query=words_of(request.GET), page=page_number(request.GET)
    )
    return render_page(request, "gallery/organisation_people.html", page)
