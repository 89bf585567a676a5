"""The metadata that may be shared: everything that is not named here is removed."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from nbcommons_ipynb.limits import Limits

NAME_LENGTH = 200
"""Longest kept name of a tag, kernel, language or author, in characters."""
MESSAGE_LENGTH = 10_000
"""Longest kept message of an exercise, in characters."""
SLIDE_TYPES = frozenset({"slide", "subslide", "fragment", "skip", "notes", "-"})
# What a solution may hold of a result: words, never pictures, documents or programs.
SOLUTION_TYPES = frozenset({"text/plain", "text/html", "text/markdown", "text/latex"})
# No operator can allow these: trust is not portable, widget state is data.
NEVER_ALLOWED = frozenset({"trusted", "widgets"})
LANGUAGE_TEXTS = (
    "name",
    "version",
    "mimetype",
    "file_extension",
    "pygments_lexer",
    "nbconvert_exporter",
)

_ONE_LINE = re.compile(r"[^\x00-\x1f\x7f\u2028\u2029]+")
_SITE = re.compile(r"https?://[^\s\x00-\x1f\"'<>\\]+")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class ExtraKeys:
    """Metadata that the operator of a site allows on top, by its outermost name."""

    cell: frozenset[str] = field(default=frozenset())
    notebook: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of one metadata object, and the entries that went.

    gone: outermost name and value; for an object that stays in part, ``outer.inner``.
    """

    metadata: dict[str, Any]
    gone: tuple[tuple[str, Any], ...]


Cleaner = Callable[[Any], Any]
"""The part of a value that may stay, or ``_MISSING``."""


def cell_metadata(
    metadata: dict[str, Any], cell_type: str, *, extra: ExtraKeys, limits: Limits
) -> Kept:
    """What of a cell's metadata is shared."""
    cleaners = _CODE_CLEANERS if cell_type == "code" else _CELL_CLEANERS
    return _keep(metadata, cleaners, extra.cell, limits)


def notebook_metadata(metadata: dict[str, Any], *, extra: ExtraKeys, limits: Limits) -> Kept:
    """What of a notebook's metadata is shared."""
    return _keep(metadata, _NOTEBOOK_CLEANERS, extra.notebook, limits)


def _keep(
    metadata: dict[str, Any],
    cleaners: dict[str, Cleaner],
    extra: frozenset[str],
    limits: Limits,
) -> Kept:
    kept: dict[str, Any] = {}
    gone: list[tuple[str, Any]] = []
    for key, value in metadata.items():
        cleaner = cleaners.get(key)
        if cleaner is not None:
            clean = cleaner(value)
        elif key in extra and key not in NEVER_ALLOWED and _is_small(value, limits):
            clean = value
        else:
            clean = _MISSING
        if clean is _MISSING:
            gone.append((key, value))
            continue
        kept[key] = clean
        if isinstance(value, dict) and isinstance(clean, dict):
            gone.extend(
                (f"{key}.{inner}", lost)
                for inner, lost in value.items()
                if inner not in clean or clean[inner] != lost
            )
        elif clean != value:
            gone.append((key, value))
    return Kept(kept, tuple(gone))


def _is_small(value: Any, limits: Limits) -> bool:
    return len(orjson.dumps(value)) <= limits.metadata_value_bytes and not _holds(
        value, "trusted"
    )


def _holds(value: Any, key: str) -> bool:
    if isinstance(value, dict):
        return key in value or any(_holds(inner, key) for inner in value.values())
    return isinstance(value, list) and any(_holds(inner, key) for inner in value)


def _line(value: Any) -> Any:
    """One line of text of bearable length."""
    fits = isinstance(value, str) and len(value) <= NAME_LENGTH and _ONE_LINE.fullmatch(value)
    return value if fits else _MISSING


def _flag(value: Any) -> Any:
    return value if isinstance(value, bool) else _MISSING


def _message(value: Any) -> Any:
    fits = isinstance(value, str) and len(value) <= MESSAGE_LENGTH and "\0" not in value
    return value if fits else _MISSING


def _tags(value: Any) -> Any:
    if not isinstance(value, list):
        return _MISSING
    tags = [tag for tag in value if _line(tag) is not _MISSING and "," not in tag]
    return list(dict.fromkeys(tags)) or _MISSING


def _chosen(value: Any, cleaners: dict[str, Cleaner]) -> dict[str, Any]:
    """The named members of an object, each cleaned."""
    if not isinstance(value, dict):
        return {}
    cleaned = {key: clean(value[key]) for key, clean in cleaners.items() if key in value}
    return {key: member for key, member in cleaned.items() if member is not _MISSING}


def _jupyter(value: Any) -> Any:
    return _chosen(value, {"source_hidden": _flag}) or _MISSING


def _slideshow(value: Any) -> Any:
    return _chosen(value, {"slide_type": _slide_type}) or _MISSING


def _slide_type(value: Any) -> Any:
    return value if isinstance(value, str) and value in SLIDE_TYPES else _MISSING


def _solution(value: Any) -> Any:
    """The expected answer of an exercise: the author's on purpose, so it stays, if it is words.

    "Make all outputs solutions" is one press in Ordo, so size and kind are bounded: a small
    printed value passes, a picture or a long table does not.
    """
    if not isinstance(value, dict):
        return _MISSING
    words = {
        kind: text
        for kind, text in value.items()
        if kind in SOLUTION_TYPES and isinstance(_words(text), str) and "\0" not in _words(text)
    }
    if sum(len(_words(text)) for text in words.values()) > DEFAULT_SOLUTION_LENGTH:
        return _MISSING
    return words or _MISSING


DEFAULT_SOLUTION_LENGTH = 4_000
"""Longest kept solution of an exercise, all kinds together, in characters."""


def _words(text: Any) -> Any:
    """A text of a result, which may be a list of lines."""
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        return "".join(text)
    return text


def _kernel(value: Any) -> Any:
    kept = _chosen(value, {"name": _line, "display_name": _line, "language": _line})
    return kept if {"name", "display_name"} <= kept.keys() else _MISSING


def _language(value: Any) -> Any:
    kept = _chosen(value, {**dict.fromkeys(LANGUAGE_TEXTS, _line), "codemirror_mode": _mode})
    return kept if "name" in kept else _MISSING


def _mode(value: Any) -> Any:
    if isinstance(value, str):
        return _line(value)
    return _chosen(value, {"name": _line, "version": _number}) or _MISSING


def _number(value: Any) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) else _MISSING


def _origin(value: Any) -> Any:
    """Where a copy came from, as the commons itself wrote it."""
    return (
        _chosen(value, {"v": _count, "uuid": _uuid, "revision": _count, "site": _site})
        or _MISSING
    )


def _count(value: Any) -> Any:
    return value if _number(value) is not _MISSING and 1 <= value < 2**31 else _MISSING


def _uuid(value: Any) -> Any:
    try:
        return value if isinstance(value, str) and str(uuid.UUID(value)) == value else _MISSING
    except ValueError:
        return _MISSING


def _site(value: Any) -> Any:
    fits = isinstance(value, str) and len(value) <= NAME_LENGTH and _SITE.fullmatch(value)
    return value if fits else _MISSING


def _authors(value: Any) -> Any:
    if not isinstance(value, list):
        return _MISSING
    names = [_author(author) for author in value]
    return [name for name in names if name is not _MISSING] or _MISSING


def _author(value: Any) -> Any:
    if isinstance(value, dict):
        return _chosen(value, {"name": _line}) or _MISSING
    return _line(value)


_CELL_CLEANERS: dict[str, Cleaner] = {
    "tags": _tags,
    "name": _line,
    "jupyter": _jupyter,
    "slideshow": _slideshow,
}
_CODE_CLEANERS: dict[str, Cleaner] = {
    **_CELL_CLEANERS,
    "collapsed": _flag,
    "ordo_solution": _solution,
    "ordo_success": _message,
    "ordo_failure": _message,
}
_NOTEBOOK_CLEANERS: dict[str, Cleaner] = {
    "kernelspec": _kernel,
    "language_info": _language,
    "nbcommons": _origin,
    "title": _line,
    "authors": _authors,
}
