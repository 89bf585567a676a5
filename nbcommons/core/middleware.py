"""What happens to every request: who acts, where it came from, how errors are told."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError

log = structlog.get_logger(__name__)

ADMIN_MODE_KEY = "admin_mode_until"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

WELCOME = "welcomes_other_sites"

View = Callable[..., HttpResponseBase]
Handler = Callable[[HttpRequest], HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """The person signed in, with admin powers while their admin mode lasts; else nobody."""
    person = request.user
    if not person.is_authenticated or not person.is_active:
        return Actor.nobody()
    actor = Actor.person(person.pk, person.get_username())
    until = request.session.get(ADMIN_MODE_KEY)
    if not until or not getattr(person, "is_administrator", False):
        return actor
    return actor.in_admin_mode() if timezone.now() < datetime.fromisoformat(until) else actor


class ActorMiddleware:
    """Gives each request its ``actor``."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        return self.get_response(request)


class SameOriginMiddleware:
    """Refuses state-changing requests that a page of another origin has sent.

    Jupyter runs on a host name of its own that may be same-site with ours, where
    ``SameSite=Lax`` cookies travel and cookies can be planted, so CSRF tokens alone do not hold.
    Programs send neither of the two headers that are looked at, and pass.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE_METHODS:
            return self.get_response(request)
        if _is_from_elsewhere(request) and not _is_welcome(request):
            log.warning("cross_origin_request_refused", path=request.path)
            return tell(
                request,
                status=403,
                title="That came from another site",
                message="This change was sent by a page outside the Commons, so it was not "
                "made. Open the page here and try again.",
            )
        return self.get_response(request)


def welcomes_other_sites(view: View) -> View:
    """Lets pages of other origins send forms to ``view``, which must check them by itself."""

    @wraps(view)
    def welcoming(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    setattr(welcoming, WELCOME, True)
    return welcoming


def _is_welcome(request: HttpRequest) -> bool:
    try:
        return getattr(resolve(request.path_info).func, WELCOME, False)
    except Resolver404:
        return False


def _is_from_elsewhere(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.get_host()}":
        return origin != _origin_of(settings.NBCOMMONS_SITE_URL)
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class ErrorMiddleware:
    """Turns a ``CommonsError`` into its status and sentence; views hold no ``try``.

    The same for a text that no database takes.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponseBase | None:
        """Called by Django when a view raises; anything unanticipated goes on rising."""
        if isinstance(error, CommonsError):
            return tell(request, status=error.status, title=error.title, message=str(error))
        if isinstance(error, DataError) and "NUL" in str(error):
            # Only the database minds, so that any address may be sent one; it changes nothing.
            message = "What was sent holds a NUL character, which no text may hold."
            return tell(request, status=400, title="This cannot be read", message=message)
        return None


def tell(request: HttpRequest, *, status: int, title: str, message: str) -> HttpResponse:
    """Say what went wrong in the form the caller reads: JSON, a part of a page, or a page."""
    if request.path.startswith(("/api/", "/internal/")):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": message}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    context = {"title": title, "message": message, "status": status}
    is_part = bool(request.headers.get("HX-Request"))
    template = "errors/_part.html" if is_part else "errors/page.html"
    return render(request, template, context, status=status)


class ContentPolicyMiddleware:
    """A strict content policy on every answer that does not bring its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        # A form's redirect counts as a form action: signing out passes through Jupyter's host.
        jupyter = _origin_of(settings.NBCOMMONS_JUPYTER_URL)
        self.policy = "; ".join(
            [
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self' data:",
                "font-src 'self'",
                "connect-src 'self'",
                "frame-src 'self'",
                f"form-action 'self' {jupyter}",
                "manifest-src 'self'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            ]
        )

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        actor = getattr(request, "actor", None)
        if actor is not None and actor.person_id is not None:
            # What one person may see must not wait in a shared cache for another.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
