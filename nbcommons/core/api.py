"""The API for programs: one root that rooms hang their routers on, one form of error.

Its description (``openapi.json``) is open to every program; the page made from it (``docs``) is for
people signed in. Neither loads anything from elsewhere.
"""

from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    UnreadablePostError,
)
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.router import BoundRouter
from ninja.types import DictStrAny

from nbcommons.core import problems
from nbcommons.core.apidocs import Docs
from nbcommons.core.errors import CommonsError, WrongKind
from nbcommons.core.openapi import complete

TITLE = "Notebook Commons"
VERSION = "1"
DESCRIPTION = (
    "Sign in with a token of yours: `Authorization: Bearer …`. "
    "Errors are `application/problem+json`. Times are RFC 3339 in UTC, ids are UUIDs. "
    "Lists take `limit` and `offset` and say how many there are in all. "
    "You have a number of calls that you may make at once, and that become free again evenly "
    "within a minute; then you are answered 429, and `Retry-After` says how many seconds "
    "to wait. Pages of other sites cannot call from a browser."
)
# What a program may send as JSON at once.
MAX_BODY_BYTES = 1_000_000


class StrictJson(Parser):
    """Reads bodies: JSON only, no NaN, no broken Unicode, nothing over ``MAX_BODY_BYTES``."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        if request.content_type != "application/json":
            raise WrongKind("Send JSON, with `Content-Type: application/json`.")
        if len(request.body) > MAX_BODY_BYTES:
            raise RequestDataTooBig(f"Send at most {MAX_BODY_BYTES:,} bytes at once.")
        try:
            body: DictStrAny = orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise HttpError(400, f"The body is not JSON: {error}.") from None
        # The database holds no such sign, and no text needs it.
        if rb"\u0000" in request.body and (places := list(_places_of_nul(body))):
            raise ValidationError(
                [{"loc": ("body", "", *place), "msg": "No NUL characters."} for place in places]
            )
        return body


class CommonsAPI(NinjaAPI):
    """An API whose calls look at the credential themselves instead of sending people to sign in.

    Rooms may answer different methods of one address: what they hang there is put together.
    """

    def _get_bound_routers(self) -> list[BoundRouter]:
        is_known = self._bound_routers_cache is not None
        routers = super()._get_bound_routers()
        if not is_known:
            _put_together(routers)
        return routers

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        addresses = super()._get_urls()
        for address in addresses:
            if not isinstance(address, URLPattern):
                continue
            # The page about the API is a page like any other; it is a partial, as is the root.
            if not isinstance(address.callback, partial):
                address.callback = login_not_required(_as_problems(address.callback))
            elif address.name == "openapi-json":
                login_not_required(address.callback)
        return addresses

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: DictStrAny | None = None
    ) -> OpenAPISchema:
        description = super().get_openapi_schema(
            path_prefix=path_prefix, path_params=path_params
        )
        operations = {
            operation.operation_id or self.get_openapi_operation_id(operation): operation
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
        }
        complete(description, operations)
        return description

    def get_openapi_operation_id(self, operation: Any) -> str:
        """The name of the function: unique, and a word that a program can use."""
        name: str = operation.view_func.__name__
        return name


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
        CommonsError: problems.told,
        AuthenticationError: problems.not_signed_in,
        Http404: problems.not_there,
        HttpError: problems.refused,
        RequestDataTooBig: problems.too_large,
        MultiPartParserError: problems.unreadable,
        UnreadablePostError: problems.unreadable,
        ValidationError: problems.invalid,
    }
    for error, handler in handlers.items():
        api.add_exception_handler(error, handler)
    return api


def _put_together(routers: list[BoundRouter]) -> None:
    """One view for each address, whichever rooms answer there; ``HEAD`` as ``GET``."""
    known: dict[str, Any] = {}
    for router in routers:
        for path, view in list(router.path_operations.items()):
            address = f"{router.prefix}/{path}".replace("//", "/").rstrip("/")
            for operation in view.operations:
                if "GET" in operation.methods:
                    operation.methods.append("HEAD")
            if address in known:
                known[address].operations.extend(view.operations)
                del router.path_operations[path]
            else:
                known[address] = view


def _as_problems(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """``view`` that also says as a problem what is refused before any call looks at it."""

    @wraps(view)
    def answer(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        response = view(request, **arguments)
        if isinstance(response, HttpResponseNotAllowed):
            return problems.not_allowed(response)
        return response

    return answer


def _places_of_nul(value: Any, *place: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where in a body texts with NUL characters are; a name of a field counts as its text."""
    if isinstance(value, str) and "\0" in value:
        yield place
    elif isinstance(value, dict):
        for name, inner in value.items():
            if "\0" in name:
                yield place
            yield from _places_of_nul(inner, *place, name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places_of_nul(inner, *place, index)
