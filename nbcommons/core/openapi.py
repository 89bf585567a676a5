"""Completes the description of the API: what ninja does not know and every call has."""

from collections.abc import Mapping
from typing import Any

from ninja.operation import Operation

from nbcommons.core.conditional import IS_CONDITIONAL

_PROBLEM = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Always `about:blank`."},
        "title": {"type": "string", "description": "The kind of problem, in few words."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "A sentence for a person."},
        "errors": {
            "type": "object",
            "description": "What is wrong with which field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "example": {
        "type": "about:blank",
        "title": "Not valid",
        "status": 422,
        "detail": "Some fields are not valid.",
        "errors": {"title": ["String should have at least 1 character"]},
    },
}
_WORDS = {
    304: "You have it already.",
    400: "The request could not be read.",
    401: "No token, or one that does not count.",
    403: "You may not do this, or your token lacks the scope.",
    404: "There is no such thing, or it is not for you.",
    409: "Somebody else changed it in the meantime, so that this cannot be done as asked.",
    412: "It was changed after you read it.",
    413: "That is too large. What is larger than any file may be is refused before it gets here, "
    "in plain text.",
    415: "That is the wrong kind of content.",
    422: "Some fields are not valid, or it cannot be done as things stand.",
    429: "Too many calls; `Retry-After` says how many seconds to wait.",
    500: "Something went wrong here, and was noted.",
    503: "A part of the Commons does not answer at the moment; `Retry-After` says how many "
    "seconds to wait.",
}
_IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "description": "The `ETag` of what you have: answered 304 while it is still that.",
    "schema": {"type": "string"},
}
_ETAG = {"description": "Stands for what was sent.", "schema": {"type": "string"}}
_LOCATION = {
    "description": "Where it is, below this site.",
    "schema": {"type": "string", "format": "uri-reference"},
}
_RETRY_AFTER = {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}
_CREATED = "201"
_FIRST_ERROR = 400
# Every call may answer with these.
_USUAL = frozenset({401, 403, 429, 500, 503})
_TELLS_WHEN = frozenset({429, 503})


def complete(description: dict[str, Any], operations: Mapping[str, Operation]) -> None:
    """Add to ``description`` its errors, scopes and headers; ``operations`` by their id."""
    description["components"]["schemas"]["Problem"] = _PROBLEM
    # Said once; the calls refer to it.
    description["components"]["responses"] = {
        _name_of(status): _error(status) for status in sorted(_WORDS) if status >= _FIRST_ERROR
    }
    description["components"]["securitySchemes"] = {
        "Token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of yours. A page of the Commons itself may call with the "
            "session of the person before it instead; then a change needs the header "
            "`X-CSRFToken`.",
        }
    }
    for address, calls in description["paths"].items():
        calls.pop("head", None)
        for method, call in calls.items():
            is_change = method != "get"
            errors = _errors_of(address, call, is_change=is_change)
            _complete_call(call, operations[call["operationId"]], errors)


def _complete_call(call: dict[str, Any], operation: Operation, errors: set[int]) -> None:
    scopes = [
        scope for each in operation.auth_callbacks for scope in getattr(each, "scopes", ())
    ]
    call["security"] = [{"Token": []}] if operation.auth_callbacks else []
    if scopes:
        call["x-scope"] = " ".join(scopes)
    for parameter in call["parameters"]:
        parameter["schema"].pop("title", None)
        # Said beside the parameter already.
        parameter["schema"].pop("description", None)
        _without_null(parameter["schema"])
    responses = call["responses"] = {
        str(status): response for status, response in call["responses"].items()
    }
    if call.pop(IS_CONDITIONAL, False):
        call["parameters"].append(_IF_NONE_MATCH)
        responses["200"].setdefault("headers", {})["ETag"] = _ETAG
        responses["304"] = {"description": _WORDS[304]}
    if _CREATED in responses:
        responses[_CREATED].setdefault("headers", {})["Location"] = _LOCATION
    for status in errors:
        responses[str(status)] = {"$ref": f"#/components/responses/{_name_of(status)}"}
    call["responses"] = dict(sorted(responses.items()))


def _without_null(schema: dict[str, Any]) -> None:
    """An address or a header holds texts: what is not there is left out, never null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.update(kinds[0])
        if schema.get("default", "") is None:
            del schema["default"]


def _errors_of(address: str, call: Mapping[str, Any], *, is_change: bool) -> set[int]:
    """With which statuses the call may refuse."""
    found = set(_USUAL)
    names = {parameter["name"] for parameter in call["parameters"]}
    places = {parameter["in"] for parameter in call["parameters"]}
    if "{" in address:
        found.add(404)
        if is_change:  # of something that others may change too
            found.add(409)
    if "query" in places:
        found.add(400)
    # An id that is none leads to no address; a number may be too large; and what is to change may
    # stand in the way.
    if (
        is_change
        or "requestBody" in call
        or "query" in places
        or names - {"uuid", "id", "If-Match"}
    ):
        found.add(422)
    if "requestBody" in call:
        found |= {400, 413, 415}
    if "If-Match" in names:
        found.add(412)
    return found


def _name_of(status: int) -> str:
    return f"Problem{status}"


def _error(status: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": _WORDS[status],
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    if status in _TELLS_WHEN:
        told["headers"] = {"Retry-After": _RETRY_AFTER}
    return told
