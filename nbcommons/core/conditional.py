"""Tags for versions of an answer: nothing is sent twice, and nothing is overwritten unseen."""

import hashlib
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_etags
from ninja import Header
from ninja.decorators import decorate_view
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback
from pydantic import BaseModel

from nbcommons.core.errors import ChangedMeanwhile

View = TypeVar("View", bound=Callable[..., Any])
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the notebook as you read it: answered 412 when it was changed "
        "since.",
    ),
]
IS_CONDITIONAL = "x-conditional"


def etag_of(content: bytes) -> str:
    """The tag of this content."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def etag_of_model(model: BaseModel) -> str:
    """The tag of what ``model`` says."""
    return etag_of(model.model_dump_json().encode())


def conditional(view: View) -> View:
    """For a GET of the API: answers 304 when the caller has it already (``If-None-Match``).

    The tag is that of the whole answer, unless the view sets ``ETag`` itself. Stands below the
    router's own decorator.
    """
    contribute_operation_callback(view, _mark)
    decorated: View = decorate_view(_tagged)(view)
    return decorated


def require_match(wanted: str | None, current: str) -> None:
    """Raises ``ChangedMeanwhile`` when ``If-Match`` (``wanted``) names other tags than ``current``.

    Weak tags match too: proxies that compress make strong ones weak.
    """
    if wanted is None:
        return
    tags = {tag.removeprefix("W/") for tag in parse_etags(wanted)}
    if not tags & {"*", current}:
        raise ChangedMeanwhile(
            "It was changed after you read it. Read it again, then repeat your change."
        )


def _mark(operation: Operation) -> None:
    operation.openapi_extra = {**(operation.openapi_extra or {}), IS_CONDITIONAL: True}


def _tagged(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    return partial(_run_tagged, run)


def _run_tagged(
    run: Callable[..., HttpResponseBase], request: HttpRequest, /, **arguments: Any
) -> HttpResponseBase:
    response = run(request, **arguments)
    if not isinstance(response, HttpResponse) or response.status_code != HTTPStatus.OK:
        return response
    if not response.has_header("ETag"):
        response.headers["ETag"] = etag_of(response.content)
    # A client that changes its token must not be answered from what the other one saw.
    patch_vary_headers(response, ["Authorization", "Cookie"])
    told = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    return told or response
