"""What several pages of accounts need."""

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from nbcommons.people.models import Person


def signed_in(request: HttpRequest) -> Person:
    """The person behind the request; only for pages that ask for signing in."""
    person = request.user
    if not isinstance(person, Person):  # LoginRequiredMiddleware has sent others away
        raise TypeError("no person is signed in")
    return person


def back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that the form names in ``next``, if it is one of ours; else home."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if is_ours else "/")
