"""What a person's Jupyter says of itself: which notebooks in it are nowhere else.

Names of files and how many kernels, never content; shown to its person before they close it.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.core.signs import one_line
from nbcommons.runtime.models import Spawn
from nbcommons.runtime.queries import living_spawn_of

MOST_NAMED = 50
NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Report:
    """changed: paths of notebooks with changes that are not in the commons; more: others."""

    changed: tuple[str, ...] = ()
    more: int = 0
    kernels: int = 0

    @property
    def total(self) -> int:
        return len(self.changed) + self.more


class NobodyRuns(CommonsError):
    """A report came from a Jupyter that is not on record, or is over."""

    title = "You have no Jupyter that is running"


def keep_report(actor: Actor, report: Report, *, at: datetime) -> None:
    """Note what the actor's Jupyter says of itself. Raises ``NobodyRuns``."""
    spawn = living_spawn_of(actor.person_id or 0)
    if spawn is None or spawn.expires_at <= at:
        raise NobodyRuns("It has ended, or was not started by this commons.")
    names = tuple(one_line(name)[:NAME_LENGTH] for name in report.changed[:MOST_NAMED])
    kept = Report(names, report.more + len(report.changed) - len(names), report.kernels)
    Spawn.objects.filter(pk=spawn.pk).update(report=asdict(kept), reported_at=at)


def read_report(stored: Any) -> Report:
    """The report as it was kept; an empty one for anything else."""
    try:
        return Report(tuple(map(str, stored["changed"])), stored["more"], stored["kernels"])
    except (KeyError, TypeError):
        return Report()
