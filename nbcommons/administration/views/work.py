"""Jobs and the audit log."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from nbcommons.administration.operations import exports, jobs as operations
from nbcommons.administration.queries.audit import asked_for, audit_page, csv_lines
from nbcommons.administration.queries.paging import words_of
from nbcommons.administration.queries.work import STATE_WORDS, jobs_page
from nbcommons.administration.views._guard import in_admin_mode
from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.requests import CommonsRequest


@require_safe
@in_admin_mode
def jobs(request: CommonsRequest) -> HttpResponseBase:
    state = request.GET.get("state", "failed")
    if state not in STATE_WORDS:
        raise Http404
    page = jobs_page(
        state=state,
        task=words_of(request.GET, "task"),
        page=page_number(request.GET),
        at=timezone.now(),
    )
    return render_page(request, "administration/jobs.html", page)


@require_POST
@in_admin_mode
def job(request: CommonsRequest, job_id: int) -> HttpResponseBase:
    match request.POST.get("change"):
        case "again":
            task = operations.run_job_again(request.actor, job_id, at=timezone.now())
            messages.success(request, f"{task} runs again.")
        case "cancel":
            task = operations.cancel_job(request.actor, job_id)
            messages.success(request, f"{task} is taken away.")
        case _:
            raise Http404
    return redirect("administration:jobs")


@require_safe
@in_admin_mode
def audit(request: CommonsRequest) -> HttpResponseBase:
    asked = asked_for(request.actor, request.GET)
    return render_page(request, "administration/audit.html", audit_page(request.actor, asked))


@require_safe
@in_admin_mode
def audit_export(request: CommonsRequest) -> HttpResponseBase:
    """The entries as CSV, streamed: a log of millions needs no memory."""
    asked = asked_for(request.actor, request.GET)
    exports.note_export(request.actor, asked=asked.query() or "everything")
    name = f"audit-log-{timezone.now():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        csv_lines(request.actor, asked),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
