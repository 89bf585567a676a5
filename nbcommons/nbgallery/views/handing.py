"""The page that a client opens with what it staged: what is to become of it?"""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nbcommons.core.pages import render_page
from nbcommons.core.requests import CommonsRequest
from nbcommons.intake.queries.drafts import drafts_of
from nbcommons.nbgallery.operations import hand_over
from nbcommons.nbgallery.params import told_tags, told_uuid
from nbcommons.nbgallery.queries.handing import SUGGEST, hand_over_page


@require_http_methods(["GET", "HEAD", "POST"])
def handed_over(request: CommonsRequest, staged: UUID) -> HttpResponseBase:
    """GET offers what can be made of it; a script chooses what the address says, if anything."""
    if not settings.NBCOMMONS_NBGALLERY:
        raise Http404
    draft = get_object_or_404(drafts_of(request.actor), uuid=staged)
    page = hand_over_page(
        request.actor,
        draft,
        notebook=told_uuid(request.GET.get("notebook")),
        parent=told_uuid(request.GET.get("parent")),
    )
    if request.method != "POST":
        return render_page(request, "nbgallery/handed_over.html", page)
    wanted = request.POST.get("do", "")
    choice = next((choice for choice in page.choices if choice.key == wanted), None)
    if choice is None:
        return render_page(request, "nbgallery/handed_over.html", page)
    if choice.key == SUGGEST:
        return redirect("collaboration:suggest", draft.uuid, choice.notebook)
    hand_over(
        request.actor,
        draft,
        becomes=choice.key,
        target=choice.notebook,
        tags=told_tags(request.GET.get("tags")),
        at=timezone.now(),
    )
    return redirect("intake:draft", draft.uuid)
