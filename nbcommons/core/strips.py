"""The run strip: thirty days of runs as marks that rise (finished) or hang (stopped early)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

STEP = 5  # units from one day to the next
BAR = 3  # units of a bar's width
LINE = 19  # the line that bars rise from
LEAST_UP, MOST_UP = 3.0, 16.0
LEAST_DOWN, MOST_DOWN = 3.5, 8.0


@dataclass(frozen=True, slots=True)
class RunStrip:
    """Runs a day, oldest first: those that finished, and those that stopped early.

    Heights follow the square root, so that a single run can be seen beside a busy day.
    """

    finished: Sequence[int]
    stopped: Sequence[int]

    @property
    def width(self) -> int:
        return max(len(self.finished) * STEP - (STEP - BAR), BAR)

    @property
    def sentence(self) -> str:
        finished, stopped = sum(self.finished), sum(self.stopped)
        days = len(self.finished)
        if finished + stopped == 0:
            return f"Last {days} days: no runs."
        runs = "run" if finished == 1 else "runs"
        return f"Last {days} days: {finished:,} {runs} finished, {stopped:,} stopped early."

    @property
    def finished_path(self) -> str:
        busiest = max(self.finished, default=0)
        return "".join(
            f"M{x} {LINE - up:.3g}h{BAR}v{up:.3g}h-{BAR}z"
            for x, up in _bars(self.finished, busiest, LEAST_UP, MOST_UP)
        )

    @property
    def stopped_path(self) -> str:
        busiest = max(self.stopped, default=0)
        return "".join(
            f"M{x} {LINE + 1.5}h{BAR}v{down:.3g}h-{BAR}z"
            for x, down in _bars(self.stopped, busiest, LEAST_DOWN, MOST_DOWN)
        )

    @property
    def quiet_path(self) -> str:
        days = zip(self.finished, self.stopped, strict=True)
        return "".join(
            f"M{place * STEP + 0.5} {LINE - 0.5}h2v1h-2z"
            for place, runs in enumerate(days)
            if not any(runs)
        )


def _bars(
    runs: Sequence[int], busiest: int, least: float, most: float
) -> Iterator[tuple[int, float]]:
    for place, count in enumerate(runs):
        if count:
            yield place * STEP, least + (most - least) * sqrt(count / busiest)
