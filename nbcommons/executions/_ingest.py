"""Count a batch of runs by one statement, exactly once each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from nbcommons.executions._reports import ExecutionEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# Locks are taken in the order of the rows (ORDER BY before each insert), so that a batch and its
# repetition, sent at the same time, wait for each other instead of ending in a deadlock.
_COUNT = """
WITH place AS MATERIALIZED (
  SELECT * FROM unnest(
    %(notebook_ids)s::bigint[], %(firsts)s::int[], %(revisions)s::int[],
    %(fingerprints)s::text[], %(cell_ids)s::text[], %(indexes)s::int[]
  ) WITH ORDINALITY AS asked (notebook_id, first, revision, fingerprint, cell_id, index, place)
),
found AS MATERIALIZED (
  -- copy: which of the cells with this code; null when no version that its reporter may read
  -- holds it: otherwise what was taken out of a notebook could be guessed here.
  SELECT place.*, cell.copy, cell.copy IS NULL AND EXISTS (
    SELECT FROM notebooks_revision revision
    JOIN notebooks_cell changed ON changed.revision_id = revision.id
    WHERE revision.notebook_id = place.notebook_id AND revision.number >= place.first
      AND changed.cell_id = place.cell_id AND changed.kind = 'code'
  ) AS is_changed
  FROM place LEFT JOIN LATERAL (
    SELECT (
      SELECT count(*) FROM notebooks_cell twin
      WHERE twin.revision_id = cell.revision_id AND twin.fingerprint = cell.fingerprint
        AND twin.number < cell.number
    )::smallint AS copy
    FROM notebooks_revision revision
    JOIN notebooks_cell cell ON cell.revision_id = revision.id
    WHERE revision.notebook_id = place.notebook_id AND revision.number >= place.first
      AND cell.fingerprint = place.fingerprint AND cell.number IS NOT NULL
    ORDER BY revision.number = place.revision DESC, revision.number DESC,
      cell.cell_id = place.cell_id DESC, cell.number = place.index DESC, cell.number
    LIMIT 1
  ) cell ON true
),
reported AS (
  SELECT DISTINCT ON (event_id) event_id, place, success, runtime_ms,
    'epoch'::timestamptz + microseconds * interval '1 microsecond' AS at
  FROM unnest(
    %(ids)s::uuid[], %(places)s::int[], %(successes)s::bool[], %(runtimes)s::bigint[],
    %(times)s::bigint[]
  ) AS sent (event_id, place, success, runtime_ms, microseconds)
  ORDER BY event_id
),
located AS MATERIALIZED (
  SELECT reported.*, (at AT TIME ZONE 'UTC')::date AS day, found.notebook_id,
    found.fingerprint, found.cell_id, found.copy, found.is_changed
  FROM reported JOIN found USING (place)
),
fresh AS (
  INSERT INTO executions_receivedevent (id, received_at)
  SELECT event_id, %(received_at)s FROM located
  WHERE copy IS NOT NULL OR is_changed
  ORDER BY event_id
  ON CONFLICT (id) DO NOTHING
  RETURNING id
),
counted AS (
  INSERT INTO executions_cellday AS known (
    notebook_id, day, fingerprint, copy, person_id, successes, failures, runtime_ms_total,
    first_failure_at, last_failure_at, last_success_at
  )
  SELECT notebook_id, day, fingerprint, copy, %(person_id)s,
    count(*) FILTER (WHERE success), count(*) FILTER (WHERE NOT success), sum(runtime_ms),
    min(at) FILTER (WHERE NOT success), max(at) FILTER (WHERE NOT success),
    max(at) FILTER (WHERE success)
  FROM located JOIN fresh ON fresh.id = located.event_id
  WHERE copy IS NOT NULL
  GROUP BY notebook_id, day, fingerprint, copy
  ORDER BY notebook_id, day, fingerprint, copy
  ON CONFLICT (notebook_id, day, fingerprint, copy, person_id) DO UPDATE SET
    successes = known.successes + excluded.successes,
    failures = known.failures + excluded.failures,
    runtime_ms_total = known.runtime_ms_total + excluded.runtime_ms_total,
    -- least and greatest pass over nulls
    first_failure_at = least(known.first_failure_at, excluded.first_failure_at),
    last_failure_at = greatest(known.last_failure_at, excluded.last_failure_at),
    last_success_at = greatest(known.last_success_at, excluded.last_success_at)
),
counted_as_changed AS (
  INSERT INTO executions_changedcellday AS known (
    notebook_id, day, cell_id, person_id, successes, failures, last_at
  )
  SELECT notebook_id, day, cell_id, %(person_id)s,
    count(*) FILTER (WHERE success), count(*) FILTER (WHERE NOT success), max(at)
  FROM located JOIN fresh ON fresh.id = located.event_id
  WHERE is_changed
  GROUP BY notebook_id, day, cell_id
  ORDER BY notebook_id, day, cell_id
  ON CONFLICT (notebook_id, day, cell_id, person_id) DO UPDATE SET
    successes = known.successes + excluded.successes,
    failures = known.failures + excluded.failures,
    last_at = greatest(known.last_at, excluded.last_at)
)
SELECT notebook_id,
  count(*) FILTER (WHERE copy IS NOT NULL AND fresh.id IS NOT NULL),
  count(*) FILTER (WHERE is_changed AND fresh.id IS NOT NULL),
  count(*) FILTER (WHERE copy IS NULL AND NOT is_changed)
FROM located LEFT JOIN fresh ON fresh.id = located.event_id
GROUP BY notebook_id ORDER BY notebook_id
"""

# Whoever judges a notebook takes the same lock alone (see operations.await_reports_under_way).
_ANNOUNCE = """
SELECT pg_advisory_xact_lock_shared(hashtextextended('executions:' || id, 0))
FROM unnest(%(notebook_ids)s::bigint[]) AS id
"""
_AWAIT = """
SELECT pg_advisory_xact_lock(hashtextextended('executions:' || id, 0))
FROM unnest(%(notebook_ids)s::bigint[]) AS id
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the events of one notebook; the rest of them had been counted before."""

    notebook_id: int
    accepted: int
    changed: int
    unknown: int


def announce_reports(notebook_ids: Sequence[int]) -> None:
    """Let others know until the end of the transaction that reports of these are under way."""
    with connection.cursor() as cursor:
        cursor.execute(_ANNOUNCE, {"notebook_ids": sorted(notebook_ids)})


def await_reports(notebook_ids: Sequence[int]) -> None:
    """Wait until no report of these is under way; hold back new ones until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAIT, {"notebook_ids": sorted(notebook_ids)})


def count_events(
    located: Sequence[tuple[int, ExecutionEvent]],
    *,
    firsts: Mapping[int, int],
    person_id: int,
    received_at: datetime,
) -> list[Counted]:
    """Count events, each with the id of its notebook, that ``person_id`` reports.

    ``firsts`` tells the first version that they may read, by the id of the notebook.
    An event later than ``received_at`` (a clock that is ahead) is taken as of ``received_at``.
    Repeated ids count once. The answer is in the order of the ids of notebooks.
    """
    places: dict[tuple[int, int | None, str, str | None, int], int] = {}
    numbers = [
        places.setdefault(
            (notebook_id, event.revision, event.fingerprint, event.cell_id, event.index),
            len(places) + 1,
        )
        for notebook_id, event in located
    ]
    events = [event for _, event in located]
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "notebook_ids": [place[0] for place in places],
                "firsts": [firsts[place[0]] for place in places],
                "revisions": [place[1] for place in places],
                "fingerprints": [place[2] for place in places],
                "cell_ids": [place[3] for place in places],
                "indexes": [place[4] for place in places],
                "ids": _array(event.id.hex for event in events),
                "places": _array(map(str, numbers)),
                "successes": _array("t" if event.success else "f" for event in events),
                "runtimes": _array(str(event.runtime_ms) for event in events),
                "times": _array(
                    str((min(event.at, received_at) - _EPOCH) // _MICROSECOND)
                    for event in events
                ),
                "person_id": person_id,
                "received_at": received_at,
            },
        )
        return [Counted(*row) for row in cursor.fetchall()]


def _array(values: Iterable[str]) -> str:
    """An array as PostgreSQL writes it, of values that need no quotes.

    A thousand events have thousands of values; adapting each of them takes psycopg longer than
    PostgreSQL needs for all the rest.
    """
    return "{" + ",".join(values) + "}"
