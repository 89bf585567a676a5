"""Connecting a Jupyter elsewhere: what it asks of us, and the page where its person agrees."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from nbcommons.core import rates
from nbcommons.core.pages import render_page
from nbcommons.core.requests import CommonsRequest
from nbcommons.people import devices, tokens
from nbcommons.people.tokens import JUPYTER_SCOPES, SCOPES
from nbcommons.people.views._shared import confirmed

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
MOST_BYTES = 4_000
LONGEST_WORD = 400
CODES_PER_MINUTE = 10
TOKENS_PER_MINUTE = 60
GUESSES_PER_MINUTE = 10


@dataclass(frozen=True, slots=True)
class DevicePage:
    """The page of codes: nothing typed yet, a Jupyter that waits, or what was decided."""

    waiting: devices.Waiting | None = None
    problem: str = ""
    typed: str = ""
    allowed: str = ""
    refused: str = ""
    may: tuple[str, ...] = field(default=tuple(SCOPES[scope] for scope in JUPYTER_SCOPES))
    days: int = 0


# Whoever finds an unlocked screen must not connect a machine of theirs.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed(then="people:device")
def device(request: CommonsRequest) -> HttpResponseBase:
    """Asks for the code first, then whether that machine may act; two requests, by intent."""
    if request.method != "POST":
        return _shown(request, DevicePage())
    rates.charge(f"device:{request.actor.person_id}", per_minute=GUESSES_PER_MINUTE)
    code, answer = request.POST.get("code", ""), request.POST.get("answer", "")
    now = timezone.now()
    try:
        if answer == "allow":
            machine = devices.decide(request.actor, code, is_allowed=True, at=now)
            return _shown(request, DevicePage(allowed=machine))
        if answer == "refuse":
            machine = devices.decide(request.actor, code, is_allowed=False, at=now)
            return _shown(request, DevicePage(refused=machine))
        page = DevicePage(
            waiting=devices.waiting_for(code, at=now),
            days=settings.NBCOMMONS_CONNECTED_JUPYTER_DAYS,
        )
    except devices.NoSuchCode as error:
        page = DevicePage(problem=str(error), typed=code[:LONGEST_WORD])
        return _shown(request, page, status=422)
    return _shown(request, page)


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """RFC 8628, 3.1: a Jupyter asks to be connected."""
    address = rates.address_of(request)
    rates.charge(f"device-code:{address}", per_minute=CODES_PER_MINUTE)
    told = _told(request)
    if told is None or not told.get("client_id"):
        return _refused("invalid_request")
    asked = devices.ask(machine=told.get("machine", ""), asked_from=address, at=timezone.now())
    return JsonResponse(
        {
            "device_code": asked.device_code,
            "user_code": asked.user_code,
            "verification_uri": settings.NBCOMMONS_SITE_URL + reverse("people:device"),
            "expires_in": asked.expires_in_s,
            "interval": asked.interval_s,
        }
    )


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def ask_for_token(request: HttpRequest) -> HttpResponse:
    """RFC 8628, 3.4: a Jupyter asks whether its person has agreed."""
    rates.charge(f"device-token:{rates.address_of(request)}", per_minute=TOKENS_PER_MINUTE)
    told = _told(request)
    if told is None or not told.get("client_id") or not told.get("device_code"):
        return _refused("invalid_request")
    if told.get("grant_type") != GRANT:
        return _refused("unsupported_grant_type")
    now = timezone.now()
    try:
        connected = devices.collect(told["device_code"], at=now)
    except devices.NotYet as error:
        return _refused(error.refusal.value)
    return JsonResponse(
        {
            "access_token": connected.secret,
            "token_type": "Bearer",
            "expires_in": int((connected.expires_at - now).total_seconds()),
            "scope": " ".join(JUPYTER_SCOPES),
            "username": connected.username,
        }
    )


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def give_token_back(request: HttpRequest) -> HttpResponse:
    """A Jupyter is disconnected by its person: its token counts no more. Always answers so."""
    rates.charge(f"device-token:{rates.address_of(request)}", per_minute=TOKENS_PER_MINUTE)
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        tokens.give_back_jupyter_token(secret.strip(), at=timezone.now())
    return JsonResponse({})


def _shown(request: CommonsRequest, page: DevicePage, *, status: int = 200) -> HttpResponseBase:
    return render_page(request, "people/device.html", page, status=status)


def _told(request: HttpRequest) -> dict[str, str] | None:
    """What was sent, as a form or as JSON; None when it is neither, or not of short texts."""
    if len(request.body) > MOST_BYTES:
        return None
    found: Any
    try:
        if request.content_type == "application/json":
            found = json.loads(request.body)
        else:
            found = QueryDict(request.body).dict()
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    texts = {k: v for k, v in found.items() if isinstance(v, str) and len(v) <= LONGEST_WORD}
    is_sound = len(texts) == len(found) and not any("\0" in text for text in texts.values())
    return texts if is_sound else None


def _refused(word: str) -> HttpResponse:
    answer = JsonResponse({"error": word}, status=400)
    answer.headers["Cache-Control"] = "no-store"
    return answer
