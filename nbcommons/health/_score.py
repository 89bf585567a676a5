"""The formula of health alone: numbers in, numbers out, no database.

It is that of "Measuring Health of User-Developed Code" (2018), told in words in
``docs/explain/health.md``. ``_judge`` computes the same in SQL; tests hold the two together.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log

# Raised when the formula changes, so that what was computed by an older one is computed anew.
MODEL_VERSION = 2

HEALTHY, UNHEALTHY, UNKNOWN = "healthy", "unhealthy", "unknown"

HEALTHY_CELL = 0.75
HEALTHY_NOTEBOOK = 0.625
UNHEALTHY_NOTEBOOK = 0.375
# Two ways of adding the same numbers may differ in the last digit; a limit is met all the same.
TOLERANCE = 1e-9

USAGE_FLOOR = 0.75
# So many user-adjusted executions count in full: five people.
USAGE_FULL = 40
PERSON_WEIGHT = 10


# Tags by which a cell says what it is: Jupyter's own for cells that are to end in an error (which
# then never counts as a failure), and ours for cells that people may leave out (which count for no
# depth, and are neither the first bad nor the last good cell) and those left out of all of it.
MEANT_TO_FAIL = "raises-exception"
OPTIONAL = "optional"
NOT_COUNTED = "no-health"


@dataclass(frozen=True, slots=True)
class Tally:
    """How one person's runs of one cell went on one day (UTC).

    ``number`` counts the code cells with non-blank source from 0.
    """

    number: int
    person: Hashable
    day: date
    successes: int
    failures: int


@dataclass(frozen=True, slots=True)
class CellMeasures:
    """What is known of one cell. ``score`` is None without executions, else in [0, 1]."""

    number: int
    status: str
    score: float | None
    executions: int
    successes: int
    people: int
    people_failed: int


@dataclass(frozen=True, slots=True)
class NotebookMeasures:
    """Every measure of the published model; None where it is not defined.

    Without executions these are None: ``score``, ``usage_factor``, ``success_rate`` and
    ``execution_depth``. The ratios and depths are shares of the cells, in [0, 1].
    """

    status: str
    score: float | None
    cells: int
    executions: int
    successes: int
    people: int
    people_failed: int
    sessions: int
    usage_factor: float | None
    success_rate: float | None
    good_cell_ratio: float
    bad_cell_ratio: float
    first_bad_cell: float
    last_good_cell: float
    first_failure_depth: float
    execution_depth: float | None


def user_adjusted_executions(*, people: int, executions: int, cells: int = 1) -> float:
    """UE: executions per cell, with every person after the first worth ten. At least 1."""
    return PERSON_WEIGHT * (people - 1) + max(1.0, executions / cells)


def usage_factor(*, people: int, executions: int, cells: int = 1) -> float | None:
    """UF: how much the runs can be believed, in [0.75, 1]; None without executions."""
    if executions == 0:
        return None
    adjusted = user_adjusted_executions(people=people, executions=executions, cells=cells)
    return USAGE_FLOOR + (1 - USAGE_FLOOR) * min(1.0, log(adjusted) / log(USAGE_FULL))


def status_of_cell(score: float | None) -> str:
    """Healthy from 0.75, else unhealthy; unknown without a score."""
    if score is None:
        return UNKNOWN
    return HEALTHY if score >= HEALTHY_CELL - TOLERANCE else UNHEALTHY


def status_of_notebook(score: float | None) -> str:
    """Healthy from 0.625, unhealthy up to 0.375, unknown between and without a score."""
    if score is None:
        return UNKNOWN
    if score >= HEALTHY_NOTEBOOK - TOLERANCE:
        return HEALTHY
    return UNHEALTHY if score <= UNHEALTHY_NOTEBOOK + TOLERANCE else UNKNOWN


def health_of_cell(number: int, tallies: Sequence[Tally]) -> CellMeasures:
    """The health of cell ``number``; ``tallies`` are its own only."""
    successes = sum(tally.successes for tally in tallies)
    executions = successes + sum(tally.failures for tally in tallies)
    people = _people(tallies, lambda _tally: True)
    factor = usage_factor(people=people, executions=executions)
    score = None if factor is None else factor * successes / executions
    return CellMeasures(
        number=number,
        status=status_of_cell(score),
        score=score,
        executions=executions,
        successes=successes,
        people=people,
        people_failed=_people(tallies, _has_failure),
    )


def health_of_cells(cells: int, tallies: Iterable[Tally]) -> list[CellMeasures]:
    """The health of each of the ``cells`` code cells, in their order."""
    by_number: dict[int, list[Tally]] = defaultdict(list)
    for tally in tallies:
        by_number[tally.number].append(tally)
    return [health_of_cell(number, by_number[number]) for number in range(cells)]


def health_of_tagged(
    tags: Sequence[Collection[str]], tallies: Sequence[Tally]
) -> NotebookMeasures:
    """The health of a notebook whose code cells have these tags, in their order.

    What counts is put before ``health_of_notebook`` as a notebook of its own.
    """
    counted = [number for number, its in enumerate(tags) if NOT_COUNTED not in its]
    place = {number: place for place, number in enumerate(counted)}
    needed = [place[number] for number in counted if OPTIONAL not in tags[number]]
    seen = [replace(tally, number=place[tally.number]) for tally in counted_runs(tags, tallies)]
    # Where every cell is optional, none is.
    return health_of_notebook(len(counted), seen, needed=needed or None)


def counted_runs(tags: Sequence[Collection[str]], tallies: Iterable[Tally]) -> list[Tally]:
    """The runs that count where code cells have these tags, as what they count."""
    return [
        replace(tally, successes=tally.successes + tally.failures, failures=0)
        if MEANT_TO_FAIL in tags[tally.number]
        else tally
        for tally in tallies
        if NOT_COUNTED not in tags[tally.number]
    ]


def health_of_notebook(
    cells: int, tallies: Sequence[Tally], *, needed: Sequence[int] | None = None
) -> NotebookMeasures:
    """The health of a notebook of ``cells`` code cells, from all tallies of the window.

    Every tally holds at least one execution and a number below ``cells``. ``needed``: those that
    people may not leave out, in their order; None: all.
    """
    each = health_of_cells(cells, tallies)
    rank = {
        number: rank for rank, number in enumerate(range(cells) if needed is None else needed)
    }
    executions = sum(cell.executions for cell in each)
    successes = sum(cell.successes for cell in each)
    people = _people(tallies, lambda _tally: True)
    factor = rate = depth = score = None
    if executions:
        factor = usage_factor(people=people, executions=executions, cells=cells)
        rate = successes / executions
        depth = _mean_over_sessions(tallies, lambda session: _depth_reached(session, rank))
    if factor is not None and rate is not None and depth is not None:
        score = factor * (rate + depth) / 2
    healthy = [cell.number for cell in each if cell.status == HEALTHY]
    unhealthy = [cell.number for cell in each if cell.status == UNHEALTHY]
    good = [rank[number] for number in healthy if number in rank]
    bad = [rank[number] for number in unhealthy if number in rank]
    first_failure = _mean_over_sessions(tallies, lambda session: _first_failure(session, cells))
    return NotebookMeasures(
        status=status_of_notebook(score),
        score=score,
        cells=cells,
        executions=executions,
        successes=successes,
        people=people,
        people_failed=_people(tallies, _has_failure),
        sessions=len({(tally.person, tally.day) for tally in tallies}),
        usage_factor=factor,
        success_rate=rate,
        good_cell_ratio=len(healthy) / cells if cells else 0.0,
        bad_cell_ratio=len(unhealthy) / cells if cells else 0.0,
        first_bad_cell=min(bad) / len(rank) if bad else 1.0,
        last_good_cell=(1 + max(good)) / len(rank) if good else 0.0,
        first_failure_depth=1.0 if first_failure is None else first_failure,
        execution_depth=depth,
    )


def _has_failure(tally: Tally) -> bool:
    return tally.failures > 0


def _people(tallies: Iterable[Tally], counts: Callable[[Tally], bool]) -> int:
    return len({tally.person for tally in tallies if counts(tally)})


def _mean_over_sessions(
    tallies: Iterable[Tally], measure: Callable[[list[Tally]], float]
) -> float | None:
    """The mean of ``measure`` over sessions (a person's day); None without sessions."""
    sessions: dict[tuple[Hashable, date], list[Tally]] = defaultdict(list)
    for tally in tallies:
        sessions[tally.person, tally.day].append(tally)
    if not sessions:
        return None
    return sum(measure(session) for session in sessions.values()) / len(sessions)


def _first_failure(session: Sequence[Tally], cells: int) -> float:
    failed = [tally.number for tally in session if tally.failures]
    return min(failed) / cells if failed else 1.0


def _depth_reached(session: Sequence[Tally], rank: Mapping[int, int]) -> float:
    succeeded = [
        rank[tally.number] for tally in session if tally.successes and tally.number in rank
    ]
    return (1 + max(succeeded)) / len(rank) if succeeded else 0.0
