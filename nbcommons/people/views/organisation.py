"""Signing in with one's organisation: going there, coming back, connecting, waiting."""

from typing import Any

import structlog
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from nbcommons.core import rates
from nbcommons.core.pages import render_page
from nbcommons.core.requests import CommonsRequest
from nbcommons.people import _pages
from nbcommons.people.errors import OrganisationUnreachable
from nbcommons.people.operations import admission
from nbcommons.people.organisation import TROUBLE, provider_called
from nbcommons.people.views._shared import confirmed, signed_in

log = structlog.get_logger(__name__)

LEAVING_PER_MINUTE = 30


@login_not_required
@never_cache
@require_safe
def sign_in_with(request: CommonsRequest, provider_id: str) -> HttpResponseBase:
    """Off to the organisation's sign-in page.

    A link, not a form: browsers hold the redirects of a form against our content policy, and
    where a provider leads on to is not known here. It can only sign in, never connect.
    """
    # Each time costs a question to the provider, from here and before anybody is known.
    rates.charge(f"organisation:{rates.address_of(request)}", per_minute=LEAVING_PER_MINUTE)
    target = get_next_redirect_url(request)
    is_again = request.GET.get("again") == "1"
    if request.user.is_authenticated and not is_again:
        return redirect(target or "/")
    data = {"invitation": request.GET.get("invitation", "")[:100]}
    options = {"auth_params": {"prompt": "login"}} if is_again else {}
    return _leave(request, provider_id, AuthProcess.LOGIN, target, data, **options)


@require_POST
# Whoever finds an unlocked screen must not leave a way in for themselves.
@confirmed(then="people:settings")
def connect(request: CommonsRequest, provider_id: str) -> HttpResponseBase:
    gone = _leave(request, provider_id, AuthProcess.CONNECT, None, {})
    provider = provider_called(provider_id)
    # A page that goes on by itself: the redirect of a form would be held against our policy.
    page = _pages.LeavingPage(
        url=gone.headers["Location"], name=provider.name if provider else ""
    )
    return render_page(request, "people/leaving.html", page)


@require_POST
@confirmed(then="people:settings")
def disconnect(request: CommonsRequest, account_id: int) -> HttpResponse:
    if not admission.disconnect(request.actor, account_id=account_id):
        raise Http404
    messages.success(request, "It no longer signs you in here.")
    return redirect("people:settings")


@never_cache
@require_safe
def onward(request: HttpRequest) -> HttpResponseBase:
    """On to a program that signs people in by this site."""
    target = request.GET.get("next", "")
    if not target.startswith(reverse("idp:oidc:authorization")):
        return redirect("/")
    return render_page(request, "people/leaving.html", _pages.LeavingPage(url=target, name=""))


@login_not_required
@never_cache
@require_safe
def waiting(request: HttpRequest) -> HttpResponseBase:
    return render_page(request, "people/waiting.html", None)


@never_cache
@require_safe
def sign_in_again(request: CommonsRequest) -> HttpResponseBase:
    """For people whose organisation alone can say that it is them."""
    page = _pages.sign_in_again_page(signed_in(request), get_next_redirect_url(request) or "/")
    return render_page(request, "people/sign_in_again.html", page)


def _leave(
    request: HttpRequest,
    provider_id: str,
    process: str,
    target: str | None,
    data: dict[str, str],
    **options: Any,
) -> HttpResponseBase:
    known = provider_called(provider_id)
    if known is None:
        raise Http404
    if known.kind == "saml":
        options.pop("auth_params", None)
    provider = get_adapter().get_provider(request, provider_id)
    try:
        response: HttpResponseBase = provider.redirect(
            request, process, next_url=target, data=data, **options
        )
    except TROUBLE as error:
        log.warning(
            "organisation_unreachable",
            provider=provider_id,
            error=type(error).__name__,
            reason=str(error)[:300],
        )
        raise OrganisationUnreachable(
            f"{known.name} does not answer, so we cannot send you there. "
            "Try again in a few minutes."
        ) from error
    return response
