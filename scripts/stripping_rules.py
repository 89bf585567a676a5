"""The rules of what may be shared, for the browser: made from those of ``nbcommons_ipynb``.

Called by ``generate_reference.py``, which also tells when the result is stale.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from nbcommons_ipynb import allowed, embedded, removal, repair, stripping
from nbcommons_ipynb.limits import DEFAULT_LIMITS
from nbcommons_ipynb.spaces import SPACE

TARGET = "packages/jupyter/src/stripping/rules.ts"

PATTERNS = {
    "oneLine": allowed.ONE_LINE,
    "site": allowed.SITE,
    "uuid": allowed.UUID,
    "cellId": repair.CELL_ID,
    "table": removal.TABLE,
    "drawing": removal.DRAWING,
    "personalKey": removal.PERSONAL_KEY,
    "personalPath": removal.PERSONAL_PATH,
    "scheme": embedded.SCHEME,
    "header": embedded.HEADER,
    "base64": embedded.BASE64,
    "opening": embedded.OPENING,
    "blankLine": embedded.BLANK_LINE,
    "undelimited": embedded.UNDELIMITED,
    "inBrackets": embedded.IN_BRACKETS,
    "coded": embedded.CODED,
    "padding": embedded.PADDING,
    "space": rf"[{SPACE}]*",
    "codedLine": embedded.CODED_LINE,
    "codedWord": embedded.CODED_WORD,
    "pictureName": embedded.PICTURE_NAME,
    "extension": embedded.EXTENSION,
}
NUMBERS = {
    "nameLength": allowed.NAME_LENGTH,
    "messageLength": allowed.MESSAGE_LENGTH,
    "solutionLength": allowed.SOLUTION_LENGTH,
    "greatestCount": allowed.GREATEST_COUNT,
    "greatestWhole": allowed.GREATEST_WHOLE,
    "beforeCharacters": embedded.BEFORE_CHARACTERS,
    "tagCharacters": embedded.TAG_CHARACTERS,
    "codedLineLength": embedded.CODED_LINE_LENGTH,
    "rounds": embedded.ROUNDS,
    "idLength": repair.ID_LENGTH,
    "lowestHeading": repair.LOWEST_HEADING,
    "cells": DEFAULT_LIMITS.cells,
    "depth": DEFAULT_LIMITS.depth,
    "containers": DEFAULT_LIMITS.containers,
    "strippedBytes": DEFAULT_LIMITS.stripped_bytes,
}
WORDS = {
    "slideTypes": sorted(allowed.SLIDE_TYPES),
    "solutionTypes": sorted(allowed.SOLUTION_TYPES),
    "cellTypes": sorted(repair.CELL_TYPES),
    "cellKeys": sorted(stripping.KNOWN_CELL_KEYS),
    "timingKeys": sorted(removal.TIMING_KEYS),
    "errorTypes": sorted(removal.ERROR_TYPES),
    "tableTypes": sorted(removal.TABLE_TYPES),
    "chartTypes": list(removal.CHART_TYPES),
    "textTypes": list(removal.TEXT_TYPES),
    "widgetView": [removal.WIDGET_VIEW],
}
# What Python and JavaScript read differently, or only one of them.
_NOT_SHARED = re.compile(r"(?<!\\)\\[swdbSWDBAaGhHNpP]|\(\?[a-zA-Z#>]|[*+?}]\+|\\[\"'#&;,/-]")


def typescript() -> Iterator[str]:
    """The lines of the file."""
    yield "/** Made by scripts/generate_reference.py from packages/ipynb. Do not edit. */"
    yield ""
    yield "export type Rule ="
    yield "  | string"
    yield "  | {"
    yield "      readonly members: Readonly<Record<string, Rule>>;"
    yield "      readonly needed: readonly string[];"
    yield "    }"
    yield "  | { readonly either: readonly Rule[] }"
    yield "  | { readonly several: Rule };"
    for name, rules in (
        ("cellRules", allowed.CELL_RULES),
        ("codeRules", allowed.CODE_RULES),
        ("notebookRules", allowed.NOTEBOOK_RULES),
    ):
        plain = {key: _plain(rule) for key, rule in rules.items()}
        yield ""
        yield f"export const {name}: Readonly<Record<string, Rule>> = {_json(plain)};"
    yield ""
    yield f"export const numbers = {_json(NUMBERS)} as const;"
    yield ""
    yield f"export const words = {_json(WORDS)} as const;"
    yield ""
    yield "// For the flag «u», which counts characters as Python does."
    shared = {name: shared_pattern(pattern) for name, pattern in PATTERNS.items()}
    yield f"export const patterns = {_json(shared)} as const;"


def shared_pattern(pattern: str) -> str:
    """``pattern`` for JavaScript. Raises ``ValueError`` if the two would not read it alike."""
    translated = pattern.replace("(?P<", "(?<").replace(r"\Z", "$")
    if fault := _NOT_SHARED.search(translated):
        raise ValueError(f"{fault[0]} in {pattern} means something else in JavaScript")
    return translated


def _plain(rule: allowed.Rule) -> Any:
    if isinstance(rule, allowed.Members):
        members = {key: _plain(inner) for key, inner in rule.rules.items()}
        return {"members": members, "needed": sorted(rule.needed)}
    if isinstance(rule, allowed.Either):
        return {"either": [_plain(choice) for choice in rule.rules]}
    if isinstance(rule, allowed.Several):
        return {"several": _plain(rule.rule)}
    return rule


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True)
