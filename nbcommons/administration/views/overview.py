"""The page that administrators begin on, drafts, and how notebooks go in and out."""

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from nbcommons.administration.queries.overview import overview_page
from nbcommons.administration.queries.work import drafts_page
from nbcommons.administration.views._guard import in_admin_mode
from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.requests import CommonsRequest


@require_safe
@in_admin_mode
def overview(request: CommonsRequest) -> HttpResponseBase:
    page = overview_page(request.actor, at=timezone.now())
    return render_page(request, "administration/overview.html", page)


@require_safe
@in_admin_mode
def drafts(request: CommonsRequest) -> HttpResponseBase:
    page = drafts_page(page=page_number(request.GET), at=timezone.now())
    return render_page(request, "administration/drafts.html", page)


@require_safe
@in_admin_mode
def transfer(request: CommonsRequest) -> HttpResponseBase:
    return render_page(request, "administration/transfer.html", settings.NBCOMMONS_DATA)
