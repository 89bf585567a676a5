"""Pictures and files written into a notebook's text: found, taken out, put back when kept."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import unquote_to_bytes

from nbcommons_ipynb.cells import Document

NAME_LENGTH = 120
MISSING_NAME = "picture"

# "data:text/csv;base64,": what may follow ends where the text around it says so.
_DATA_URI = re.compile(
    r"(?P<before>[\"'(<]?)data:(?P<mime>[\w.+-]{1,60}/[\w.+-]{1,80})"
    r"(?P<parameters>(?:;[\w=.+-]{1,80}){0,5}),",
    re.IGNORECASE,
)
_ENDS = {
    '"': re.compile(r"[^\"]*+"),
    "'": re.compile(r"[^']*+"),
    "(": re.compile(r"[^)\s]*+"),
    "<": re.compile(r"[^>]*+"),
    "": re.compile(r"[^\s\"'<>)]*+"),
}
_PICTURE_NAME = re.compile(r"picture-\d+")
_EXTENSION = re.compile(r"[a-z0-9]{1,5}")
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture or file as it was written into a text cell: unchecked bytes, never to be stored.

    name: under which the text refers to it, ``attachment:NAME``; unique in its cell.
    """

    position: int
    cell_id: str
    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Emptied:
    """A text without the pictures that were written into it."""

    source: str
    pictures: tuple[FoundPicture, ...]


def take_attachments(cell: dict[str, Any], position: int) -> tuple[FoundPicture, ...]:
    """The attachments of a cell, the first form of each; unreadable ones have no content."""
    attachments = cell.get("attachments")
    if not isinstance(attachments, dict):
        return ()
    return tuple(
        _attached(str(name), bundle, cell["id"], position)
        for name, bundle in attachments.items()
    )


def _attached(name: str, bundle: Any, cell_id: str, position: int) -> FoundPicture:
    mime, content = "", b""
    if isinstance(bundle, dict) and bundle:
        mime, value = next(iter(bundle.items()))
        text = "".join(value) if _is_lines(value) else value
        content = _from_base64(text) if isinstance(text, str) else b""
    return FoundPicture(position, cell_id, name, mime.lower(), content)


def _is_lines(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)


def empty_text(cell: dict[str, Any], position: int) -> Emptied:
    """The source of a text cell with every ``data:`` address replaced by ``attachment:NAME``."""
    source: str = cell["source"]
    if "data:" not in source and "data:" not in source.lower():
        return Emptied(source, ())
    taken = set(_PICTURE_NAME.findall(source)) | _stems(cell.get("attachments"))
    stems = (stem for number in count(1) if (stem := f"picture-{number}") not in taken)
    pictures: list[FoundPicture] = []
    pieces: list[str] = []
    at = 0
    while match := _DATA_URI.search(source, at):
        ending = _ENDS[match["before"]].match(source, match.end())
        payload = ending.group() if ending is not None else ""
        if not payload:
            pieces.append(source[at : match.end()])
            at = match.end()
            continue
        name = f"{next(stems)}.{_extension(match['mime'])}"
        content = _payload(payload, match["parameters"])
        found = FoundPicture(position, cell["id"], name, match["mime"].lower(), content)
        pictures.append(found)
        pieces += (source[at : match.start()], match["before"], "attachment:", name)
        at = match.end() + len(payload)
    return Emptied("".join((*pieces, source[at:])), tuple(pictures))


def _stems(attachments: Any) -> set[str]:
    names = attachments if isinstance(attachments, dict) else ()
    return {str(name).rsplit(".", 1)[0] for name in names}


def _extension(mime: str) -> str:
    kind = mime.lower().rsplit("/", 1)[-1].split("+", 1)[0]
    return kind if _EXTENSION.fullmatch(kind) else "file"


def _payload(payload: str, parameters: str) -> bytes:
    if parameters.lower().endswith(";base64"):
        return _from_base64(unquote_to_bytes(payload).decode("ascii", "replace"))
    return unquote_to_bytes(payload)


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def is_usable_name(name: str) -> bool:
    """Whether a picture may be kept under ``name``."""
    return 0 < len(name) <= NAME_LENGTH and _UNSAFE_NAME.search(name) is None


def shown_name(name: str) -> str:
    """The name of a picture as people see it."""
    return _UNSAFE_NAME.sub("", name)[:NAME_LENGTH].strip() or MISSING_NAME


@dataclass(frozen=True, slots=True)
class EmbeddedImage:
    """A picture that may be kept: made anew from its pixels, so nothing rides along.

    mime: ``image/png`` or ``image/jpeg``.
    """

    position: int
    cell_id: str
    name: str
    mime: str
    content: bytes
    width: int
    height: int


def with_images(document: Document, images: Iterable[EmbeddedImage]) -> Document:
    """A copy of the stripped ``document`` with ``images`` attached to the cells they came from.

    An image whose cell is not there is left out.
    """
    attachments: dict[str, dict[str, dict[str, str]]] = {}
    for image in images:
        coded = base64.b64encode(image.content).decode("ascii")
        attachments.setdefault(image.cell_id, {})[image.name] = {image.mime: coded}
    cells = [
        {**cell, "attachments": {**cell.get("attachments", {}), **attachments[cell["id"]]}}
        if cell["id"] in attachments and cell["cell_type"] == "markdown"
        else cell
        for cell in document["cells"]
    ]
    return {**document, "cells": cells}
