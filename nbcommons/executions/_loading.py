"""Puts folded runs of the past into the database: names become keys, cells fingerprints."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from nbcommons.access import guard
from nbcommons.core.actor import Actor
from nbcommons.executions import _ingest
from nbcommons.executions._lines import Key, Tally
from nbcommons.notebooks.models import Cell

# (notebook, fingerprint, copy) of a cell.
Place = tuple[str, int]

_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS loaded_days (
  notebook_id bigint, day date, fingerprint text, copy smallint, person_id bigint,
  successes int, failures int, runtime_ms_total bigint, first_failure_at timestamptz,
  last_failure_at timestamptz, last_success_at timestamptz
) ON COMMIT DROP
"""
_COPY = "COPY loaded_days FROM STDIN"
_MERGE = """
INSERT INTO executions_cellday AS known (
  notebook_id, day, fingerprint, copy, person_id, successes, failures, runtime_ms_total,
  first_failure_at, last_failure_at, last_success_at
)
SELECT notebook_id, day, fingerprint, copy, person_id, sum(successes), sum(failures),
  sum(runtime_ms_total), min(first_failure_at), max(last_failure_at), max(last_success_at)
FROM loaded_days GROUP BY notebook_id, day, fingerprint, copy, person_id
ORDER BY notebook_id, day, fingerprint, copy, person_id
ON CONFLICT (notebook_id, day, fingerprint, copy, person_id) DO UPDATE SET
  successes = known.successes + excluded.successes,
  failures = known.failures + excluded.failures,
  runtime_ms_total = known.runtime_ms_total + excluded.runtime_ms_total,
  first_failure_at = least(known.first_failure_at, excluded.first_failure_at),
  last_failure_at = greatest(known.last_failure_at, excluded.last_failure_at),
  last_success_at = greatest(known.last_success_at, excluded.last_success_at)
"""


@dataclass(slots=True)
class Loading:
    """What one load has learnt of the catalogue, and what it could not place."""

    notebooks: Mapping[str, int]
    doubtful: frozenset[str]
    people: dict[str, int] = field(default_factory=dict)
    cells: dict[int, Mapping[str | int, Place]] = field(default_factory=dict)
    counted: int = 0
    touched: set[int] = field(default_factory=set)
    unknown_notebooks: Counter[str] = field(default_factory=Counter)
    unknown_cells: int = 0

    def notebook(self, named: str) -> int | None:
        """The notebook that a line names by id or title, if there is exactly one."""
        found = self.notebooks.get(named)
        return self.notebooks.get(_plain(named)) if found is None else found


def loading_of(actor: Actor) -> Loading:
    """A load that knows the notebooks by id and by title."""
    known: dict[str, int] = {}
    titles: dict[str, int] = {}
    doubtful: set[str] = set()
    for pk, uuid, title in guard.notebooks_for(actor).values_list("pk", "uuid", "title"):
        known[str(uuid)] = pk
        plain = _plain(title)
        if titles.setdefault(plain, pk) != pk:
            doubtful.add(plain)
    for plain in doubtful:
        del titles[plain]
    return Loading(notebooks={**titles, **known}, doubtful=frozenset(doubtful))


def place(loading: Loading, tallies: Mapping[Key, Tally]) -> dict[Key, tuple[int, Place]]:
    """Which notebook and cell each key means; what cannot be placed is counted."""
    wanted = {name: loading.notebook(name) for name in {key[1] for key in tallies}}
    _learn_cells(loading, {pk for pk in wanted.values() if pk is not None})
    placed: dict[Key, tuple[int, Place]] = {}
    for key, tally in tallies.items():
        notebook_id = wanted[key[1]]
        runs = tally.successes + tally.failures
        if notebook_id is None:
            loading.unknown_notebooks[key[1]] += runs
        elif found := _cell_of(loading.cells[notebook_id], key[2]):
            placed[key] = (notebook_id, found)
        else:
            loading.unknown_cells += runs
    return placed


def count(
    loading: Loading, tallies: Mapping[Key, Tally], placed: Mapping[Key, tuple[int, Place]]
) -> None:
    """Add the tallies of the keys in ``placed``; their people are in ``loading.people``."""
    notebook_ids = {notebook_id for notebook_id, _ in placed.values()}
    _ingest.announce_reports(list(notebook_ids - loading.touched))
    loading.touched |= notebook_ids
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.cursor.copy(_COPY) as copy:
            copy.write("".join(_rows(loading, tallies, placed)))
        cursor.execute(_MERGE)
        cursor.execute("TRUNCATE loaded_days")


def _rows(
    loading: Loading, tallies: Mapping[Key, Tally], placed: Mapping[Key, tuple[int, Place]]
) -> Iterable[str]:
    """Lines as COPY reads them: no value holds anything that needs an escape."""
    for key, (notebook_id, (fingerprint, copy)) in placed.items():
        tally = tallies[key]
        loading.counted += tally.successes + tally.failures
        times = (tally.first_failure_at, tally.last_failure_at, tally.last_success_at)
        told = "\t".join("\\N" if at is None else at.isoformat() for at in times)
        yield (
            f"{notebook_id}\t{key[3]}\t{fingerprint}\t{copy}\t{loading.people[key[0]]}\t"
            f"{tally.successes}\t{tally.failures}\t{tally.runtime_ms_total}\t{told}\n"
        )


def _learn_cells(loading: Loading, notebook_ids: set[int]) -> None:
    """By place, id and fingerprint, the cells of every version; the newest version counts."""
    new = notebook_ids - loading.cells.keys()
    versions: dict[int, dict[int, list[tuple[int, str, str]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    rows = Cell.objects.filter(revision__notebook_id__in=new, number__isnull=False)
    for pk, version, number, cell_id, fingerprint in rows.order_by("number").values_list(
        "revision__notebook_id", "revision__number", "number", "cell_id", "fingerprint"
    ):
        versions[pk][version].append((number or 0, cell_id, fingerprint))
    for pk in new:
        known: dict[str | int, Place] = {}
        for version in sorted(versions[pk], reverse=True):
            copies: Counter[str] = Counter()
            for number, cell_id, fingerprint in versions[pk][version]:
                found = (fingerprint, copies[fingerprint])
                copies[fingerprint] += 1
                for name in (number, cell_id, fingerprint):
                    known.setdefault(name, found)
        loading.cells[pk] = known


def _cell_of(cells: Mapping[str | int, Place], named: str | int) -> Place | None:
    found = cells.get(named)
    if found is None and isinstance(named, str) and named.isdecimal():
        return cells.get(int(named))
    return found


def _plain(name: str) -> str:
    """A title for comparing, or an id in any of its forms as the one that is stored."""
    try:
        return str(UUID(name))
    except ValueError:
        return " ".join(name.casefold().split())
