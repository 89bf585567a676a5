"""Pages of one's own settings."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.core.pages import render_page
from nbcommons.core.requests import CommonsRequest
from nbcommons.people import _settings_pages as pages, tokens
from nbcommons.people.forms import organisation
from nbcommons.people.forms.own import PreferencesForm, ProfileForm, TokenForm
from nbcommons.people.models import Person
from nbcommons.people.operations import organisations, own
from nbcommons.people.views._shared import back, confirmed, session_of, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: CommonsRequest) -> HttpResponseBase:
    person, template = signed_in(request), "people/settings.html"
    if request.method != "POST":
        form = ProfileForm(initial=pages.profile_of(person))
        page = pages.settings_page(person, form, at=timezone.now())
        return render_page(request, template, page)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        page = pages.settings_page(person, form, at=timezone.now())
        return render_page(request, template, page, status=422)
    details = dict(form.cleaned_data)
    if organisation.NAME in form.fields:
        place = details.pop(organisation.NAME)
        organisations.place_person_at(request.actor, person, place)
    own.change_own_profile(request.actor, **details)
    messages.success(request, "Saved.")
    return redirect("people:settings")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: CommonsRequest) -> HttpResponseBase:
    person, template = signed_in(request), "people/preferences.html"
    if request.method != "POST":
        form = PreferencesForm(initial=pages.preferences_of(person), person=person)
        return render_page(request, template, pages.preferences_page(person, form))
    form = PreferencesForm(request.POST, person=person)
    if not form.is_valid():
        return render_page(request, template, pages.preferences_page(person, form), status=422)
    own.change_own_preferences(request.actor, form.preferences())
    messages.success(request, "Saved.")
    return redirect("people:preferences")


@require_POST
def theme(request: CommonsRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen in Person.Theme.values:
        own.change_own_theme(request.actor, theme=Person.Theme(chosen))
    return back(request)


@never_cache
@require_safe
def browsers(request: CommonsRequest) -> HttpResponseBase:
    page = pages.browsers_page(
        signed_in(request), own_id=session_of(request).own_id, at=timezone.now()
    )
    return render_page(request, "people/browsers.html", page)


@require_POST
def end_session(request: CommonsRequest, public_id: UUID) -> HttpResponse:
    if not own.end_own_session(request.actor, public_id=public_id):
        raise Http404
    messages.success(request, "You are signed out there.")
    return redirect("people:browsers")


@require_POST
def sign_out_everywhere(request: CommonsRequest) -> HttpResponse:
    own.end_own_sessions(request.actor, but=session_of(request).own_id)
    person = signed_in(request)
    person.refresh_from_db()
    # All but this session: whoever presses the button sees that it worked.
    update_session_auth_hash(request, person)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("people:browsers")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_tokens(request: CommonsRequest) -> HttpResponseBase:
    if request.method == "POST":
        return _make_token(request)
    page = pages.tokens_page(signed_in(request), TokenForm(), at=timezone.now())
    return render_page(request, "people/tokens.html", page)


# Whoever finds an unlocked screen must not take a key with them.
@confirmed(then="people:tokens")
def _make_token(request: CommonsRequest) -> HttpResponseBase:
    person, template, now = signed_in(request), "people/tokens.html", timezone.now()
    form = TokenForm(request.POST)
    if not form.is_valid():
        page = pages.tokens_page(person, form, at=now)
        return render_page(request, template, page, status=422)
    made = tokens.mint_personal_token(
        request.actor,
        person,
        scopes=tuple(form.cleaned_data["scopes"]),
        label=form.cleaned_data["label"],
        expires_at=form.expires_at(now),
        at=now,
    )
    # Shown in this answer alone: only its hash is kept, so no later page could show it.
    page = pages.tokens_page(person, TokenForm(), secret=made.secret, at=now)
    return render_page(request, template, page)


@require_POST
def revoke_token(request: CommonsRequest, token_id: int) -> HttpResponse:
    if not tokens.revoke_token(request.actor, token_id=token_id, at=timezone.now()):
        raise Http404
    messages.success(request, "That program can no longer act in your name.")
    return redirect("people:tokens")
