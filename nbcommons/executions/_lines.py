"""Past activity, one JSON object a line: read and folded into days, without the database."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

# Kinds of activity that are told in the same files; no room keeps them yet.
OTHER_KINDS = frozenset({"viewed", "opened", "ran", "starred", "downloaded"})
# So many faults are told with their line.
MOST_TOLD = 10
MOST_RUNTIME_MS = 30 * 24 * 3600 * 1000
_UTC_ENDINGS = ("Z", "+00:00")

# One person's runs of one cell on one day: person, notebook as the line names it, cell, day.
Key = tuple[str, str, str | int, str]


@dataclass(slots=True)
class Tally:
    """How those runs went; times are of the first and last of their kind."""

    successes: int = 0
    failures: int = 0
    runtime_ms_total: int = 0
    first_failure_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_success_at: datetime | None = None


@dataclass(slots=True)
class Reading:
    """What reading the lines has found so far. ``faults`` are sentences, each with its line."""

    lines: int = 0
    runs: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    faulty: int = 0
    too_old: int = 0
    faults: list[str] = field(default_factory=list)


class Fault(ValueError):
    """A line that cannot be read; the text says why."""


def fold(
    lines: Iterable[bytes],
    *,
    oldest: datetime,
    newest: datetime,
    reading: Reading,
    flush: Callable[[dict[Key, Tally]], None],
    flush_at: int,
) -> None:
    """Hand the runs that ``lines`` tell to ``flush``, folded, at most ``flush_at`` keys at once.

    ``reading`` is kept up to date. Runs before ``oldest`` are counted and left out; those after
    ``newest`` are faults.
    """
    tallies: dict[Key, Tally] = {}
    for line in lines:
        reading.lines += 1
        try:
            run = _run_in(line, newest=newest, reading=reading)
        except Fault as fault:
            reading.faulty += 1
            if len(reading.faults) < MOST_TOLD:
                reading.faults.append(f"line {reading.lines}: {fault}")
            continue
        if run is None:
            continue
        key, success, runtime_ms, at = run
        if at < oldest:
            reading.too_old += 1
            continue
        reading.runs += 1
        tally = tallies.get(key)
        if tally is None:
            if len(tallies) >= flush_at:
                flush(tallies)
                tallies = {}
            tally = tallies[key] = Tally()
        _count(tally, success=success, runtime_ms=runtime_ms, at=at)
    if tallies:
        flush(tallies)


def _run_in(
    line: bytes, *, newest: datetime, reading: Reading
) -> tuple[Key, bool, int, datetime] | None:
    """The run that ``line`` tells; None when it tells nothing, or other activity."""
    if not line.strip():
        return None
    row = _row(line)
    kind = row.get("kind")
    if kind in OTHER_KINDS and "cell" not in row:
        reading.skipped[kind] += 1
        return None
    run = _run(row)
    if run[3] > newest:
        raise Fault(f"“at” is in the future: {row['at']}")
    return run


def _row(line: bytes) -> dict[str, Any]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise Fault("this is not JSON") from None
    if not isinstance(row, dict):
        raise Fault("this is not an object")
    return row


def _run(row: dict[str, Any]) -> tuple[Key, bool, int, datetime]:
    """The key of a run, whether it succeeded, how long it took and when it was."""
    try:
        person, notebook, cell = row["person"], row["notebook"], row["cell"]
        success, runtime_ms, at = row["success"], row["runtime_ms"], row["at"]
    except KeyError as missing:
        raise Fault(f"“{missing.args[0]}” is missing") from None
    if not (isinstance(person, str) and person.strip()):
        raise Fault("“person” is no name")
    if not isinstance(notebook, str):
        raise Fault("“notebook” is neither an id nor a title")
    if not isinstance(success, bool):
        raise Fault("“success” is neither true nor false")
    if isinstance(runtime_ms, bool) or not isinstance(runtime_ms, int | float):
        raise Fault("“runtime_ms” is no number")
    if not 0 <= runtime_ms <= MOST_RUNTIME_MS:
        raise Fault("“runtime_ms” is not between 0 and 30 days")
    moment, day = _moment(at)
    return (person, notebook, _cell(cell), day), success, round(runtime_ms), moment


def _moment(at: Any) -> tuple[datetime, str]:
    """When it was, and its day in UTC."""
    try:
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError):
        raise Fault(f"“at” is no time: {at}") from None
    if moment.tzinfo is None:
        raise Fault(f"“at” says no time zone: {at}")
    # The usual form is not converted: a file has millions of lines.
    if at.endswith(_UTC_ENDINGS) and at[4:5] == "-":
        return moment, at[:10]
    return moment, moment.astimezone(UTC).date().isoformat()


def _cell(cell: Any) -> str | int:
    """The cell's place (from 0), its id, or the fingerprint of its code."""
    if isinstance(cell, dict):
        names = (cell.get(name) for name in ("fingerprint", "id", "index"))
        cell = next((name for name in names if name is not None), None)
    if isinstance(cell, bool) or not isinstance(cell, int | str) or cell == "":
        raise Fault("“cell” is neither a place, nor an id, nor a fingerprint")
    return cell


def _count(tally: Tally, *, success: bool, runtime_ms: int, at: datetime) -> None:
    tally.runtime_ms_total += runtime_ms
    if success:
        tally.successes += 1
        if tally.last_success_at is None or at > tally.last_success_at:
            tally.last_success_at = at
        return
    tally.failures += 1
    if tally.first_failure_at is None or at < tally.first_failure_at:
        tally.first_failure_at = at
    if tally.last_failure_at is None or at > tally.last_failure_at:
        tally.last_failure_at = at
