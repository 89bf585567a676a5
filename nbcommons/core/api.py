"""The API for programs: one root that rooms hang their routers on, one form of error.

Its description (``openapi.json``) and the page made from it (``docs``) are for people signed in and
load nothing from elsewhere.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from ninja.types import DictStrAny

from nbcommons.core.apidocs import Docs
from nbcommons.core.errors import CommonsError

TITLE = "Notebook Commons"
VERSION = "1"
DESCRIPTION = (
    "Sign in with a token of yours: `Authorization: Bearer …`. "
    "Errors are `application/problem+json`. Times are RFC 3339 in UTC, ids are UUIDs."
)
# What a program may send as JSON at once.
MAX_BODY_BYTES = 1_000_000


class StrictJson(Parser):
    """Reads bodies: no NaN, no broken Unicode, nothing over ``MAX_BODY_BYTES``."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        if len(request.body) > MAX_BODY_BYTES:
            raise RequestDataTooBig(f"Send at most {MAX_BODY_BYTES:,} bytes at once.")
        try:
            body: DictStrAny = orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise HttpError(400, f"The body is not JSON: {error}.") from None
        return body


class CommonsAPI(NinjaAPI):
    """An API whose calls look at the credential themselves instead of sending people to sign in."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        addresses = super()._get_urls()
        for address in addresses:
            # The description of the API is a page like any other: partials are those.
            if isinstance(address, URLPattern) and not isinstance(address.callback, partial):
                login_not_required(address.callback)
        return addresses


def make_api() -> CommonsAPI:
    """Version 1 of the API without calls; ``config/urls.py`` adds the rooms' routers."""
    api = CommonsAPI(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        urls_namespace="api",
        docs=Docs(),
        parser=StrictJson(),
    )
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        CommonsError: _told,
        AuthenticationError: _not_signed_in,
        Http404: _not_there,
        HttpError: _refused,
        ValidationError: _invalid,
    }
    for error, handler in handlers.items():
        api.add_exception_handler(error, handler)
    return api


def problem(status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    """An error as RFC 9457 has it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    answer = JsonResponse(body, status=status, content_type="application/problem+json")
    if status == 401:  # noqa: PLR2004
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _told(request: HttpRequest, error: CommonsError) -> HttpResponse:
    del request
    return problem(error.status, error.title, str(error))


def _not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    del request, error
    return problem(401, "Not signed in", "Send a token as `Authorization: Bearer …`.")


def _not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    del request, error
    return problem(404, "Not found", "There is no such thing, or it is not for you.")


def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    del request
    # What the parser raises arrives as the cause of an error that says less.
    if isinstance(error.__cause__, RequestDataTooBig):
        return problem(413, "Too large", str(error.__cause__))
    if isinstance(error.__cause__, HttpError):
        error = error.__cause__
    return problem(error.status_code, "That did not work", str(error))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Names the fields and what is wrong with them, never the values that were sent."""
    del request
    faults: dict[str, list[str]] = {}
    for fault in error.errors:
        faults.setdefault(_field_of(fault["loc"]), []).append(fault["msg"])
    return problem(422, "Not valid", "Some fields are not valid.", errors=faults)


def _field_of(place: tuple[str | int, ...]) -> str:
    """The field as its sender wrote it: ``events.3.runtime_ms``."""
    source, *path = place
    # After "body" comes the name of our own parameter.
    return ".".join(map(str, path[1:] if source == "body" else path)) or "body"
