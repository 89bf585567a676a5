"""Your Jupyter: how it is, starting and stopping it, how the next one begins."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.core.pages import render_page
from nbcommons.core.requests import CommonsRequest
from nbcommons.people import tokens
from nbcommons.runtime import lab_settings, lifetimes, operations, pages
from nbcommons.runtime.preferences import change_preferences
from nbcommons.runtime.registered import (
    BadEnvironment,
    forget_environment,
    register_environment,
)

PAGE = "runtime:your_jupyter"


@never_cache
@require_safe
def your_jupyter(request: CommonsRequest) -> HttpResponseBase:
    page = pages.your_jupyter(request.actor, at=timezone.now())
    return render_page(request, "runtime/your_jupyter.html", page, parts={"state"})


@require_POST
def start(request: CommonsRequest) -> HttpResponse:
    operations.start_own_environment(request.actor, profile=request.POST.get("profile", ""))
    return redirect(PAGE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: CommonsRequest) -> HttpResponseBase:
    """GET says what would be lost; POST stops it, and with ``fresh`` another one starts."""
    if request.method != "POST":
        page = pages.your_jupyter(request.actor, at=timezone.now())
        template = "runtime/stop.html"
        if "fresh" in request.GET:
            template = "runtime/renew.html"
        return render_page(request, template, page)
    if "fresh" in request.POST:
        chosen = request.POST.get("profile", "")
        operations.renew_own_environment(request.actor, profile=chosen)
    else:
        operations.stop_own_environment(request.actor)
        messages.success(request, "Your Jupyter is closing.")
    return redirect(PAGE)


@require_POST
def extend(request: CommonsRequest) -> HttpResponse:
    lifetimes.extend_environment(request.actor, at=timezone.now())
    messages.success(request, "Your Jupyter stays open longer.")
    return redirect(PAGE)


@require_POST
def preferences(request: CommonsRequest) -> HttpResponse:
    change_preferences(
        request.actor,
        fills_home="fills_home" in request.POST,
        keeps_settings="keeps_settings" in request.POST,
    )
    messages.success(request, "Saved. It holds from the next start on.")
    return redirect(PAGE)


@require_POST
def forget_settings(request: CommonsRequest) -> HttpResponse:
    lab_settings.forget(request.actor)
    messages.success(request, "Forgotten. Your next Jupyter looks as it does for everybody.")
    return redirect(PAGE)


@require_POST
def disconnect(request: CommonsRequest, token_id: int) -> HttpResponse:
    if not tokens.revoke_token(request.actor, token_id=token_id, at=timezone.now()):
        raise Http404
    messages.success(request, "That Jupyter can no longer act in your name.")
    return redirect(PAGE)


@require_POST
def register(request: CommonsRequest) -> HttpResponse:
    """The person says which other Jupyter may act in their name."""
    if not settings.NBCOMMONS_NBGALLERY:
        raise Http404
    try:
        row = register_environment(
            request.actor,
            name=request.POST.get("name", ""),
            url=request.POST.get("url", ""),
            interface=request.POST.get("interface", ""),
            is_asked_by_person=True,
            at=timezone.now(),
        )
    except BadEnvironment as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{row.name} may act in your name from now on.")
    return redirect(PAGE)


@require_POST
def forget(request: CommonsRequest, key: int) -> HttpResponse:
    if not forget_environment(request.actor, key):
        raise Http404
    messages.success(request, "Forgotten.")
    return redirect(PAGE)
