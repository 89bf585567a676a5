"""Facts about runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExecutionsRecorded:
    """Runs of cells of one notebook were counted; ``executions`` says how many."""

    actor_id: int
    notebook_id: int
    executions: int
