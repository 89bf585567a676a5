"""Where the marks of the charts stand: numbers for SVG, made on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

LEFT, RIGHT, TOP = 36.0, 912.0, 18.0
HEIGHT_UP, HEIGHT_DOWN = 132.0, 66.0
TICKS = 2
LABEL_EVERY = 5
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A word or number beside an axis, at this place."""

    place: float
    word: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """The runs of one day, in numbers."""

    day: date
    finished: int
    stopped: int


@dataclass(frozen=True, slots=True)
class DayChart:
    """Runs a day: those that finished rise from the line, those that stopped early hang from it."""

    sentence: str
    finished: tuple[Mark, ...]
    stopped: tuple[Mark, ...]
    weekends: tuple[Mark, ...]
    counts: tuple[Tick, ...]
    days: tuple[Tick, ...]
    line: float
    bottom: float
    finished_total: int
    stopped_total: int
    rows: tuple[DayRow, ...]

    @property
    def height(self) -> float:
        return self.bottom + 30


def day_chart(finished: Sequence[int], stopped: Sequence[int], *, first_day: date) -> DayChart:
    """The chart of sessions a day, oldest first."""
    step = (RIGHT - LEFT) / len(finished)
    most_up = _round_up(max(finished, default=0))
    most_down = max(stopped, default=0)
    # One scale for both sides; a side gets at most its height.
    unit = min(HEIGHT_UP / most_up, HEIGHT_DOWN / most_down if most_down else HEIGHT_UP)
    line = TOP + most_up * unit
    bottom = line + max(most_down * unit, 8.0)
    days = [first_day + timedelta(days=place) for place in range(len(finished))]
    lefts = [LEFT + step * place for place in range(len(finished))]
    width = step * 0.6
    return DayChart(
        sentence=_sentence(finished, stopped, first_day, days[-1]),
        finished=tuple(
            Mark(_r(left + step * 0.2), _r(line - count * unit), _r(width), _r(count * unit))
            for left, count in zip(lefts, finished, strict=True)
            if count
        ),
        stopped=tuple(
            Mark(_r(left + step * 0.2), _r(line + 1.5), _r(width), _r(count * unit - 1.5))
            for left, count in zip(lefts, stopped, strict=True)
            if count
        ),
        weekends=tuple(
            Mark(_r(left), TOP, _r(step), _r(bottom - TOP))
            for left, day in zip(lefts, days, strict=True)
            if day.weekday() > FRIDAY
        ),
        counts=_counts(most_up, unit, line),
        days=tuple(
            Tick(_r(left + step / 2), f"{day.day} {day:%b}")
            for place, (left, day) in enumerate(zip(lefts, days, strict=True))
            if (len(days) - 1 - place) % LABEL_EVERY == 0
        ),
        line=_r(line),
        bottom=_r(bottom),
        finished_total=sum(finished),
        stopped_total=sum(stopped),
        rows=tuple(
            DayRow(day, ended, stuck)
            for day, ended, stuck in zip(days, finished, stopped, strict=True)
            if ended or stuck
        ),
    )


def _counts(most: int, unit: float, line: float) -> tuple[Tick, ...]:
    step = max(most // TICKS, 1)
    return tuple(
        Tick(_r(line - count * unit), f"{count:,}") for count in range(0, most + 1, step)
    )


def _round_up(most: int) -> int:
    """The next number that parts well: 1, 2, 4, 6, 10, 20, 40, 60 and so on.

    >>> [_round_up(most) for most in (0, 1, 3, 5, 7, 11, 41, 450)]
    [1, 1, 4, 6, 10, 20, 60, 600]
    """
    scale = 1
    while True:
        for step in (1, 2, 4, 6):
            if most <= step * scale:
                return step * scale
        scale *= 10


def _sentence(finished: Sequence[int], stopped: Sequence[int], first: date, last: date) -> str:
    return (
        f"Bar chart of runs a day from {first.day} {first:%B} to {last.day} {last:%B}: "
        f"{sum(finished):,} finished and {sum(stopped):,} stopped early."
    )


def _r(number: float) -> float:
    """Tenths are enough for a screen."""
    return ceil(number * 10) / 10
