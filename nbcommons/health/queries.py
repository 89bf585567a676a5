"""How notebooks and their cells are doing, as pages and programs show it. No person is named."""

from collections.abc import Collection
from dataclasses import dataclass

from nbcommons.core.addresses import path_about
from nbcommons.core.prepared import KEY, KEYS, Prepared, among
from nbcommons.core.strips import RunStrip
from nbcommons.health import _sentences
from nbcommons.health.models import CellHealth, NotebookHealth, Status
from nbcommons.notebooks.models import Notebook

_STRIP_FIELDS = ("finished_by_day", "stopped_by_day", "sessions")


@dataclass(frozen=True, slots=True)
class Badge:
    """A notebook's health in a word, and the figures beside it.

    ``people`` and ``runs`` are those of the last days (30 unless set otherwise); a run is a day on
    which a person ran some of its cells. ``score`` is in [0, 1], None when it is not known.
    """

    status: str
    word: str
    score: float | None
    people: int
    runs: int
    strip: RunStrip | None

    @property
    def is_known(self) -> bool:
        return self.status != Status.UNKNOWN


@dataclass(frozen=True, slots=True)
class HealthPanel:
    """A notebook's health for somebody who thinks of running it."""

    badge: Badge
    headline: str
    detail: str
    url: str
    strip: RunStrip | None
    people: int
    runs: int


@dataclass(frozen=True, slots=True)
class CellMark:
    """How one cell is doing. ``finished_people``: it worked the last time they ran it."""

    status: str
    finished_people: int
    people: int
    sentence: str


_FOR_BADGES = Prepared(
    lambda keys: NotebookHealth.objects.filter(among("pk", keys)).only(
        "status", "score", "people", *_STRIP_FIELDS
    ),
    keys=KEYS,
)
_JUDGED = Prepared(lambda key: NotebookHealth.objects.filter(pk=key), key=KEY)

NOTHING_KNOWN = Badge(
    status=Status.UNKNOWN, word=Status.UNKNOWN.label, score=None, people=0, runs=0, strip=None
)


def badge_for(notebook_ids: Collection[int]) -> dict[int, Badge]:
    """The badge of each of the notebooks, which the reader may see; one query."""
    judged = _FOR_BADGES.rows(keys=list(notebook_ids))
    badges = {health.pk: badge_of(health) for health in judged}
    return {notebook_id: badges.get(notebook_id, NOTHING_KNOWN) for notebook_id in notebook_ids}


def badge_of(health: NotebookHealth | None) -> Badge:
    """The badge that stands for ``health``; None: it was never judged."""
    if health is None:
        return NOTHING_KNOWN
    status = Status(health.status)
    return Badge(
        status=status.value,
        word=str(status.label),
        score=health.score,
        people=health.people,
        runs=health.sessions,
        strip=_strip_of(health),
    )


def panel(notebook: Notebook) -> HealthPanel:
    """The health of ``notebook``, which the reader may see, in words."""
    return panel_of(health_of(notebook.pk), notebook)


def panel_of(health: NotebookHealth | None, notebook: Notebook) -> HealthPanel:
    """The panel that stands for ``health``."""
    badge = badge_of(health)
    return HealthPanel(
        badge=badge,
        headline=_sentences.headline_of(health),
        detail=_sentences.detail_of(health, is_frozen=notebook.is_frozen),
        url=path_about("health:notebook", notebook.uuid),
        strip=badge.strip,
        people=badge.people,
        runs=badge.runs,
    )


def health_of(notebook_id: int) -> NotebookHealth | None:
    """The judgement on a notebook that the reader may see; None while there is none."""
    return _JUDGED.first(key=notebook_id)


def cell_marks(notebook_id: int) -> dict[int, CellMark]:
    """How the cells of a notebook that the reader may see are doing, by number from 0.

    Cells that nobody ran in the last days are left out.
    """
    cells = CellHealth.objects.filter(notebook_id=notebook_id).order_by("number")
    return {
        cell.number: CellMark(
            status=cell.status,
            finished_people=cell.people_finished,
            people=cell.people,
            sentence=_sentences.sentence_of_cell(cell),
        )
        for cell in cells
    }


def worst_cells(notebook_id: int, *, limit: int) -> list[CellHealth]:
    """The unhealthy cells of a notebook that the reader may see, most people stopped first."""
    cells = CellHealth.objects.filter(notebook_id=notebook_id, status=Status.UNHEALTHY)
    return list(cells.order_by("-people_stopped", "score", "number")[:limit])


def _strip_of(health: NotebookHealth) -> RunStrip | None:
    if health.sessions == 0:
        return None
    return RunStrip(
        finished=tuple(health.finished_by_day), stopped=tuple(health.stopped_by_day)
    )
