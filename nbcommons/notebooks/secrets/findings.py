"""The secrets of a notebook and of what is said about it: named by place, and blanked out.

A secret itself is never stored or logged: a finding holds its place, its kind, a keyed hash and
the line with the secret masked.
"""

import re
import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from nbcommons.notebooks.secrets import kinds
from nbcommons.notebooks.secrets.detectors import spans_in
from nbcommons.notebooks.secrets.kinds import Kind
from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.redacting import PLACEHOLDER

BUDGET_S = 3.0
"""So much processor time may be spent on one notebook; what is left is named as not looked through.

Not time on the clock: on a busy machine a clean notebook would be asked about.
"""

KEY_LENGTH = 32
MOST_PLACES = 20
"""So many places of one finding are named."""

MOST_FINDINGS = 100
"""So many are asked about; a notebook with more is named as not looked through."""

_NEAR = 50
# Taken off before anything is published.
_NOT_SHARED = "nbcommons"
_MASK = "••••••"
_LEAST_REPEATED = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found.

    position: of the cell, from 0; None when it is in no cell. line: in that text, from 1.
    field: empty for the text of a cell; the name of one of the other texts, as "title"; or
    "metadata.kernelspec" for an entry in the metadata, of the cell if there is one.
    """

    position: int | None
    line: int
    excerpt: str
    field: str = ""


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
class _Source:
    """A text that is looked through, and what ``Place`` says of where it is."""

    position: int | None
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class _Hit:
    """A span of a source; the kind of several that overlap is that of the surest."""

    at: int
    start: int
    end: int
    kind: Kind


_Hits = dict[int, list[_Hit]]
_NO_TEXTS: Mapping[str, str] = {}
_NO_DOCUMENT: Document = {"cells": [], "metadata": {}}


def secrets_in_texts(texts: Mapping[str, str]) -> tuple[Finding, ...]:
    """What in ``texts``, such as a title, by their names, may be a secret the operator asks about.

    A place names its text in ``field``.
    """
    return find_secrets(_NO_DOCUMENT, texts, ignored=settings.NBCOMMONS_SECRETS_IGNORED)


def secret_in_words(text: str) -> str:
    """What in ``text`` may be a secret, as "a token of GitHub"; "" if nothing is, hints aside.

    For short texts about which nobody is asked: they are refused.
    """
    found = (finding.kind for finding in secrets_in_texts({"text": text}))
    return " and ".join(dict.fromkeys(kind.words for kind in found if not kind.is_hint))


def blank_out_texts(texts: Mapping[str, str], keys: Collection[str]) -> dict[str, str]:
    """``texts`` with the secrets of the findings with these keys replaced."""
    return blank_out_all(_NO_DOCUMENT, texts, keys)[1]


def find_secrets(
    document: Document,
    texts: Mapping[str, str] = _NO_TEXTS,
    *,
    ignored: Collection[str] = (),
    budget_s: float = BUDGET_S,
) -> tuple[Finding, ...]:
    """What in a stripped ``document`` may be a secret, in reading order.

    texts: what is said about it, by name; looked through last. What stands in several places is
    found once. ignored: names of kinds that the operator does not ask about.
    """
    sources = _sources(document, texts)
    hits, unread = _hits_in(sources, budget_s)
    findings: list[Finding] = []
    for key, same in _grouped(sources, hits).items():
        if same[0].kind.name in ignored:
            continue
        if len(findings) == MOST_FINDINGS:
            unread = same[0].at
            break
        places = tuple(_place(sources, hits[hit.at], hit) for hit in same[:MOST_PLACES])
        findings.append(Finding(key, same[0].kind, places))
    if unread is not None:
        source = sources[unread]
        places = (Place(source.position, 1, "", source.field),)
        findings.append(Finding(_keyed(kinds.UNREAD, str(unread)), kinds.UNREAD, places))
    return tuple(findings)


def blank_out(document: Document, keys: Collection[str]) -> Document:
    """``document`` with the secrets of the findings with these keys replaced, wherever they are."""
    return blank_out_all(document, {}, keys)[0]


def blank_out_all(
    document: Document, texts: Mapping[str, str], keys: Collection[str]
) -> tuple[Document, dict[str, str]]:
    """Both without the secrets of the findings with these keys, which are findings of the two.

    What the detectors did not see, the same text in a comment for example, goes too.
    """
    sources = _sources(document, texts)
    hits, _ = _hits_in(sources, BUDGET_S)
    chosen = [
        hit for key, same in _grouped(sources, hits).items() if key in keys for hit in same
    ]
    repeated = {
        _text(sources, hit)
        for hit in chosen
        if not hit.kind.is_hint and hit.end - hit.start >= _LEAST_REPEATED
    }
    wanted = set(chosen)
    emptied = [
        _without(source.text, [hit for hit in hits.get(at, ()) if hit in wanted], repeated)
        for at, source in enumerate(sources)
    ]
    told = {source.text: text for source, text in zip(sources, emptied, strict=True)}

    def change(text: str) -> str:
        return told.get(text, text)

    cells = [
        {
            **cell,
            "source": change(cell["source"]),
            "metadata": _mapped(cell["metadata"], change),
        }
        for cell in document["cells"]
    ]
    bare = {**document, "cells": cells, "metadata": _mapped(document["metadata"], change)}
    return bare, {name: change(text) for name, text in texts.items()}


def _sources(document: Document, texts: Mapping[str, str]) -> list[_Source]:
    """All that is looked through, in reading order: what is said about the notebook last."""
    sources: list[_Source] = []
    for position, cell in enumerate(document["cells"]):
        sources.append(_Source(position, "", cell["source"]))
        sources += _of_metadata(cell["metadata"], position)
    sources += _of_metadata(document["metadata"], None)
    return sources + [_Source(None, name, text) for name, text in texts.items()]


def _of_metadata(metadata: Mapping[str, Any], position: int | None) -> list[_Source]:
    # What stands deeper can be named by anybody: of a path, only its first part is told.
    return [
        _Source(position, f"metadata.{key}", text)
        for key, value in metadata.items()
        if position is not None or key != _NOT_SHARED
        for text in _texts_in(value)
    ]


def _texts_in(value: Any) -> Iterator[str]:
    """The texts in a value of metadata, and the names in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _texts_in(one)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """``value`` with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(one, change) for one in value]
    if isinstance(value, dict):
        return {change(key): _mapped(one, change) for key, one in value.items()}
    return value


def _without(source: str, hits: Iterable[_Hit], repeated: Collection[str]) -> str:
    pieces: list[str] = []
    at = 0
    for hit in hits:
        pieces += (source[at : hit.start], PLACEHOLDER)
        at = hit.end
    emptied = "".join((*pieces, source[at:]))
    if not repeated:
        return emptied
    longest_first = sorted(repeated, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), PLACEHOLDER, emptied)


def _grouped(sources: Sequence[_Source], hits: _Hits) -> dict[str, list[_Hit]]:
    """The hits that are one question: the same value, or all hints of a kind; by their key."""
    same: dict[tuple[Kind, str], list[_Hit]] = {}
    for hit in chain.from_iterable(hits.values()):
        value = "" if hit.kind.is_hint else _text(sources, hit)
        same.setdefault((hit.kind, value), []).append(hit)
    return {
        _keyed(kind, value or "\n".join(sorted({_text(sources, hit) for hit in found}))): found
        for (kind, value), found in same.items()
    }


def _keyed(kind: Kind, value: str) -> str:
    # With the site's key: a short password could be guessed from a plain hash.
    mac = salted_hmac("nbcommons.intake.secrets", f"{kind.name}\n{value}", algorithm="sha256")
    return mac.hexdigest()[:KEY_LENGTH]


def _text(sources: Sequence[_Source], hit: _Hit) -> str:
    return sources[hit.at].text[hit.start : hit.end]


def _place(sources: Sequence[_Source], hits: Sequence[_Hit], hit: _Hit) -> Place:
    """Where ``hit`` is; ``hits`` are those of its text, and all that are near are masked too."""
    where = sources[hit.at]
    source = where.text
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
    value = _text(sources, hit)
    # Not every place of it need have been found.
    shown = excerpt.replace(value, _MASK) if value else excerpt
    shown = f"{'…' if begin > line_start else ''}{shown}{'…' if end < line_end else ''}"
    line = source.count("\n", 0, hit.start) + 1
    return Place(where.position, line, " ".join(shown.split()), where.field)


def _hits_in(sources: Sequence[_Source], budget_s: float) -> tuple[_Hits, int | None]:
    """The hits of each text in reading order; and the first that there was no time for, if any."""
    until = time.thread_time() + budget_s
    hits: _Hits = {}
    for at, source in enumerate(sources):
        found = [_Hit(at, *span) for span in spans_in(source.text, until=until)]
        if found:
            hits[at] = _joined(found)
        if time.thread_time() > until:
            return hits, at
    return hits, None


def _joined(hits: list[_Hit]) -> list[_Hit]:
    """Hits that overlap become one, of the surest kind."""
    joined: list[_Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if joined and hit.start < joined[-1].end:
            last = joined.pop()
            surest = min((last.kind, hit.kind), key=lambda kind: kind.vagueness)
            hit = _Hit(hit.at, last.start, max(last.end, hit.end), surest)  # noqa: PLW2901
        joined.append(hit)
    return joined
