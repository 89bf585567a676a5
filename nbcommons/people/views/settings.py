"""Pages of one's own settings."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from nbcommons.core.pages import render_page
from nbcommons.core.requests import CommonsRequest
from nbcommons.people import _pages, tokens
from nbcommons.people.forms import organisation
from nbcommons.people.forms.own import DetailsForm
from nbcommons.people.models import Person
from nbcommons.people.operations import organisations, own
from nbcommons.people.views._shared import back, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: CommonsRequest) -> HttpResponseBase:
    person = signed_in(request)
    if request.method != "POST":
        form = DetailsForm(initial=_pages.details_of(person))
        return render_page(
            request, "people/settings.html", _pages.settings_page(person, form, timezone.now())
        )
    form = DetailsForm(request.POST)
    if not form.is_valid():
        page = _pages.settings_page(person, form, timezone.now())
        return render_page(request, "people/settings.html", page, status=422)
    details = dict(form.cleaned_data)
    if organisation.NAME in form.fields:
        place = details.pop(organisation.NAME)
        organisations.place_person_at(request.actor, person, place)
    own.change_own_details(request.actor, **details)
    messages.success(request, "Saved.")
    return redirect("people:settings")


@require_POST
def theme(request: CommonsRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen in Person.Theme.values:
        own.change_own_theme(request.actor, theme=Person.Theme(chosen))
    return back(request)


@require_POST
def revoke_token(request: CommonsRequest, token_id: int) -> HttpResponse:
    if not tokens.revoke_token(request.actor, token_id=token_id, at=timezone.now()):
        raise Http404
    messages.success(request, "That program can no longer act in your name.")
    return redirect("people:settings")


@require_POST
def sign_out_everywhere(request: CommonsRequest) -> HttpResponse:
    own.end_own_sessions(request.actor)
    person = signed_in(request)
    person.refresh_from_db()
    # All but this session: whoever presses the button sees that it worked.
    update_session_auth_hash(request, person)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("people:settings")
