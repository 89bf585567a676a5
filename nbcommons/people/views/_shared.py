"""What several pages of accounts need."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from nbcommons.people import queries
from nbcommons.people.models import Person
from nbcommons.people.sessions import SessionStore

View = Callable[..., HttpResponseBase]


def signed_in(request: HttpRequest) -> Person:
    """The person behind the request; only for pages that ask for signing in."""
    person = request.user
    if not isinstance(person, Person):  # LoginRequiredMiddleware has sent others away
        raise TypeError("no person is signed in")
    return person


def session_of(request: HttpRequest) -> SessionStore:
    """The session of the request, as our store keeps it."""
    if not isinstance(request.session, SessionStore):
        raise TypeError("sessions are kept by people.sessions")
    return request.session


def confirmed(*, then: str) -> Callable[[View], View]:
    """Lets a view pass only if its person has shown lately that it is them.

    By password, passkey or code; or, where their organisation alone signs them in, by signing in
    with it anew. They come back to the page called ``then`` and do it again.
    """

    def decorate(view: View) -> View:
        guarded = reauthentication_required(view, app="allauth.account")

        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if _must_sign_in_again(request):
                query = urlencode({"next": reverse(then)})
                return HttpResponseRedirect(f"{reverse('people:sign_in_again')}?{query}")
            response: HttpResponseBase = guarded(request, *args, **kwargs)
            return response

        return wrapped

    return decorate


def back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that the form names in ``next``, if it is one of ours; else home."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if is_ours else "/")


def _must_sign_in_again(request: HttpRequest) -> bool:
    person = signed_in(request)
    if get_reauthentication_flows(person) or not queries.ways_in(person):
        return False
    records = get_authentication_records(request, person)
    newest = max((record["at"] for record in records), default=0.0)
    return bool(time.time() - newest > app_settings.REAUTHENTICATION_TIMEOUT)
