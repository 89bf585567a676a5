"""Facts about runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExecutionsRecorded:
    """Runs of cells of one notebook were counted; ``executions`` says how many."""

    actor_id: int
    notebook_id: int
    executions: int


@dataclass(frozen=True, slots=True)
class ActivityLoaded:
    """Runs of the past were counted from a file, of so many notebooks."""

    actor_id: int | None
    executions: int
    notebooks: int
