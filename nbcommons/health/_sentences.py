"""What the numbers mean, in the words that an analyst reads. Cells are counted from 1 here."""

from datetime import date

from nbcommons.health._score import HEALTHY
from nbcommons.health.models import CellHealth, NotebookHealth

INVITATION = "If you run it, the next person will know."
NO_LONGER = "Nobody can run it any more, so nothing newer will be known."
NOT_YOU = "If it stops for you too, it is not something you did."
# Up to so many runs the exact numbers are told; above, the nearest share.
EXACT_UP_TO = 20
NEARLY_ALL = 0.95


def headline_of(health: NotebookHealth | None) -> str:
    """One sentence that says how the notebook is doing; None: it was never judged."""
    if health is None or health.executions == 0:
        return _headline_without_runs(health)
    if _is_stopping_many(health):
        return _where_people_stop(health)
    if health.status == HEALTHY:
        return success_in_words(health.successes, health.executions)
    if (health.execution_depth or 0) < 1:
        return "Not everyone runs it to the end."
    return "Its cells fail now and then."


def detail_of(health: NotebookHealth | None, *, is_frozen: bool = False) -> str:
    """What stands behind the headline, and what it means for the reader."""
    if is_frozen:
        return NO_LONGER
    if health is None or health.executions == 0:
        return INVITATION
    people = counted(health.people, "person", "people")
    if health.status == HEALTHY and not _is_stopping_many(health):
        return f"{people} ran it in the last {_days(health)}. {_how_it_went(health)}"
    success = success_in_words(health.successes, health.executions)
    advice = NOT_YOU if health.people_stopped else INVITATION
    return f"{people} ran it in the last {_days(health)}. {success} {advice}"


def sentence_of_cell(cell: CellHealth) -> str:
    """How the runs of one cell went."""
    if cell.people_stopped:
        return f"{_of(cell.people_stopped, cell.people)} {_stops(cell.people_stopped)} here."
    if cell.successes == cell.executions:
        if cell.people == 1:
            return "The one person who ran it got through."
        return f"All {cell.people:,} people who ran it got through."
    failed = cell.executions - cell.successes
    return f"{failed:,} of {counted(cell.executions, 'run', 'runs')} failed."


def success_in_words(successes: int, executions: int) -> str:
    """How many of the runs of cells succeeded; never rounded to all or none of them.

    >>> success_in_words(12, 12), success_in_words(7, 9)
    ('All 12 runs of its cells succeeded.', '7 of 9 runs of its cells succeeded.')
    >>> success_in_words(179, 200), success_in_words(997, 1000)
    ('9 of 10 runs of its cells succeed.', '99 of 100 runs of its cells succeed.')
    """
    if executions == 1:
        return f"The one run of its cells {'succeeded' if successes else 'failed'}."
    if successes == executions:
        return f"All {executions:,} runs of its cells succeeded."
    if successes == 0:
        return f"All {executions:,} runs of its cells failed."
    if executions <= EXACT_UP_TO:
        return f"{successes} of {executions} runs of its cells succeeded."
    share = successes / executions
    if 1 - NEARLY_ALL < share < NEARLY_ALL:
        return f"{round(share * 10)} of 10 runs of its cells succeed."
    hundredths = min(max(round(share * 100), 1), 99)
    return f"{hundredths} of 100 runs of its cells succeed."


def counted(number: int, one: str, many: str) -> str:
    """A number with its word: "1 person", "1,204 people"."""
    return f"{number:,} {one if number == 1 else many}"


def day_in_words(day: date) -> str:
    """12 November 2026."""
    return f"{day.day} {day:%B %Y}"


def _headline_without_runs(health: NotebookHealth | None) -> str:
    if health is None or health.last_run_at is None:
        return "Nobody has run this yet."
    last_day = health.last_run_at.date()
    if last_day >= health.first_day:  # but cells that an edit has changed since
        return "Nobody has run this version yet."
    return f"Nobody has run this since {day_in_words(last_day)}."


def _is_stopping_many(health: NotebookHealth) -> bool:
    """Whether stopping is what to say first: a score may be high though the last cell fails."""
    is_most = health.people_stopped * 2 > health.people
    return is_most or (health.people_stopped > 0 and health.status != HEALTHY)


def _where_people_stop(health: NotebookHealth) -> str:
    cell = f"cell {(health.stop_number or 0) + 1}"
    if health.people == 1:
        return f"The one person who ran it stopped at {cell}."
    if health.stop_people == health.people:
        return f"Everyone stops at {cell}."
    if health.stop_people * 2 > health.people:
        return f"Most people stop at {cell}."
    if health.stop_people == health.people_stopped:
        return (
            f"{_of(health.stop_people, health.people)} {_stops(health.stop_people)} at {cell}."
        )
    stopped = _of(health.people_stopped, health.people)
    return (
        f"{stopped} {_stops(health.people_stopped)} early, {_share_of_stops(health)}at {cell}."
    )


def _how_it_went(health: NotebookHealth) -> str:
    if not health.people_stopped:
        return "Nobody stopped early." if health.people > 1 else "They did not stop early."
    stopped = counted(health.people_stopped, "person", "people")
    cell = f"cell {(health.stop_number or 0) + 1}"
    return f"{stopped} stopped early, {_share_of_stops(health)}at {cell}."


def _share_of_stops(health: NotebookHealth) -> str:
    """How many of those who stopped did so at the cell where most did."""
    if health.stop_people == health.people_stopped:
        return ""
    return "most " if health.stop_people * 2 > health.people_stopped else "some "


def _days(health: NotebookHealth) -> str:
    return counted(len(health.finished_by_day), "day", "days")


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {counted(whole, 'person', 'people')}"


def _stops(people: int) -> str:
    return "stops" if people == 1 else "stop"
