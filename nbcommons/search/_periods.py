"""Stretches of days as people write them: ``>=2026-01-01``, ``2026-01``, ``2025..2026-03``."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_DAY = r"(?P<{0}>\d{{4}}(?:-\d{{1,2}}(?:-\d{{1,2}})?)?)"
_COMPARED = re.compile(rf"(?P<sign>>=|<=|=|>|<)?{_DAY.format('day')}\Z")
_RANGE = re.compile(rf"(?:{_DAY.format('first')})?\.\.\.?(?:{_DAY.format('last')})?\Z")
_SIGNS = str.maketrans({"≥": ">=", "≤": "<=", "…": ".."})
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Period:
    """From the start of day ``since`` to the start of day ``until`` (UTC); None is open."""

    since: date | None = None
    until: date | None = None

    @property
    def since_s(self) -> int | None:
        """``since`` in seconds since 1970."""
        return None if self.since is None else _seconds(self.since)

    @property
    def until_s(self) -> int | None:
        """``until`` in seconds since 1970; that second is no longer part of it."""
        return None if self.until is None else _seconds(self.until)


def tidied(text: str) -> str:
    """``text`` with signs that only look different written in one way."""
    return text.translate(_SIGNS)


def period_of(text: str) -> Period | None:
    """The days that ``text`` means; None when it means none.

    A day, a month or a year; with ``>``, ``>=``, ``<`` or ``<=`` before it; or two of them with
    ``..`` between, one of which may be missing. A range holds both its ends.
    """
    compared = _COMPARED.match(text)
    if compared:
        return _compared(compared["sign"] or "=", _span(compared["day"]))
    ends = _RANGE.match(text)
    if not ends or not (ends["first"] or ends["last"]):
        return None
    first = _span(ends["first"]) if ends["first"] else Period()
    last = _span(ends["last"]) if ends["last"] else Period()
    if first is None or last is None:
        return None
    return Period(first.since, last.until)


def _compared(sign: str, span: Period | None) -> Period | None:
    if span is None:
        return None
    return {
        "=": span,
        ">": Period(since=span.until),
        ">=": Period(since=span.since),
        "<": Period(until=span.since),
        "<=": Period(until=span.until),
    }[sign]


def _span(text: str) -> Period | None:
    """The year, month or day ``text``; None when the calendar has none such."""
    year, month, day = ([*map(int, text.split("-")), 0, 0])[:3]
    try:
        first = date(year, month or 1, day or 1)
        if day:
            return Period(first, first + timedelta(days=1))
        if month:
            is_last = month == _DECEMBER
            return Period(first, date(year + is_last, 1 if is_last else month + 1, 1))
        return Period(first, date(year + 1, 1, 1))
    except (ValueError, OverflowError):
        return None


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
