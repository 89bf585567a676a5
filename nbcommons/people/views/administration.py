"""Pages for administrators: admin mode, everybody's accounts."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.core.middleware import ADMIN_MODE_KEY
from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.requests import CommonsRequest
from nbcommons.people import _pages, queries
from nbcommons.people.admin_mode import to_admin_mode
from nbcommons.people.forms.joining import InvitationForm
from nbcommons.people.operations import accounts as looking_after, joining, own
from nbcommons.people.views._shared import back, confirmed, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def admin_mode(request: CommonsRequest) -> HttpResponseBase:
    if request.method != "POST":
        page = _pages.admin_mode_page(signed_in(request), request.session, timezone.now())
        return render_page(request, "people/admin_mode.html", page)
    if request.POST.get("mode") == "on":
        return _switch_admin_mode_on(request)
    own.switch_admin_mode(request.actor, is_on=False, at=timezone.now())
    request.session.pop(ADMIN_MODE_KEY, None)
    messages.success(request, "Admin mode is off.")
    return back(request)


# Whoever finds an unlocked screen must not become an administrator by one click.
@confirmed(then="people:admin_mode")
def _switch_admin_mode_on(request: CommonsRequest) -> HttpResponse:
    until = own.switch_admin_mode(request.actor, is_on=True, at=timezone.now())
    if until is not None:
        request.session.cycle_key()
        request.session[ADMIN_MODE_KEY] = until.isoformat()
    messages.success(request, "Admin mode is on. What you do now is logged as such.")
    return back(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: CommonsRequest) -> HttpResponseBase:
    if not request.actor.is_admin_mode:
        return to_admin_mode(request)
    query, template = request.GET.get("q", ""), "people/accounts.html"
    if request.method != "POST":
        number = page_number(request.GET)
        page = _pages.accounts_page(query, InvitationForm(), page=number)
        return render_page(request, template, page)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return render_page(request, template, _pages.accounts_page(query, form), status=422)
    # Shown in this answer alone: only its hash is kept, so no later page could show it.
    link = joining.invite(request.actor, email=form.cleaned_data["email"], at=timezone.now())
    page = _pages.accounts_page(query, InvitationForm(), link=link)
    return render_page(request, template, page)


@require_POST
def change_account(request: CommonsRequest, username: str) -> HttpResponseBase:
    person = queries.person_named(username)
    if person is None:
        raise Http404
    match request.POST.get("change"):
        case "approve":
            looking_after.approve_person(request.actor, person)
        case "decline":
            looking_after.decline_person(request.actor, person)
        case "deactivate":
            looking_after.deactivate_person(request.actor, person, at=timezone.now())
        case "reactivate":
            looking_after.reactivate_person(request.actor, person)
        case "make-administrator":
            looking_after.change_administrator(request.actor, person, is_administrator=True)
        case "unmake-administrator":
            looking_after.change_administrator(request.actor, person, is_administrator=False)
        case "remove-second-step":
            looking_after.remove_second_step(request.actor, person)
        case "password-link":
            link = looking_after.make_password_link(request.actor, person)
            page = _pages.accounts_page("", InvitationForm(), password_link=link)
            return render_page(request, "people/accounts.html", page)
        case _:
            raise Http404
    messages.success(request, f"Done for {person}.")
    return back(request)


@never_cache
@require_safe
def switch_off(request: CommonsRequest, username: str) -> HttpResponseBase:
    """Asks before an account is switched off, and tells what it leaves behind."""
    if not request.actor.is_admin_mode:
        return redirect("people:admin_mode")
    person = queries.person_named(username)
    if person is None:
        raise Http404
    return render_page(request, "people/switch_off.html", _pages.switch_off_page(person))
