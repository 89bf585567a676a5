"""Reports of runs of cells: what may be said about a run, and nothing else."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from jupyter_nbcommons.errors import BadReport

MOST_EVENTS = 1_000
MOST_BYTES = 1_000_000
LONGEST_RUN_MS = 30 * 24 * 3600 * 1000
MOST_CELLS = 1_000_000

_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EVENT_FIELDS = {"id", "notebook", "revision", "cell", "success", "runtime_ms", "at"}
_CELL_FIELDS = {"fingerprint", "id", "index"}


@dataclass(frozen=True, slots=True)
class RunReport:
    """A person ran a cell once.

    fingerprint: MD5 of the code that ran. index: place among the notebook's code cells that
    are not blank, from 0; -1 if unknown. at: when the run ended, in UTC.
    """

    id: UUID
    notebook: UUID
    revision: int | None
    fingerprint: str
    cell_id: str | None
    index: int
    success: bool
    runtime_ms: int
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """The report as the Commons reads it."""
        return {
            "id": str(self.id),
            "notebook": str(self.notebook),
            "revision": self.revision,
            "cell": {"fingerprint": self.fingerprint, "id": self.cell_id, "index": self.index},
            "success": self.success,
            "runtime_ms": self.runtime_ms,
            "at": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "via": "lab",
        }


def parse_reports(body: bytes) -> list[RunReport]:
    """The reports in ``body``.

    Raises ``BadReport`` when anything is missing, of the wrong kind, or not on the list of
    what may be said: a field more could carry what must not leave.
    """
    if len(body) > MOST_BYTES:
        raise BadReport(f"A report is at most {MOST_BYTES:,} bytes.")
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadReport("A report is JSON in UTF-8.") from error
    _exactly(payload, {"events"}, "report")
    events = payload["events"]
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise BadReport(f"events: a list of at most {MOST_EVENTS:,}.")
    return [_report(event, f"events[{place}]") for place, event in enumerate(events)]


def _report(event: Any, where: str) -> RunReport:
    _exactly(event, _EVENT_FIELDS, where)
    cell = event["cell"]
    _exactly(cell, _CELL_FIELDS, f"{where}.cell")
    revision = event["revision"]
    return RunReport(
        id=_uuid(event["id"], f"{where}.id"),
        notebook=_uuid(event["notebook"], f"{where}.notebook"),
        revision=revision
        if revision is None
        else _whole(revision, f"{where}.revision", least=1, most=2**31 - 1),
        fingerprint=_matching(cell["fingerprint"], _FINGERPRINT, f"{where}.cell.fingerprint"),
        cell_id=cell["id"]
        if cell["id"] is None
        else _matching(cell["id"], _CELL_ID, f"{where}.cell.id"),
        index=_whole(cell["index"], f"{where}.cell.index", least=-1, most=MOST_CELLS),
        success=_truth(event["success"], f"{where}.success"),
        runtime_ms=_whole(
            event["runtime_ms"], f"{where}.runtime_ms", least=0, most=LONGEST_RUN_MS
        ),
        at=_moment(event["at"], f"{where}.at"),
    )


def _exactly(value: Any, fields: set[str], where: str) -> None:
    """Raises ``BadReport`` unless ``value`` is an object with just these ``fields``."""
    if not isinstance(value, Mapping):
        raise BadReport(f"{where}: an object.")
    if missing := fields - value.keys():
        raise BadReport(f"{where}: {min(missing)} is missing.")
    if len(value) > len(fields):
        # Not by name: an unknown name may be the very thing that must not be written down.
        raise BadReport(f"{where}: only {', '.join(sorted(fields))} may be reported.")


def _uuid(value: Any, where: str) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadReport(f"{where}: a UUID.") from error


def _whole(value: Any, where: str, *, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadReport(f"{where}: a whole number from {least} to {most}.")
    return value


def _truth(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise BadReport(f"{where}: true or false.")
    return value


def _matching(value: Any, pattern: re.Pattern[str], where: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadReport(f"{where}: text of the form {pattern.pattern}.")
    return value


def _moment(value: Any, where: str) -> datetime:
    words = f"{where}: a moment with its time zone (RFC 3339)."
    try:
        moment = datetime.fromisoformat(value)
        in_utc = moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadReport(words) from error
    if moment.tzinfo is None:
        raise BadReport(words)
    return in_utc
