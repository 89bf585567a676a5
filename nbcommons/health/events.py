"""Facts about health."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HealthChanged:
    """A notebook's status is another one now: ``before`` and ``after`` are status words."""

    actor_id: int | None
    notebook_id: int
    before: str
    after: str
