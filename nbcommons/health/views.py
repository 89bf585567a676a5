"""The page that says how a notebook is doing."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from nbcommons.access import guard
from nbcommons.core.pages import render_page
from nbcommons.core.readers import open_to_readers
from nbcommons.core.requests import CommonsRequest
from nbcommons.health._page import health_page


@open_to_readers
@require_safe
def notebook_health(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = get_object_or_404(
        guard.notebooks_for(request.actor).select_related("current_revision"), uuid=uuid
    )
    page = health_page(notebook, default_days=settings.NBCOMMONS_HEALTH_WINDOW_DAYS)
    return render_page(request, "health/notebook.html", page)
