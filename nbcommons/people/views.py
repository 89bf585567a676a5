"""Pages of accounts: joining, one's own settings, admin mode, having signed out."""

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import complete_signup
from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.core.middleware import ADMIN_MODE_KEY
from nbcommons.core.pages import render_page
from nbcommons.core.requests import CommonsRequest
from nbcommons.people import _pages, operations, queries, tokens
from nbcommons.people.forms import DetailsForm, InvitationForm, JoinForm
from nbcommons.people.models import Person


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: CommonsRequest, secret: str | None = None) -> HttpResponseBase:
    if request.user.is_authenticated:
        return render_page(request, "people/already_here.html", None)
    now = timezone.now()
    offer = _pages.offer(secret, at=now)
    if request.method != "POST":
        return _join_page(request, JoinForm(initial={"email": offer.email}), offer)
    refused: HttpResponse | None = consume_or_429(request, action="signup")
    if refused is not None:
        return refused
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _join_page(request, form, offer, status=422)
    person = operations.join(form.new_person(), secret=secret, at=now)
    messages.success(request, f"Welcome, {person}.")
    response: HttpResponse = complete_signup(request, person, None, "/")
    return response


def _join_page(
    request: HttpRequest, form: JoinForm, offer: _pages.Offer, *, status: int = 200
) -> HttpResponseBase:
    page = _pages.JoinPage(form=form, offer=offer)
    return render_page(request, "people/join.html", page, status=status)


@login_not_required
@never_cache
@require_safe
def signed_out(request: HttpRequest) -> HttpResponseBase:
    is_jupyter_left = request.GET.get("jupyter") != "unreachable"
    page = _pages.SignedOutPage(is_jupyter_left=is_jupyter_left)
    return render_page(request, "people/signed_out.html", page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: CommonsRequest) -> HttpResponseBase:
    person = _signed_in(request)
    if request.method != "POST":
        form = DetailsForm(initial=_pages.details_of(person))
        return render_page(
            request, "people/settings.html", _pages.settings_page(person, form, timezone.now())
        )
    form = DetailsForm(request.POST)
    if not form.is_valid():
        page = _pages.settings_page(person, form, timezone.now())
        return render_page(request, "people/settings.html", page, status=422)
    operations.change_own_details(request.actor, **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect("people:settings")


@require_POST
def theme(request: CommonsRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen in Person.Theme.values:
        operations.change_own_theme(request.actor, theme=Person.Theme(chosen))
    return _back(request)


@require_POST
def revoke_token(request: CommonsRequest, token_id: int) -> HttpResponse:
    if not tokens.revoke_token(request.actor, token_id=token_id, at=timezone.now()):
        raise Http404
    messages.success(request, "That program can no longer act in your name.")
    return redirect("people:settings")


@require_POST
def sign_out_everywhere(request: CommonsRequest) -> HttpResponse:
    operations.end_own_sessions(request.actor)
    person = _signed_in(request)
    person.refresh_from_db()
    # All but this session: whoever presses the button sees that it worked.
    update_session_auth_hash(request, person)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("people:settings")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def admin_mode(request: CommonsRequest) -> HttpResponseBase:
    if request.method != "POST":
        page = _pages.admin_mode_page(_signed_in(request), request.session, timezone.now())
        return render_page(request, "people/admin_mode.html", page)
    if request.POST.get("mode") == "on":
        response: HttpResponse = _switch_admin_mode_on(request)
        return response
    operations.switch_admin_mode(request.actor, is_on=False, at=timezone.now())
    request.session.pop(ADMIN_MODE_KEY, None)
    messages.success(request, "Admin mode is off.")
    return _back(request)


# Whoever finds an unlocked screen must not become an administrator by one click.
@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]
def _switch_admin_mode_on(request: CommonsRequest) -> HttpResponse:
    until = operations.switch_admin_mode(request.actor, is_on=True, at=timezone.now())
    if until is not None:
        request.session.cycle_key()
        request.session[ADMIN_MODE_KEY] = until.isoformat()
    messages.success(request, "Admin mode is on. What you do now is logged as such.")
    return _back(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: CommonsRequest) -> HttpResponseBase:
    if not request.actor.is_admin_mode:
        return redirect("people:admin_mode")
    query, template = request.GET.get("q", ""), "people/accounts.html"
    if request.method != "POST":
        return render_page(request, template, _pages.accounts_page(query, InvitationForm()))
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return render_page(request, template, _pages.accounts_page(query, form), status=422)
    # Shown in this answer alone: only its hash is kept, so no later page could show it.
    link = operations.invite(request.actor, email=form.cleaned_data["email"], at=timezone.now())
    page = _pages.accounts_page(query, InvitationForm(), link=link)
    return render_page(request, template, page)


@require_POST
def change_account(request: CommonsRequest, username: str) -> HttpResponseBase:
    person = queries.person_named(username)
    if person is None:
        raise Http404
    match request.POST.get("change"):
        case "deactivate":
            operations.deactivate_person(request.actor, person, at=timezone.now())
        case "reactivate":
            operations.reactivate_person(request.actor, person)
        case "make-administrator":
            operations.change_administrator(request.actor, person, is_administrator=True)
        case "unmake-administrator":
            operations.change_administrator(request.actor, person, is_administrator=False)
        case "remove-second-step":
            operations.remove_second_step(request.actor, person)
        case "password-link":
            link = operations.make_password_link(request.actor, person)
            page = _pages.accounts_page("", InvitationForm(), password_link=link)
            return render_page(request, "people/accounts.html", page)
        case _:
            raise Http404
    messages.success(request, f"Done for {person}.")
    return _back(request)


@login_not_required
@require_safe
def identity_configuration(request: HttpRequest) -> HttpResponse:
    del request
    return _pages.identity_configuration()


def _signed_in(request: HttpRequest) -> Person:
    person = request.user
    if not isinstance(person, Person):  # LoginRequiredMiddleware has sent others away
        raise TypeError("no person is signed in")
    return person


def _back(request: HttpRequest) -> HttpResponseRedirect:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if is_ours else "/")
