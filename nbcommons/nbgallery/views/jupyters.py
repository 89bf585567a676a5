"""A person's Jupyters, their preferences, and the runs of cells that their clients report."""

import re
from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone

from nbcommons.core.requests import CommonsRequest
from nbcommons.nbgallery import operations
from nbcommons.nbgallery.door import for_clients, problem
from nbcommons.nbgallery.fields import fields_of
from nbcommons.nbgallery.params import told, told_int, told_ms, told_uuid, told_yes
from nbcommons.nbgallery.queries.telling import moment
from nbcommons.runtime.client_preferences import (
    KeptPreferences,
    client_preferences_of,
    keep_client_preferences,
)
from nbcommons.runtime.registered import (
    RegisteredRow,
    forget_environment,
    registered_environments_of,
)

FINGERPRINT = re.compile(r"[0-9a-f]{32}")
MOST_RUNTIME_MS = 30 * 24 * 3600 * 1000
SWITCHES = ("smart_indent", "auto_close_brackets", "easy_buttons")
NUMBERS = ("indent_unit", "tab_size")
MOST_NUMBER = 1000
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@for_clients("GET", "POST")
def environments(request: CommonsRequest) -> HttpResponseBase:
    if request.method != "POST":
        return JsonResponse(_environments(request), safe=False)
    sent = fields_of(request)
    operations.register(
        request.actor,
        origin=request.headers.get("Origin", ""),
        name=told(sent.get("name")),
        url=told(sent.get("url")),
        interface=told(sent.get("user_interface")),
        is_default=told_yes(sent["default"]) if "default" in sent else None,
        is_asked_by_person=told_yes(sent.get("usersave")),
        at=timezone.now(),
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@for_clients("GET", "DELETE")
def environment(request: CommonsRequest, named: str) -> HttpResponseBase:
    """One of the caller's own, by its number or its name; others do not exist."""
    mine = registered_environments_of(request.actor.person_id)
    row = next((row for row in mine if named in {str(row.key), row.name}), None)
    if row is None:
        raise Http404
    if request.method == "DELETE":
        forget_environment(request.actor, row.key)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return JsonResponse(_environment(row))


@for_clients("GET", "POST")
def preferences(request: CommonsRequest) -> HttpResponseBase:
    if request.method != "POST":
        kept = client_preferences_of(request.actor.person_id)
        return JsonResponse(_preferences(kept, request.actor.person_id))
    sent = {_CAPITAL.sub("_", key).lower(): text for key, text in fields_of(request).items()}
    values: dict[str, bool | int] = {
        name: told_yes(sent[name]) for name in SWITCHES if name in sent
    }
    for name in NUMBERS:
        number = told_int(sent.get(name))
        if number is not None and 0 <= number <= MOST_NUMBER:
            values[name] = number
    keep_client_preferences(
        request.actor,
        values=values,
        lab_preferences=sent.get("lab_preferences"),
        at=timezone.now(),
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@for_clients("POST")
def executions(request: CommonsRequest) -> HttpResponseBase:
    sent = fields_of(request)
    notebook = told_uuid(sent.get("uuid"))
    fingerprint = told(sent.get("md5")).lower()
    if notebook is None:
        raise Http404
    if not FINGERPRINT.fullmatch(fingerprint):
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "“md5” is 32 hexadecimal signs.")
    origin = request.headers.get("Origin", "")
    operations.count_run(
        request.actor,
        notebook=notebook,
        fingerprint=fingerprint,
        success=told_yes(sent.get("success")),
        runtime_ms=told_ms(
            sent.get("runtime"),
            is_in_seconds=operations.reports_in_seconds(request.actor, origin),
            most=MOST_RUNTIME_MS,
        ),
        at=timezone.now(),
    )
    return JsonResponse({"message": "execution log accepted"})


def _environments(request: CommonsRequest) -> list[dict[str, str | bool]]:
    mine = registered_environments_of(request.actor.person_id)
    default = [row for row in mine if row.is_default]
    return [_environment(row) for row in default or mine]


def _environment(row: RegisteredRow) -> dict[str, str | bool]:
    return {
        "name": row.name,
        "url": row.url,
        "default": row.is_default,
        "user_interface": row.interface,
    }


def _preferences(kept: KeptPreferences, person_id: int | None) -> dict[str, object]:
    return {
        "id": kept.key,
        "user_id": person_id,
        **{name: kept.values.get(name) for name in (*SWITCHES, *NUMBERS)},
        "created_at": moment(kept.created_at) if kept.created_at else None,
        "updated_at": moment(kept.updated_at) if kept.updated_at else None,
        "lab_preferences": kept.lab_preferences,
    }
