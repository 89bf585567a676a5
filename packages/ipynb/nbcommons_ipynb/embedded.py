"""Pictures and files written into a notebook's text: found, taken out, put back when kept."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import unquote_to_bytes

from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.spaces import MIME_WORD, PARAMETER_WORD, SPACE, WORD, any_case

NAME_LENGTH = 120
MISSING_NAME = "picture"


def _letter(letter: str) -> str:
    low, high = ord(letter), ord(letter.upper())
    hexes = f"(?:{any_case(f'{low:x}')}|{any_case(f'{high:x}')})"
    return rf"(?:{any_case(letter)}|&#0{{0,8}}(?:{low}|{high});?|&#[xX]0{{0,8}}{hexes};?)"


def _sign(sign: str, entity: str) -> str:
    code = ord(sign)
    hexed = any_case(f"{code:x}")
    return rf"(?:\\?{sign}|&{any_case(entity)};|&#0{{0,8}}{code};?|&#[xX]0{{0,8}}{hexed};?)"


# Browsers and Markdown read the signs of an address as HTML entities too, and skip tabs in it.
# Every part ends where the next begins, so that no text makes the search slow.
_GAP = (
    rf"(?:[{SPACE}]|&{any_case('Tab')};|&{any_case('NewLine')};"
    r"|&#0{0,8}(?:9|10|13);|&#[xX]0{0,8}[9aAdD];){0,4}"
)
SCHEME = _GAP.join((*map(_letter, "data"), _sign(":", "colon")))
_SOME_SPACE = rf"[{SPACE}]{{0,8}}"
HEADER = (
    rf"(?P<gap>{_SOME_SPACE})"
    rf"(?:(?P<type>{MIME_WORD}{{1,60}}){_sign('/', 'sol')}(?P<subtype>{MIME_WORD}{{1,80}}))?"
    rf"{_SOME_SPACE}"
    rf"(?P<parameters>(?:{_sign(';', 'semi')}{_SOME_SPACE}"
    rf"(?:(?:{PARAMETER_WORD}|&{any_case('quot')}|&{any_case('apos')}|&#3[49]){{1,80}}"
    rf"(?:\x22[^\x22\n]{{0,100}}\x22|'[^'\n]{{0,100}}')?{_SOME_SPACE})?){{0,8}})"
    rf"{_sign(',', 'comma')}"
)
BASE64 = rf"{_sign(';', 'semi')}[{SPACE}]*{any_case('base64')}(?!{WORD})"
# What stands before an address says where it ends.
BEFORE_CHARACTERS = 16
TAG_CHARACTERS = 500
OPENING = (
    rf"(?:(?P<link>\]\(|(?<!{WORD}){any_case('url')}\()[{SPACE}]*"
    rf"|(?P<attribute>=)[{SPACE}]*(?P<value>[\x22']?)[{SPACE}]*"
    r"|(?P<sign>[\x22'(<]))\Z"
)
BLANK_LINE = r"\n[ \t\r]*\n"
UNDELIMITED = rf"[^{SPACE}\x22'<>)]*"
IN_BRACKETS = rf"[^){SPACE}]*"
CODED = rf"[A-Za-z0-9+/%{SPACE}_-]*"
PADDING = r"={0,2}"
CODED_LINE = (
    r"[ \t]*\r?\n[ \t]*(?P<coded>[A-Za-z0-9+/_-]+={0,2})(?=[ \t]*(?:[\r\n)>\x22'<]|\Z))"
)
CODED_WORD = r"[A-Za-z][a-z]*"
# Lines of base64 are 64 or 76 long, the first a little less, the last as it comes.
CODED_LINE_LENGTH = 40
# Taking one address out can, in texts made for it, complete another.
ROUNDS = 8
PICTURE_NAME = r"picture-[0-9]+"
EXTENSION = r"[a-z0-9]{1,5}"

_SCHEME = re.compile(SCHEME)
_HEADER = re.compile(HEADER)
_BASE64 = re.compile(BASE64)
_OPENING = re.compile(OPENING)
_BLANK_LINE = re.compile(BLANK_LINE)
_UNDELIMITED = re.compile(UNDELIMITED)
_IN_BRACKETS = re.compile(IN_BRACKETS)
_CODED = re.compile(CODED)
_PADDING = re.compile(PADDING)
_SPACE = re.compile(rf"[{SPACE}]*")
_CODED_LINE = re.compile(CODED_LINE)
_WORD = re.compile(CODED_WORD)
_PICTURE_NAME = re.compile(PICTURE_NAME)
_EXTENSION = re.compile(EXTENSION)
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
    taken = _stems(cell.get("attachments"))
    pictures: list[FoundPicture] = []
    for _ in range(ROUNDS):
        addresses = tuple(_addresses(source))
        if not addresses:
            break
        taken |= set(_PICTURE_NAME.findall(source))
        stems = (stem for number in count(1) if (stem := f"picture-{number}") not in taken)
        pieces: list[str] = []
        at = 0
        for address in addresses:
            name = f"{next(stems)}.{_extension(address.mime)}"
            content = _payload(source[address.payload : address.end], coded=address.coded)
            pictures.append(FoundPicture(position, cell["id"], name, address.mime, content))
            pieces += (source[at : address.start], "attachment:", name)
            at = address.end
        source = "".join((*pieces, source[at:]))
    return Emptied(source, tuple(pictures))


@dataclass(frozen=True, slots=True)
class _Address:
    """Where a ``data:`` address starts, where what it holds starts, and where both end."""

    start: int
    payload: int
    end: int
    mime: str
    coded: bool


@dataclass(frozen=True, slots=True)
class _Opening:
    """What stands before an address: ``closing`` ends it, if there is one."""

    closing: str = ""
    is_link: bool = False
    is_attribute: bool = False


def _addresses(source: str) -> Iterator[_Address]:
    ends = _Ends(source)
    at = gone = 0
    while scheme := _SCHEME.search(source, at):
        at = scheme.end()
        header = _HEADER.match(source, at)
        if header is None:
            continue
        opening = _opening(source, scheme.start(), gone)
        mime = f"{header['type']}/{header['subtype']}".lower() if header["type"] else ""
        coded = _BASE64.search(header["parameters"]) is not None
        if not coded and not _is_plain_address(header, opening):
            continue
        payload = header.end()
        end = ends.of_coded(payload, opening) if coded else ends.of_plain(payload, opening)
        if end > payload:
            yield _Address(scheme.start(), payload, end, mime, coded)
            at = gone = end


def _is_plain_address(header: re.Match[str], opening: _Opening) -> bool:
    """Not "data: a/b, c" and not "data:, c", unless it is plain that an address stands there."""
    if header["gap"] and not opening.is_attribute:
        return False
    return bool(header["type"] or header["parameters"] or opening.closing)


def _opening(source: str, start: int, gone: int) -> _Opening:
    before = source[max(gone, start - BEFORE_CHARACTERS) : start]
    match = _OPENING.search(before)
    if match is None:
        return _Opening()
    if match["link"]:
        return _Opening(")", is_link=True)
    if match["attribute"]:
        return _Opening(match["value"] or ">", is_attribute=True)
    return _Opening({"(": ")", "<": ">"}.get(match["sign"], match["sign"]))


class _Ends:
    """Finds where addresses in ``source`` end; each place is looked for once, going forward."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._next: dict[str, int] = {}

    def of_plain(self, at: int, opening: _Opening) -> int:
        closing = opening.closing
        if closing in {'"', "'"} or (closing == ">" and not opening.is_attribute):
            end = self._position(closing, at)
            if end <= self._position("", at) or self._closes_attribute(end, opening):
                return end if end < len(self._source) else self._undelimited(at)
        if closing == ")":
            return _end(_IN_BRACKETS, self._source, at)
        return self._undelimited(at)

    def of_coded(self, at: int, opening: _Opening) -> int:
        """Base64 may be broken into lines, which neither Markdown nor HTML would read."""
        end = self._of_coded_run(at, opening)
        if end > at:
            return end
        end = self.of_plain(at, opening)
        before = end - at
        while line := _CODED_LINE.match(self._source, end):
            length = len(line["coded"])
            is_last = before >= CODED_LINE_LENGTH and length <= before
            if length < CODED_LINE_LENGTH and (
                not is_last or _WORD.fullmatch(line["coded"]) is not None
            ):
                break
            end, before = line.end(), length
        return end

    def _of_coded_run(self, at: int, opening: _Opening) -> int:
        """The end of letters of base64 and spaces, if it is certain that nothing else ends."""
        source, closing = self._source, opening.closing
        is_quote = closing in {'"', "'"}
        if not (is_quote or opening.is_link or (closing == ">" and self._is_in_tag(at))):
            return at
        run = _end(_CODED, source, at)
        if not (is_quote and opening.is_attribute) and run > self._position("", at):
            return at
        padded = _end(_PADDING, source, run)
        after = source[(rest := _end(_SPACE, source, padded)) : rest + 1]
        text = source[at:run]
        if after and (after == closing or (opening.is_link and after in "\"'")):
            return at + len(source[at:padded].rstrip()) if text.strip() else at
        if not opening.is_attribute or is_quote or padded == run:
            return at
        if rest > padded and not text[-1:].isspace():
            return padded
        # "AA BB alt=…": the last word is the name of the next attribute.
        words = text.rsplit(None, 1)
        return at + len(words[0]) if len(words) > 1 else at

    def _undelimited(self, at: int) -> int:
        return _end(_UNDELIMITED, self._source, at)

    def _is_in_tag(self, at: int) -> bool:
        start = max(0, at - TAG_CHARACTERS)
        return self._source.rfind("<", start, at) > self._source.rfind(">", start, at)

    def _closes_attribute(self, end: int, opening: _Opening) -> bool:
        return opening.is_attribute and self._source[end + 1 : end + 2] in set(" \t\r\n/>")

    def _position(self, sign: str, at: int) -> int:
        """Where ``sign`` comes next, or, without one, the next blank line; else the end."""
        known = self._next.get(sign, -1)
        if known < at:
            if sign:
                known = self._source.find(sign, at)
            else:
                blank = _BLANK_LINE.search(self._source, at)
                known = -1 if blank is None else blank.start()
            self._next[sign] = known = len(self._source) if known < 0 else known
        return known


def _end(pattern: re.Pattern[str], source: str, at: int) -> int:
    match = pattern.match(source, at)
    return at if match is None else match.end()


def _stems(attachments: Any) -> set[str]:
    names = attachments if isinstance(attachments, dict) else ()
    return {str(name).rsplit(".", 1)[0] for name in names}


def _extension(mime: str) -> str:
    kind = mime.lower().rsplit("/", 1)[-1].split("+", 1)[0]
    return kind if _EXTENSION.fullmatch(kind) else "file"


def _payload(payload: str, *, coded: bool) -> bytes:
    if coded:
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
