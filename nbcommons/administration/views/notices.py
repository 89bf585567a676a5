"""Notices of the site: publishing, changing, ending, and putting one away."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from nbcommons.administration.forms import NoticeForm, last_day_before
from nbcommons.administration.models import SiteNotice
from nbcommons.administration.operations import notices as operations
from nbcommons.administration.queries.notices import NoticesPage, notices_page
from nbcommons.administration.views._guard import in_admin_mode
from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.refusals import told_in
from nbcommons.core.requests import CommonsRequest


@dataclass(frozen=True, slots=True)
class NoticesFormPage:
    """All notices, and a form for one more."""

    notices: NoticesPage
    form: forms.Form


@dataclass(frozen=True, slots=True)
class NoticeFormPage:
    """Changing a notice."""

    notice: SiteNotice
    form: forms.Form


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def notices(request: CommonsRequest) -> HttpResponseBase:
    now = timezone.now()
    is_post = request.method == "POST"
    form = NoticeForm(request.POST) if is_post else NoticeForm(initial={"is_dismissible": True})
    if is_post and form.is_valid():
        with told_in(form):
            operations.publish_notice(request.actor, form.notice(), at=now)
            messages.success(request, "The notice is on every page.")
            return redirect("administration:notices")
    listed = notices_page(page=page_number(request.GET), at=now)
    page = NoticesFormPage(notices=listed, form=form)
    status = 422 if is_post else 200
    return render_page(request, "administration/notices.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@in_admin_mode
def notice(request: CommonsRequest, notice_id: int) -> HttpResponseBase:
    found, template = get_object_or_404(SiteNotice, pk=notice_id), "administration/notice.html"
    if request.method != "POST":
        start = {
            "text": found.text,
            "tone": found.tone,
            "is_dismissible": found.is_dismissible,
            "last_day": last_day_before(found.ends_at),
        }
        return render_page(request, template, NoticeFormPage(found, NoticeForm(initial=start)))
    if request.POST.get("change") == "end":
        operations.end_notice(request.actor, found, at=timezone.now())
        messages.success(request, "The notice is off the pages.")
        return redirect("administration:notices")
    form = NoticeForm(request.POST)
    if form.is_valid():
        with told_in(form):
            operations.change_notice(request.actor, found, form.notice(), at=timezone.now())
            messages.success(request, "Saved.")
            return redirect("administration:notices")
    return render_page(request, template, NoticeFormPage(found, form), status=422)


@require_POST
def dismiss_notice(request: CommonsRequest, notice_id: int) -> HttpResponse:
    """Put a notice away; for everybody."""
    if not operations.dismiss_notice(request.actor, notice_id):
        raise Http404
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if is_ours else "/")
