"""Pages for people without a session: joining, having signed out; and who we are to the hub."""

from allauth.account.utils import complete_signup
from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from nbcommons.core.pages import render_page
from nbcommons.core.requests import CommonsRequest
from nbcommons.people import _pages
from nbcommons.people.forms.joining import JoinForm
from nbcommons.people.operations import joining


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
        return _join_page(request, JoinForm(initial={"email": offer.email}), offer, secret)
    refused: HttpResponse | None = consume_or_429(request, action="signup")
    if refused is not None:
        return refused
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _join_page(request, form, offer, secret, status=422)
    person = joining.join(form.new_person(), secret=secret, at=now)
    if person.awaits_approval:
        return redirect("people:waiting")
    messages.success(request, f"Welcome, {person}.")
    response: HttpResponse = complete_signup(request, person, None, "/")
    return response


def _join_page(
    request: HttpRequest,
    form: JoinForm,
    offer: _pages.Offer,
    secret: str | None,
    *,
    status: int = 200,
) -> HttpResponseBase:
    ways = _pages.ways_with(invitation=secret) if secret else ()
    page = _pages.JoinPage(form=form, offer=offer, ways=ways)
    return render_page(request, "people/join.html", page, status=status)


@login_not_required
@never_cache
@require_safe
def signed_out(request: HttpRequest) -> HttpResponseBase:
    is_jupyter_left = request.GET.get("jupyter") != "unreachable"
    page = _pages.SignedOutPage(is_jupyter_left=is_jupyter_left)
    return render_page(request, "people/signed_out.html", page)


@login_not_required
@require_safe
def identity_configuration(request: HttpRequest) -> HttpResponse:
    del request
    return _pages.identity_configuration()
