"""The metadata that may be shared: everything that is not named here is removed.

What stays is written down as data: ``scripts/stripping_rules.py`` makes the same rules for the
browser of it. A check that is added here needs its twin in ``packages/jupyter/src/stripping``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from nbcommons_ipynb.limits import Limits
from nbcommons_ipynb.spaces import SPACE

NAME_LENGTH = 200
"""Longest kept name of a tag, kernel, language or author, in characters."""
MESSAGE_LENGTH = 10_000
"""Longest kept message of an exercise, in characters."""
SOLUTION_LENGTH = 4_000
"""Longest kept solution of an exercise, all kinds together, in characters."""
GREATEST_COUNT = 2**31 - 1
GREATEST_WHOLE = 2**53 - 1
"""Beyond it, JavaScript and with it every browser tells neighbouring numbers no longer apart."""
SLIDE_TYPES = frozenset({"slide", "subslide", "fragment", "skip", "notes", "-"})
# What a solution may hold of a result: words, never pictures, documents or programs.
SOLUTION_TYPES = frozenset({"text/plain", "text/html", "text/markdown", "text/latex"})
# No operator can allow these: trust is not portable, widget state is data.
NEVER_ALLOWED = frozenset({"trusted", "widgets"})

ONE_LINE = r"[^\x00-\x1f\x7f\u2028\u2029]+"
SITE = rf"https?://[^{SPACE}\x00-\x1f\x22'<>\\]+"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

_ONE_LINE = re.compile(ONE_LINE)
_SITE = re.compile(SITE)
_UUID = re.compile(UUID)
_MISSING = object()

Check = Literal[
    "line",
    "flag",
    "message",
    "tags",
    "solution",
    "slide_type",
    "whole",
    "count",
    "uuid",
    "site",
]
"""The name of what decides about one value, see ``_CHECKS``."""


@dataclass(frozen=True, slots=True)
class Members:
    """An object of which the named members stay, if all that are ``needed`` are sound."""

    rules: Mapping[str, "Rule"]
    needed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Either:
    """A value that one of these rules lets stay; the first that does has the say."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Several:
    """A list of which those items stay that the rule lets stay."""

    rule: "Rule"


Rule = Check | Members | Either | Several

CELL_RULES: Mapping[str, Rule] = {
    "tags": "tags",
    "name": "line",
    "jupyter": Members({"source_hidden": "flag"}),
    "slideshow": Members({"slide_type": "slide_type"}),
}
CODE_RULES: Mapping[str, Rule] = {
    **CELL_RULES,
    "collapsed": "flag",
    "ordo_solution": "solution",
    "ordo_success": "message",
    "ordo_failure": "message",
}
NOTEBOOK_RULES: Mapping[str, Rule] = {
    "kernelspec": Members(
        {"name": "line", "display_name": "line", "language": "line"},
        needed=frozenset({"name", "display_name"}),
    ),
    "language_info": Members(
        {
            "name": "line",
            "version": "line",
            "mimetype": "line",
            "file_extension": "line",
            "pygments_lexer": "line",
            "nbconvert_exporter": "line",
            "codemirror_mode": Either(("line", Members({"name": "line", "version": "whole"}))),
        },
        needed=frozenset({"name"}),
    ),
    # Where a copy came from, as the commons itself wrote it.
    "nbcommons": Members({"v": "count", "uuid": "uuid", "revision": "count", "site": "site"}),
    "title": "line",
    "authors": Several(Either(("line", Members({"name": "line"})))),
}


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


def cell_metadata(
    metadata: dict[str, Any], cell_type: str, *, extra: ExtraKeys, limits: Limits
) -> Kept:
    """What of a cell's metadata is shared."""
    rules = CODE_RULES if cell_type == "code" else CELL_RULES
    return _keep(metadata, rules, extra.cell, limits)


def notebook_metadata(metadata: dict[str, Any], *, extra: ExtraKeys, limits: Limits) -> Kept:
    """What of a notebook's metadata is shared."""
    return _keep(metadata, NOTEBOOK_RULES, extra.notebook, limits)


def _keep(
    metadata: dict[str, Any],
    rules: Mapping[str, Rule],
    extra: frozenset[str],
    limits: Limits,
) -> Kept:
    kept: dict[str, Any] = {}
    gone: list[tuple[str, Any]] = []
    for key, value in metadata.items():
        rule = rules.get(key)
        if rule is not None:
            clean = _allowed(value, rule)
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


def _allowed(value: Any, rule: Rule) -> Any:
    """The part of ``value`` that may stay, or ``_MISSING``."""
    if isinstance(rule, Members):
        return _members(value, rule)
    if isinstance(rule, Either):
        clean = (_allowed(value, choice) for choice in rule.rules)
        return next((one for one in clean if one is not _MISSING), _MISSING)
    if isinstance(rule, Several):
        items = value if isinstance(value, list) else ()
        clean = (_allowed(item, rule.rule) for item in items)
        return [one for one in clean if one is not _MISSING] or _MISSING
    return _CHECKS[rule](value)


def _members(value: Any, rule: Members) -> Any:
    if not isinstance(value, dict):
        return _MISSING
    cleaned = {
        key: _allowed(value[key], one) for key, one in rule.rules.items() if key in value
    }
    kept = {key: member for key, member in cleaned.items() if member is not _MISSING}
    return kept if kept and rule.needed <= kept.keys() else _MISSING


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
    if sum(len(_words(text)) for text in words.values()) > SOLUTION_LENGTH:
        return _MISSING
    return words or _MISSING


def _words(text: Any) -> Any:
    """A text of a result, which may be a list of lines."""
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        return "".join(text)
    return text


def _whole(value: Any) -> Any:
    number = whole_number(value)
    return _MISSING if number is None else number


def _count(value: Any) -> Any:
    number = whole_number(value)
    return _MISSING if number is None or not 1 <= number <= GREATEST_COUNT else number


def whole_number(value: Any) -> int | None:
    """``value`` if it is a whole number that every reader of JSON reads alike.

    JSON makes no difference between 1 and 1.0, and a browser that read it cannot.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not -GREATEST_WHOLE <= value <= GREATEST_WHOLE or value != int(value):
        return None
    return int(value)


def _uuid(value: Any) -> Any:
    return value if isinstance(value, str) and _UUID.fullmatch(value) else _MISSING


def _site(value: Any) -> Any:
    fits = isinstance(value, str) and len(value) <= NAME_LENGTH and _SITE.fullmatch(value)
    return value if fits else _MISSING


_CHECKS: dict[Check, Callable[[Any], Any]] = {
    "line": _line,
    "flag": _flag,
    "message": _message,
    "tags": _tags,
    "solution": _solution,
    "slide_type": _slide_type,
    "whole": _whole,
    "count": _count,
    "uuid": _uuid,
    "site": _site,
}
