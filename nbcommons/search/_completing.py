"""Finishing the last part of a question that is written in the query language."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import tantivy
from tantivy import Query

from nbcommons.search import _analysis
from nbcommons.search._facets import counts
from nbcommons.search._fields import either, has, term
from nbcommons.search._language import DATES, FIELDS, QUOTES, parse

# Values of fields that have few, in the words that pages use for them.
_FEW = {
    "health": ("healthy", "unhealthy", "unknown"),
    "category": ("working", "building-block", "lesson"),
    "is": ("deprecated",),
}
# Part of the query language -> field of whole values, or of single words.
_WHOLE = {"tag": "tags", "package": "packages", "language": "languageforms", "team": "teams"}
_SINGLE = {"title": "titlewords", "organisation": "organisationnames"}
_ENDINGS = 50

_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*(?:"|\Z))+')
_LAST = re.compile(
    r'(?P<minus>[-\u2212\u2013])?(?:(?P<name>[A-Za-z][A-Za-z_]{1,19}):)?"?(?P<value>[^"]*)"?\Z'
)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A question whose last part is being written.

    ``before`` is all that stands before its value: other parts, the minus, the field with its
    colon. ``field`` is the field in our own word for it; empty for a word.
    """

    before: str
    field: str
    value: str

    def finished(self, value: str) -> str:
        """The whole question with ``value`` at its end."""
        return f'{self.before}"{value}"' if " " in value else f"{self.before}{value}"


def unfinished(beginning: str) -> Unfinished | None:
    """What is being written at the end of ``beginning``; None when it is all plain words."""
    written = beginning.translate(QUOTES)
    tokens = list(_TOKEN.finditer(written))
    if not tokens or tokens[-1].end() != len(written):
        return None
    start = tokens[-1].start()
    last = _LAST.match(written, start)
    if last is None:
        return None
    name = FIELDS.get((last["name"] or "").lower(), "")
    if last["name"] and not name:
        return None  # no filter: its words are looked for as words
    earlier = parse(written[:start])
    if not (name or last["minus"] or earlier.filters or earlier.unwanted):
        return None
    before = " ".join(written[:start].split())
    sign = f"{last['minus'] or ''}{last['name'] + ':' if last['name'] else ''}"
    value = " ".join(last["value"].split()).lower()
    return Unfinished(f"{before}{' ' if before else ''}{sign}", name, value)


def completions(
    searcher: tantivy.Searcher,
    asked: Unfinished,
    *,
    visible: Query,
    labels: Mapping[str, int],
    today: date,
    most: int,
) -> list[str]:
    """At most ``most`` whole questions that ``asked`` may become, the commonest first."""
    field = asked.field

    def begun(name: str, start: str) -> list[str]:
        if not has(name):
            return []
        found = searcher.terms_with_prefix(name, start, filter_query=visible, limit=_ENDINGS)
        return [value for value, _ in found if value]

    values: Iterable[str]
    if field in _FEW:
        values = _FEW[field]
    elif field in DATES:
        values = _periods(today)
    elif field == "label":
        values = sorted(labels)
    elif field == "owner":
        values = _owners(searcher, asked.value, begun, visible)
        return [asked.finished(value) for value in values][:most]
    elif field in _WHOLE:
        values = begun(_WHOLE[field], asked.value)
    else:
        values = _last_words(asked.value, _SINGLE.get(field, "titlewords"), begun)
    told = (value for value in values if value.startswith(asked.value) and value != asked.value)
    return [asked.finished(value) for value in told][:most]


def _last_words(value: str, name: str, begun: Callable[[str, str], list[str]]) -> Iterable[str]:
    words = _analysis.words(value)
    if not words:
        return [] if value or name == "titlewords" else begun(name, "")
    head = value[: value.rindex(words[-1])] if words[-1] in value else ""
    return [head + ending for ending in begun(name, words[-1])]


def _owners(
    searcher: tantivy.Searcher,
    value: str,
    begun: Callable[[str, str], list[str]],
    visible: Query,
) -> list[str]:
    """User names, and slugs of teams, of those who have such a name."""
    words = _analysis.words(value) or [""]
    endings = begun("by", words[-1])
    if not endings or not has("keeper"):
        return []
    named = [term("by", word) for word in words[:-1]]
    named.append(either([term("by", word) for word in endings]))
    must = [(tantivy.Occur.Must, query) for query in (*named, visible)]
    found = counts(searcher, Query.boolean_query(must), ["keeper"], most=_ENDINGS)
    keys = [keeper[2:] for keeper in found.get("keeper", {}) if keeper[2:] != value]
    return list(dict.fromkeys(keys))


def _periods(today: date) -> tuple[str, ...]:
    """Since this month, since the last one, this year, before this year."""
    before = today.replace(day=1) - timedelta(days=1)
    return (f">={today:%Y-%m}", f">={before:%Y-%m}", f"{today:%Y}", f"<{today:%Y}")
