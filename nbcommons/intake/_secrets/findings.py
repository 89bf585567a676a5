"""The secrets of a notebook: named by cell, and blanked out.

A secret itself is never stored or logged: a finding holds its place, its kind, a keyed hash and
the line with the secret masked.
"""

import re
import time
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import Any

from django.utils.crypto import salted_hmac

from nbcommons.intake._secrets import kinds
from nbcommons.intake._secrets.detectors import spans_in
from nbcommons.intake._secrets.kinds import Kind
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.redacting import PLACEHOLDER

BUDGET_S = 3.0
"""How long one notebook may be looked through; what is left then is named as not looked through."""

KEY_LENGTH = 32
MOST_PLACES = 20
"""So many places of one finding are named."""

MOST_FINDINGS = 100
"""So many are asked about; a notebook with more is named as not looked through."""

_NEAR = 50
_MASK = "••••••"
_LEAST_REPEATED = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found. position: of the cell, from 0; line: in the cell, from 1."""

    position: int
    line: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may be a secret, wherever it stands.

    key: tells findings of a notebook apart and finds the same one again after an edit; a keyed
    hash that says nothing about the secret.
    """

    key: str
    kind: Kind
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A span of a cell's text; the kind of several that overlap is that of the surest."""

    position: int
    start: int
    end: int
    kind: Kind


_Hits = dict[int, list[_Hit]]


def find_secrets(
    document: Document, *, ignored: Collection[str] = (), budget_s: float = BUDGET_S
) -> tuple[Finding, ...]:
    """What in a stripped ``document`` may be a secret, in reading order.

    ignored: names of kinds that the operator does not ask about.
    """
    cells = document["cells"]
    hits, unread = _hits_in(cells, budget_s)
    findings: list[Finding] = []
    for key, same in _grouped(cells, hits).items():
        if same[0].kind.name in ignored:
            continue
        if len(findings) == MOST_FINDINGS:
            unread = same[0].position
            break
        places = tuple(_place(cells, hits[hit.position], hit) for hit in same[:MOST_PLACES])
        findings.append(Finding(key, same[0].kind, places))
    if unread is not None:
        places = (Place(unread, 1, ""),)
        findings.append(Finding(_keyed(kinds.UNREAD, str(unread)), kinds.UNREAD, places))
    return tuple(findings)


def blank_out(document: Document, keys: Collection[str]) -> Document:
    """``document`` with the secrets of the findings with these keys replaced, wherever they are.

    What the detectors did not see, the same text in a comment for example, goes too.
    """
    cells = document["cells"]
    hits, _ = _hits_in(cells, BUDGET_S)
    chosen = [hit for key, same in _grouped(cells, hits).items() if key in keys for hit in same]
    repeated = {
        _text(cells, hit)
        for hit in chosen
        if not hit.kind.is_hint and hit.end - hit.start >= _LEAST_REPEATED
    }
    wanted = set(chosen)
    emptied = [
        _without(cell, [hit for hit in hits.get(position, ()) if hit in wanted], repeated)
        for position, cell in enumerate(cells)
    ]
    return {**document, "cells": emptied}


def _without(
    cell: dict[str, Any], hits: Iterable[_Hit], repeated: Collection[str]
) -> dict[str, Any]:
    source: str = cell["source"]
    pieces: list[str] = []
    at = 0
    for hit in hits:
        pieces += (source[at : hit.start], PLACEHOLDER)
        at = hit.end
    emptied = "".join((*pieces, source[at:]))
    if repeated:
        longest_first = sorted(repeated, key=len, reverse=True)
        emptied = re.sub("|".join(map(re.escape, longest_first)), PLACEHOLDER, emptied)
    return cell if emptied == source else {**cell, "source": emptied}


def _grouped(cells: Sequence[dict[str, Any]], hits: _Hits) -> dict[str, list[_Hit]]:
    """The hits that are one question: the same value, or all hints of a kind; by their key."""
    same: dict[tuple[Kind, str], list[_Hit]] = {}
    for hit in chain.from_iterable(hits.values()):
        value = "" if hit.kind.is_hint else _text(cells, hit)
        same.setdefault((hit.kind, value), []).append(hit)
    return {
        _keyed(kind, value or "\n".join(sorted({_text(cells, hit) for hit in found}))): found
        for (kind, value), found in same.items()
    }


def _keyed(kind: Kind, value: str) -> str:
    # With the site's key: a short password could be guessed from a plain hash.
    mac = salted_hmac("nbcommons.intake.secrets", f"{kind.name}\n{value}", algorithm="sha256")
    return mac.hexdigest()[:KEY_LENGTH]


def _text(cells: Sequence[dict[str, Any]], hit: _Hit) -> str:
    source: str = cells[hit.position]["source"]
    return source[hit.start : hit.end]


def _place(cells: Sequence[dict[str, Any]], hits: Sequence[_Hit], hit: _Hit) -> Place:
    """Where ``hit`` is; ``hits`` are those of its cell, and all that are near are masked too."""
    source: str = cells[hit.position]["source"]
    line_start = source.rfind("\n", 0, hit.start) + 1
    line_end = source.find("\n", hit.end)
    line_end = len(source) if line_end < 0 else line_end
    begin, end = max(line_start, hit.start - _NEAR), min(line_end, hit.end + _NEAR)
    first = bisect_right(hits, begin, key=lambda near: near.end)
    pieces: list[str] = []
    at = begin
    for near in takewhile(lambda near: near.start < end, hits[first:]):
        pieces += (source[at : max(near.start, at)], _MASK)
        at = near.end
    excerpt = "".join((*pieces, source[at:end]))
    value = _text(cells, hit)
    # Not every place of it need have been found.
    shown = excerpt.replace(value, _MASK) if value else excerpt
    shown = f"{'…' if begin > line_start else ''}{shown}{'…' if end < line_end else ''}"
    return Place(hit.position, source.count("\n", 0, hit.start) + 1, " ".join(shown.split()))


def _hits_in(cells: Sequence[dict[str, Any]], budget_s: float) -> tuple[_Hits, int | None]:
    """The hits of each cell in reading order; and the first that there was no time for, if any."""
    until = time.perf_counter() + budget_s
    hits: _Hits = {}
    for position, cell in enumerate(cells):
        found = [_Hit(position, *span) for span in spans_in(cell["source"], until=until)]
        if found:
            hits[position] = _joined(found)
        if time.perf_counter() > until:
            return hits, position
    return hits, None


def _joined(hits: list[_Hit]) -> list[_Hit]:
    """Hits that overlap become one, of the surest kind."""
    joined: list[_Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if joined and hit.start < joined[-1].end:
            last = joined.pop()
            surest = min((last.kind, hit.kind), key=lambda kind: kind.vagueness)
            hit = _Hit(hit.position, last.start, max(last.end, hit.end), surest)  # noqa: PLW2901
        joined.append(hit)
    return joined
