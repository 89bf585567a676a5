"""Errors as programs read them: ``application/problem+json`` (RFC 9457), whatever went wrong."""

import math
import sys
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import AuthenticationError, HttpError, ValidationError

from nbcommons.core.errors import CommonsError, TooOften, Unavailable

FOR_PROGRAMS = ("/api/", "/internal/")
_TITLES = {
    400: "Not understood",
    405: "Not possible here",
    413: "Too large",
    415: "Wrong kind of content",
}
_NOT_SIGNED_IN = 401
_UNAVAILABLE = 503
# A database that is started anew answers again after about this time, in seconds.
RETRY_AFTER_S = 5


def problem(status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    """An error as RFC 9457 has it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    answer = JsonResponse(body, status=status, content_type="application/problem+json")
    if status == _NOT_SIGNED_IN:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if status == _UNAVAILABLE:
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def told(request: HttpRequest, error: CommonsError) -> HttpResponse:
    """What can be expected to go wrong, with its own status and sentence."""
    del request
    # Errors about something that was filled in name the field.
    field = getattr(error, "field", "")
    more = {"errors": {field: [str(error)]}} if field else {}
    answer = problem(error.status, error.title, str(error), **more)
    if isinstance(error, TooOften):
        answer.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    return answer


def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No credential was sent."""
    del request, error
    return problem(401, "Not signed in", "Send a token as `Authorization: Bearer …`.")


def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    """It does not exist, or not for this person: the two are never told apart."""
    del request, error
    return problem(404, "Not found", "There is no such thing, or it is not for you.")


def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The request itself could not be read."""
    # What the parser raises arrives as the cause of an error that says less.
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        return invalid(request, cause)
    if isinstance(cause, CommonsError):
        return told(request, cause)
    if isinstance(cause, RequestDataTooBig):
        return problem(413, _TITLES[413], str(cause))
    if isinstance(cause, HttpError):
        error = cause
    title = _TITLES.get(error.status_code, "That did not work")
    return problem(error.status_code, title, str(error))


def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Names the fields and what is wrong with them, never the values that were sent."""
    del request
    faults: dict[str, list[str]] = {}
    for fault in error.errors:
        faults.setdefault(_field_of(fault["loc"]), []).append(fault["msg"])
    return problem(422, "Not valid", "Some fields are not valid.", errors=faults)


def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """More was sent than the site reads."""
    del request, error
    return problem(413, _TITLES[413], "That is more than the Commons takes at once.")


def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    """A form that is broken, or broke off."""
    del request, error
    return problem(400, _TITLES[400], "The request could not be read.")


def not_allowed(answer: HttpResponseNotAllowed) -> HttpResponse:
    """The same answer as a problem; which methods there are stands in ``Allow``."""
    allowed = answer.headers["Allow"]
    told = problem(405, _TITLES[405], f"This address answers {allowed} only.")
    told.headers["Allow"] = allowed
    return told


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Answers every address below the API that no call has."""
    return not_there(request, Http404())


# What Django itself answers with when a request fails before, outside or in spite of a view.


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """``handler404``."""
    if is_for_programs(request):
        return not_there(request, Http404())
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """``handler400``."""
    if not is_for_programs(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, exception)
    return unreadable(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """``handler500``; while the database does not answer, nothing is wrong with the site."""
    if _is_without_database(sys.exception()):
        return _unavailable(request)
    if is_for_programs(request):
        return problem(500, "Something went wrong here", "It was noted. Try again later.")
    return defaults.server_error(request)


def is_for_programs(request: HttpRequest) -> bool:
    """Whether a program reads the answer rather than a person."""
    return request.path.startswith(FOR_PROGRAMS)


def _field_of(place: tuple[str | int, ...]) -> str:
    """The field as its sender wrote it: ``events.3.runtime_ms``."""
    source, *path = place
    # After "body" comes the name of our own parameter.
    return ".".join(map(str, path[1:] if source == "body" else path)) or "body"


def _unavailable(request: HttpRequest) -> HttpResponseBase:
    if is_for_programs(request):
        return problem(
            _UNAVAILABLE,
            Unavailable.title,
            "The Commons cannot reach its database at the moment. Try again in a few seconds.",
        )
    # Without a shell around it, which would ask the database.
    page = defaults.server_error(request, template_name="503.html")
    page.status_code = _UNAVAILABLE
    page.headers["Retry-After"] = str(RETRY_AFTER_S)
    return page


def _is_without_database(error: BaseException | None) -> bool:
    """Whether ``error``, or what led to it, is a database that cannot be reached."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False
