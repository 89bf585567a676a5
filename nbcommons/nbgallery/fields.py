"""What a client sends besides a notebook: in the address, as a form or as a JSON object."""

from collections.abc import Mapping
from typing import Any

import orjson

from nbcommons.core.errors import CommonsError
from nbcommons.core.requests import CommonsRequest


class Unreadable(CommonsError):
    """The body is not what its kind says."""

    status = 400


def fields_of(request: CommonsRequest) -> Mapping[str, str]:
    """All of it as text; the body has the last word. Raises ``Unreadable``."""
    fields = {key: str(value) for key, value in request.GET.items()}
    if request.content_type == "application/json":
        return fields | _json_fields(request.body)
    return fields | {key: str(value) for key, value in request.POST.items()}


def _json_fields(body: bytes) -> dict[str, str]:
    try:
        sent: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        sent = None
    if not isinstance(sent, dict):
        raise Unreadable("The body is no JSON object.")
    return {
        key: value if isinstance(value, str) else orjson.dumps(value).decode()
        for key, value in sent.items()
        if value is not None
    }
