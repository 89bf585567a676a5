"""Who may ask what clients of nbgallery ask, and how they are answered.

They come from pages of another origin with the cookies of this site and without a CSRF token. So
the origin itself has to be known: ours, one of the operator's, or that of a Jupyter which the
person registered. All others are refused, and are told nothing.
"""

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from nbcommons.core.errors import CommonsError, TooOften
from nbcommons.core.middleware import SAFE_METHODS, welcomes_other_sites
from nbcommons.core.rates import charge
from nbcommons.core.requests import CommonsRequest
from nbcommons.runtime.registered import is_registered_origin, note_seen, origin_of

log = structlog.get_logger(__name__)

View = Callable[..., HttpResponseBase]
NOT_FOUND = "not found"


def for_clients(*methods: str, lets_readers_in: bool = False) -> Callable[[View], View]:
    """Makes a view of the protocol; it answers ``methods``.

    lets_readers_in: also people who have not signed in, where they may read. The view may raise
    ``CommonsError`` and ``Http404``: they are told as the protocol has it.
    """
    allowed = frozenset({*methods, *({"HEAD"} if "GET" in methods else ())})

    def decorate(view: View) -> View:
        @welcomes_other_sites
        @csrf_exempt
        @login_not_required
        @wraps(view)
        def guarded(request: CommonsRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not settings.NBCOMMONS_NBGALLERY:
                raise Http404
            origin = request.headers.get("Origin", "")
            if not is_welcome(request, origin):
                log.warning("client_origin_refused", path=request.path, origin=origin[:200])
                return _plain(problem(HTTPStatus.FORBIDDEN, "This origin is not known here."))
            if request.method == "OPTIONS":
                answer: HttpResponseBase = HttpResponse(status=HTTPStatus.NO_CONTENT)
            elif request.method not in allowed:
                answer = problem(HTTPStatus.METHOD_NOT_ALLOWED, "This is not possible here.")
                answer.headers["Allow"] = ", ".join(sorted(allowed))
            elif _must_sign_in(request, lets_readers_in=lets_readers_in):
                answer = problem(HTTPStatus.UNAUTHORIZED, "login required")
            else:
                answer = _answered(view, request, *args, **kwargs)
                note_seen(request.actor, origin, at=timezone.now())
            return _shared_with(answer, origin, sorted(allowed))

        return guarded

    return decorate


def is_welcome(request: CommonsRequest, origin: str) -> bool:
    """Whether what comes from a page of ``origin`` (empty: nobody says) is answered."""
    if not origin:
        # Programs and addresses typed in; a page that changes something always says.
        return request.method in SAFE_METHODS
    return (
        is_own(origin)
        or is_operators(origin)
        or is_registered_origin(request.actor.person_id, origin)
    )


def is_own(origin: str) -> bool:
    """Whether that is this site."""
    return origin.lower() == origin_of(settings.NBCOMMONS_SITE_URL)


def is_operators(origin: str) -> bool:
    """Whether the operator says that clients are there."""
    patterns = _patterns(tuple(settings.NBCOMMONS_NBGALLERY_ORIGINS))
    return any(pattern.fullmatch(origin.lower()) for pattern in patterns)


def problem(status: int, message: str, **more: Any) -> JsonResponse:
    """An error as the protocol has it."""
    return JsonResponse({"message": message, **more}, status=status)


def _answered(
    view: View, request: CommonsRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    try:
        _count_call(request)
        return view(request, *args, **kwargs)
    except Http404:
        return problem(HTTPStatus.NOT_FOUND, NOT_FOUND)
    except TooOften as error:
        answer = problem(error.status, str(error))
        answer.headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
        return answer
    except CommonsError as error:
        field = getattr(error, "field", "")
        errors = {"errors": {field: [str(error)]}} if field else {}
        return problem(error.status, str(error), **errors)
    except RequestDataTooBig:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "That is more than is taken at once.")
    except (MultiPartParserError, SuspiciousOperation):
        return problem(HTTPStatus.BAD_REQUEST, "The request could not be read.")


def _count_call(request: CommonsRequest) -> None:
    if request.actor.person_id is None:
        return
    is_reading = request.method in SAFE_METHODS
    kind = "reads" if is_reading else "writes"
    most = (
        settings.NBCOMMONS_API_READS_PER_MINUTE
        if is_reading
        else settings.NBCOMMONS_API_WRITES_PER_MINUTE
    )
    charge(f"nbgallery:{kind}:{request.actor.person_id}", per_minute=most)


def _must_sign_in(request: CommonsRequest, *, lets_readers_in: bool) -> bool:
    if request.actor.person_id is not None:
        return False
    return not (lets_readers_in and settings.NBCOMMONS_ANONYMOUS_READING)


def _shared_with(answer: HttpResponseBase, origin: str, methods: list[str]) -> HttpResponseBase:
    """The answer as a page of ``origin``, which is welcome, may read it."""
    if origin:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Allow-Credentials"] = "true"
        answer.headers["Access-Control-Allow-Methods"] = ", ".join([*methods, "OPTIONS"])
        answer.headers["Access-Control-Max-Age"] = "7200"
    return _plain(answer)


def _plain(answer: HttpResponseBase) -> HttpResponseBase:
    """Never kept for another origin or person, and never part of a page without being asked."""
    patch_vary_headers(answer, ["Origin", "Cookie"])
    answer.headers.setdefault("Cache-Control", "private, no-store")
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@lru_cache(maxsize=8)
def _patterns(origins: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """``*`` stands for one part of a host name, or of a part of it; never for a dot."""
    return tuple(
        re.compile(re.escape(origin.lower().rstrip("/")).replace(r"\*", "[a-z0-9-]+"))
        for origin in origins
        if origin.lower().startswith(("http://", "https://"))
    )
