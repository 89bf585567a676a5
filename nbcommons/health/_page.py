"""The page of one notebook's health: a diagnosis, thirty days, the score, stops, cells."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from nbcommons.health import _score, _sentences
from nbcommons.health._charts import DayChart, day_chart
from nbcommons.health.models import CellHealth, NotebookHealth, Status
from nbcommons.health.queries import HealthPanel, health_of, panel_of
from nbcommons.notebooks.models import Cell, Notebook
from nbcommons.rendering.queries import rendered_revision

MINUTE_MS, SECOND_MS = 60_000, 1_000
# A bar of runs is drawn on so many units.
BAR_UNITS = 240
USUAL_DAYS = 30


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell in the table, counted from 1. ``heading``: the one it stands under, or nothing."""

    number: int
    heading: str
    is_unhealthy: bool
    is_optional: bool
    may_fail: bool
    is_left_out: bool
    note: str
    successes: int
    failures: int
    people: int
    runtime: str
    success_units: float
    failure_units: float

    @property
    def failure_from(self) -> float:
        return self.success_units + (1 if self.success_units else 0)


@dataclass(frozen=True, slots=True)
class StopRow:
    """A point on the way through the notebook and how many people were still there."""

    words: str
    heading: str
    people: int
    stopped: int
    percent: float


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One of the two halves of the score, before use weighs it."""

    words: str
    detail: str
    percent: float
    points: str


@dataclass(frozen=True, slots=True)
class ScoreBoard:
    """How the score comes about, in points of 100. ``pin`` is its place on a scale of 300."""

    total: str
    pin: float
    parts: tuple[ScorePart, ...]
    factor: str
    factor_detail: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the model: its name, its value in words, and what it tells."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class HealthPage:
    """Everything on the page. ``chart``, ``score`` are None without runs."""

    title: str
    notebook_url: str
    panel: HealthPanel
    days: int
    computed_at: datetime | None
    last_run_at: datetime | None
    chart: DayChart | None
    score: ScoreBoard | None
    stops: tuple[StopRow, ...]
    cells: tuple[CellRow, ...]
    measures: tuple[Measure, ...]

    @property
    def days_title(self) -> str:
        return "Thirty days of runs" if self.days == USUAL_DAYS else f"Runs of {self.days} days"


def health_page(notebook: Notebook, *, default_days: int) -> HealthPage:
    """The page of ``notebook``, which the reader may see; its current revision is there.

    ``default_days`` is the window to name while the notebook was never judged.
    """
    health = health_of(notebook.pk)
    judged = {cell.number: cell for cell in CellHealth.objects.filter(notebook=notebook)}
    headings = _headings(notebook)
    has_runs = health is not None and health.executions > 0
    return HealthPage(
        title=notebook.title,
        # The notebook's own page belongs to a room above; its address is the one around ours.
        notebook_url=reverse("health:notebook", args=[notebook.uuid]).removesuffix("health/"),
        panel=panel_of(health, notebook),
        days=len(health.finished_by_day) if health else default_days,
        computed_at=health.computed_at if health else None,
        last_run_at=health.last_run_at if health else None,
        chart=_chart(health) if health and has_runs else None,
        score=_score_board(health) if health and has_runs else None,
        stops=tuple(_stops(health, judged, headings)) if health and has_runs else (),
        cells=tuple(_cell_rows(notebook, judged, headings)),
        measures=_measures(health) if health and has_runs else (),
    )


def _headings(notebook: Notebook) -> dict[int, str]:
    """By number of a counted cell: the heading it stands under, if there is one."""
    revision = notebook.current_revision
    if revision is None:
        return {}
    rendered = rendered_revision(revision, pictures=False)
    places = [heading.position for heading in rendered.outline]
    found = {}
    for cell in rendered.cells:
        place = bisect_right(places, cell.position) - 1
        if cell.number is not None and place >= 0:
            found[cell.number] = rendered.outline[place].text
    return found


def _chart(health: NotebookHealth) -> DayChart:
    return day_chart(health.finished_by_day, health.stopped_by_day, first_day=health.first_day)


def _cell_rows(
    notebook: Notebook, judged: Mapping[int, CellHealth], headings: Mapping[int, str]
) -> Iterable[CellRow]:
    cells = Cell.objects.filter(revision=notebook.current_revision, number__isnull=False)
    most = max((cell.executions for cell in judged.values()), default=1)
    # Counted cells are numbered from 0 without a gap.
    for number, tags in enumerate(cells.order_by("number").values_list("tags", flat=True)):
        cell = judged.get(number)
        successes = cell.successes if cell else 0
        failures = cell.executions - successes if cell else 0
        is_unhealthy = cell is not None and cell.status == Status.UNHEALTHY
        yield CellRow(
            number=number + 1,
            heading=headings.get(number, ""),
            is_unhealthy=is_unhealthy,
            is_optional=_score.OPTIONAL in tags,
            may_fail=_score.MEANT_TO_FAIL in tags,
            is_left_out=_score.NOT_COUNTED in tags,
            note=_note_of(cell),
            successes=successes,
            failures=failures,
            people=cell.people if cell else 0,
            runtime=runtime_in_words(cell.runtime_median_ms) if cell else "",
            success_units=round(BAR_UNITS * successes / most, 1),
            failure_units=round(BAR_UNITS * failures / most, 1),
        )


def _note_of(cell: CellHealth | None) -> str:
    """What is wrong with a cell, where something is."""
    if cell is None or (cell.status != Status.UNHEALTHY and not cell.people_stopped):
        return ""
    return _sentences.sentence_of_cell(cell)


def _stops(
    health: NotebookHealth, judged: Mapping[int, CellHealth], headings: Mapping[int, str]
) -> Iterable[StopRow]:
    left = health.people
    yield StopRow("Started", "", left, 0, 100)
    for number in sorted(judged):
        stopped = judged[number].people_stopped
        if stopped:
            left -= stopped
            percent = round(100 * left / health.people, 1)
            yield StopRow(
                f"Got past cell {number + 1}", headings.get(number, ""), left, stopped, percent
            )
    if left == health.people:
        yield StopRow("Left no cell failing", "", left, 0, 100)


def _score_board(health: NotebookHealth) -> ScoreBoard | None:
    if health.score is None or health.success_rate is None or health.execution_depth is None:
        return None
    failures = health.executions - health.successes
    return ScoreBoard(
        total=points(health.score),
        pin=round(300 * health.score, 1),
        parts=(
            ScorePart(
                "Runs of cells that succeed",
                f"{health.successes:,} of {_sentences.counted(health.executions, 'run', 'runs')}"
                f"{'' if failures else ': all of them'}",
                round(100 * health.success_rate, 1),
                f"{points(health.success_rate / 2)} of 50",
            ),
            ScorePart(
                "How far people get",
                f"Through {_cells_in_words(health.execution_depth, health.cells)} on average",
                round(100 * health.execution_depth, 1),
                f"{points(health.execution_depth / 2)} of 50",
            ),
        ),
        factor=f"\N{MULTIPLICATION SIGN} {health.usage_factor:.2f}",
        factor_detail=_factor_detail(health),
    )


def _factor_detail(health: NotebookHealth) -> str:
    people = _sentences.counted(health.people, "person", "people")
    if health.usage_factor is not None and health.usage_factor >= 1 - _score.TOLERANCE:
        return f"{people} ran it: that counts in full"
    return f"{people} ran it so far; five or more count in full"


def _measures(health: NotebookHealth) -> tuple[Measure, ...]:
    """Every measure of the published model, by its name there."""
    return (
        Measure("Executions", f"{health.executions:,}", "Runs of single cells."),
        Measure("Users", f"{health.people:,}", "People who ran any of its cells."),
        Measure("Users with a failure", f"{health.people_failed:,}", "Met at least one."),
        Measure("Sessions", f"{health.sessions:,}", "One person's runs on one day."),
        Measure("Usage factor", _share(health.usage_factor), "How far use backs the rest."),
        Measure("Overall success rate", _share(health.success_rate), "Runs that succeed."),
        Measure("Good cell ratio", _share(health.good_cell_ratio), "Cells that are healthy."),
        Measure("Bad cell ratio", _share(health.bad_cell_ratio), "Cells that are unhealthy."),
        Measure(
            "First bad cell",
            _share(health.first_bad_cell),
            "How far down it stands; 1 if none.",
        ),
        Measure(
            "Last good cell",
            _share(health.last_good_cell),
            "How far down it stands; 0 if none.",
        ),
        Measure(
            "First failure depth",
            _share(health.first_failure_depth),
            "How far a session gets before anything fails; 1 if nothing does.",
        ),
        Measure(
            "Execution depth",
            _share(health.execution_depth),
            "How far down the last cell stands that worked in a session.",
        ),
        Measure(
            "Score",
            _share(health.score),
            "Usage factor times the mean of success rate and depth.",
        ),
    )


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.2f}"


def points(share: float) -> str:
    """A share as points of 100, with a tenth only where there is one: 75, 62.5."""
    return f"{share * 100:.1f}".removesuffix(".0")


def _cells_in_words(share: float, cells: int) -> str:
    """A share of the cells: all 3 cells, 1.5 of 3 cells."""
    words = _sentences.counted(cells, "cell", "cells")
    if share >= 1 - _score.TOLERANCE:
        return f"all of {words}" if cells > 1 else "the one cell"
    return f"{share * cells:.1f}".removesuffix(".0") + f" of {words}"


def runtime_in_words(milliseconds: float) -> str:
    """How long a cell takes: under 1 s, 2.4 s, 15 s, 3 min."""
    if milliseconds < SECOND_MS:
        return "under 1 s"
    if milliseconds < 10 * SECOND_MS:
        return f"{milliseconds / SECOND_MS:.1f} s"
    if milliseconds < MINUTE_MS:
        return f"{milliseconds / SECOND_MS:.0f} s"
    return f"{milliseconds / MINUTE_MS:.0f} min"
