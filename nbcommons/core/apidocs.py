"""A page that describes the API to people, made from its own description for programs."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

Schema = Mapping[str, Any]
FIRST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a call takes or gives; ``kind`` is its type in words."""

    name: str
    kind: str
    is_required: bool
    description: str
    depth: int = 0

    @property
    def indent(self) -> range:
        return range(self.depth)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API."""

    anchor: str
    method: str
    path: str
    title: str
    description: str
    scope: str
    parameters: tuple[Field, ...]
    takes: tuple[Field, ...]
    gives: tuple[tuple[str, str, tuple[Field, ...]], ...]

    @property
    def heading_id(self) -> str:
        return f"{self.anchor}-heading"


@dataclass(frozen=True, slots=True)
class DocsPage:
    """What the page shows."""

    title: str
    description: str
    openapi_url: str
    calls: tuple[Call, ...]


class Docs(DocsBase):
    """The page at ``docs``."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        page = page_of(api.get_openapi_schema(), openapi_url=self.get_openapi_url(api, kwargs))
        return render(request, "api/docs.html", {"page": page})


def page_of(description: Schema, *, openapi_url: str) -> DocsPage:
    """The page that shows an OpenAPI ``description``."""
    components = description.get("components", {})
    # What is referred to has a name of its own in both.
    known = {**components.get("schemas", {}), **components.get("responses", {})}
    calls = [
        _call(path, method, operation, known)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    ]
    return DocsPage(
        title=description["info"]["title"],
        description=_plain(description["info"].get("description", "")),
        openapi_url=openapi_url,
        calls=tuple(calls),
    )


def _call(path: str, method: str, operation: Schema, known: Schema) -> Call:
    takes = operation.get("requestBody", {}).get("content", {})
    return Call(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation.get("summary", ""),
        description=_plain(operation.get("description", "")),
        scope=operation.get("x-scope", ""),
        parameters=tuple(
            Field(
                name=parameter["name"],
                kind=_kind(parameter["schema"], known),
                is_required=parameter.get("required", False),
                description=_plain(parameter["schema"].get("description", "")),
            )
            for parameter in operation.get("parameters", ())
        ),
        takes=tuple(_fields(_first_schema(takes), known)),
        gives=tuple(
            (
                str(status),
                _plain(_resolved(response, known).get("description", "")),
                # Every error has the same fields, told once at the top.
                ()
                if int(status) >= FIRST_ERROR
                else tuple(_fields(_first_schema(response.get("content", {})), known)),
            )
            for status, response in operation["responses"].items()
        ),
    )


def _plain(text: str) -> str:
    """Text without the marks that Markdown sets around code."""
    return text.replace("`", "")


def _first_schema(content: Schema) -> Schema:
    return next((each["schema"] for each in content.values()), {})


def _resolved(schema: Schema, known: Schema) -> Schema:
    if "$ref" in schema:
        return dict(known[schema["$ref"].rsplit("/", 1)[-1]])
    return schema


def _fields(schema: Schema, known: Schema, depth: int = 0) -> Iterator[Field]:
    """The fields of an object, those within them indented below."""
    schema = _resolved(schema, known)
    if schema.get("type") == "array":
        yield from _fields(schema.get("items", {}), known, depth)
        return
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        yield Field(
            name=name,
            kind=_kind(inner, known),
            is_required=name in required,
            description=_plain(inner.get("description", "")),
            depth=depth,
        )
        for part in (inner, *inner.get("anyOf", ())):
            yield from _fields(part, known, depth + 1)


def _kind(schema: Schema, known: Schema) -> str:
    """A type in words: "whole number", "list of object", "text (date-time) or nothing"."""
    if "anyOf" in schema:
        return " or ".join(_kind(part, known) for part in schema["anyOf"])
    schema = _resolved(schema, known)
    if "enum" in schema or "const" in schema:
        choices = schema.get("enum", [schema.get("const")])
        return "one of " + ", ".join(json.dumps(choice) for choice in choices)
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}), known)}"
    word = {
        "string": "text",
        "integer": "whole number",
        "boolean": "true or false",
        "null": "nothing",
    }.get(kind, kind)
    return f"{word} ({schema['format']})" if "format" in schema else word
