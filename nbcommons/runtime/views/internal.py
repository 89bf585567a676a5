"""What the hub asks of the site, server to server; and leaving Jupyter when signing out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.people.errors import TokenRefused
from nbcommons.runtime import operations, queries

LONGEST_LIFETIME_S = 7 * 24 * 3600
LONGEST_WORD = 64

P = ParamSpec("P")
HUB = Actor.system("hub")


class BadSpawn(CommonsError):
    """The hub sent something that is no spawn."""


class NoSuchSpawn(CommonsError):
    """The hub names a spawn that the site never heard of."""

    status = 404
    title = "Not found"


@dataclass(frozen=True, slots=True)
class SpawnRequest:
    """What the hub says of a Jupyter that it is about to start."""

    username: str
    spawn_id: str
    lifetime_s: int
    profile: str = ""


def for_the_hub(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Let only those in who show the hub's secret; being on this machine proves nothing."""

    @csrf_exempt
    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        expected = f"Bearer {settings.NBCOMMONS_HUB_SECRET}"
        if not constant_time_compare(request.headers.get("Authorization", ""), expected):
            raise TokenRefused("Only the hub may ask this.")
        return view(request, *args, **kwargs)

    return guarded


@for_the_hub
@require_POST
def begin_spawn(request: HttpRequest) -> HttpResponse:
    asked = parse_spawn_request(request.body)
    granted = operations.begin_spawn(
        HUB,
        username=asked.username,
        spawn_id=asked.spawn_id,
        lifetime_s=asked.lifetime_s,
        profile=asked.profile,
        at=timezone.now(),
    )
    told = {
        "token": granted.secret,
        "expires_at": _as_text(granted.expires_at),
        "latest_at": _as_text(granted.latest_at),
    }
    return JsonResponse(told, status=201)


@for_the_hub
@require_http_methods(["GET", "DELETE"])
def spawn(request: HttpRequest, spawn_id: str) -> HttpResponse:
    """GET: when it ends, as it stands now. DELETE: it has ended."""
    if request.method == "DELETE":
        operations.end_spawn(HUB, spawn_id=spawn_id, at=timezone.now())
        return HttpResponse(status=204)
    found = queries.spawn_known_as(spawn_id)
    if found is None:
        raise NoSuchSpawn("There is no spawn with this id.")
    return JsonResponse(
        {
            "expires_at": _as_text(found.expires_at),
            "latest_at": _as_text(found.latest_at or found.expires_at),
            "has_ended": found.ended_at is not None,
        }
    )


@login_not_required
@never_cache
@require_safe
def sign_out(request: HttpRequest) -> HttpResponse:
    """Second half of signing out: on to the hub, which sends the browser back to us."""
    del request
    if queries.is_hub_answering():
        return HttpResponseRedirect(f"{settings.NBCOMMONS_JUPYTER_URL}hub/logout")
    return HttpResponseRedirect(f"{reverse('people:signed_out')}?jupyter=unreachable")


def parse_spawn_request(body: bytes) -> SpawnRequest:
    """The hub's JSON. Raises ``BadSpawn`` naming the field that is wrong."""
    try:
        found: Any = json.loads(body)
    except ValueError:
        raise BadSpawn("Send a JSON object.") from None
    if not isinstance(found, dict):
        raise BadSpawn("Send a JSON object.")
    for name in ("username", "spawn_id"):
        word = found.get(name)
        if not isinstance(word, str) or not 0 < len(word) <= LONGEST_WORD:
            raise BadSpawn(f"{name} must be a text of 1 to {LONGEST_WORD} signs.")
    lifetime_s = found.get("lifetime_s")
    if type(lifetime_s) is not int or not 0 < lifetime_s <= LONGEST_LIFETIME_S:
        raise BadSpawn(f"lifetime_s must be a whole number from 1 to {LONGEST_LIFETIME_S}.")
    profile = found.get("profile") or ""
    if not isinstance(profile, str) or len(profile) > LONGEST_WORD:
        raise BadSpawn(f"profile must be a text of at most {LONGEST_WORD} signs.")
    return SpawnRequest(found["username"], found["spawn_id"], lifetime_s, profile)


def _as_text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
