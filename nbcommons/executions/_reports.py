"""One report of one run of one cell, as it comes in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ExecutionEvent:
    """A person ran a cell once.

    ``fingerprint`` is the MD5 (hex) of the code that ran; ``cell_id`` and ``index`` (place among
    the code cells that are not blank, from 0; -1 if unknown) tell copies of the same code apart.
    ``revision`` is the version the notebook came from, if known. ``at`` has a time zone.
    """

    id: UUID
    notebook: UUID
    fingerprint: str
    success: bool
    runtime_ms: int
    at: datetime
    revision: int | None = None
    cell_id: str | None = None
    index: int = -1


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a report: counted, counted before, or of code that is not in the commons."""

    accepted: int
    repeated: int
    unmatched: int
