"""Judge many notebooks by one statement: the formula of ``_score`` set-wise, in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from nbcommons.health import _score

# The steps, each a set over all notebooks asked for:
# tagged → needed → cell → tally (runs of the cells that are in the current version) →
# person_cell, session → cell_health, stop → notebook_health; then both tables are brought up to
# date.
_JUDGE = """
WITH notebook AS MATERIALIZED (
  SELECT * FROM unnest(%(notebook_ids)s::bigint[], %(revision_ids)s::bigint[])
    AS asked (notebook_id, revision_id)
),
tagged AS MATERIALIZED (
  -- Copies of the same code are told apart among all cells, as reports from Jupyter do.
  SELECT notebook.notebook_id, cell.number, cell.fingerprint,
    row_number() OVER (PARTITION BY cell.revision_id, cell.fingerprint ORDER BY cell.number) - 1
      AS copy,
    %(not_counted)s = ANY(cell.tags) AS is_out,
    %(meant_to_fail)s = ANY(cell.tags) AS is_meant_to_fail,
    %(optional)s = ANY(cell.tags) AS is_optional
  FROM notebooks_cell cell JOIN notebook USING (revision_id)
  WHERE cell.revision_id = ANY(%(revision_ids)s) AND cell.number IS NOT NULL
),
needed AS (
  -- Where every cell is optional, none is.
  SELECT *, is_optional AND NOT bool_and(is_optional) OVER notebooks AS may_be_left_out
  FROM tagged WHERE NOT is_out WINDOW notebooks AS (PARTITION BY notebook_id)
),
cell AS MATERIALIZED (
  -- The cells that count: their place among all of them, and among those that nobody may leave out.
  SELECT notebook_id, number, fingerprint, copy, is_meant_to_fail,
    count(*) OVER in_order - 1 AS place,
    CASE WHEN NOT may_be_left_out
      THEN count(*) FILTER (WHERE NOT may_be_left_out) OVER in_order - 1 END AS needed_place
  FROM needed WINDOW in_order AS (PARTITION BY notebook_id ORDER BY number)
),
tally AS MATERIALIZED (
  SELECT run.notebook_id, cell.number, cell.place, cell.needed_place, run.person_id, run.day,
    CASE WHEN is_meant_to_fail THEN run.successes + run.failures ELSE run.successes END
      AS successes,
    CASE WHEN is_meant_to_fail THEN 0 ELSE run.failures END AS failures,
    run.runtime_ms_total,
    CASE WHEN NOT is_meant_to_fail THEN run.last_failure_at END AS last_failure_at,
    CASE WHEN is_meant_to_fail THEN greatest(run.last_success_at, run.last_failure_at)
      ELSE run.last_success_at END AS last_success_at
  FROM executions_cellday run
  JOIN cell USING (notebook_id, fingerprint, copy)
  WHERE run.notebook_id = ANY(%(notebook_ids)s) AND run.day BETWEEN %(since)s AND %(last_day)s
),
person_cell AS (
  SELECT notebook_id, number, needed_place, person_id, sum(successes) AS successes,
    sum(failures) AS failures,
    sum(runtime_ms_total) AS runtime_ms_total,
    max(last_failure_at) AS last_failure_at, max(last_success_at) AS last_success_at
  FROM tally GROUP BY notebook_id, number, needed_place, person_id
),
session AS MATERIALIZED (
  SELECT notebook_id, person_id, day,
    min(place) FILTER (WHERE failures > 0) AS first_failed,
    max(needed_place) FILTER (WHERE successes > 0) AS last_succeeded,
    min(number) FILTER (
      WHERE last_success_at IS NULL OR last_failure_at > last_success_at
    ) AS stopped_at
  FROM tally GROUP BY notebook_id, person_id, day
),
newest_session AS MATERIALIZED (
  SELECT DISTINCT ON (notebook_id, person_id) notebook_id, person_id, stopped_at
  FROM session ORDER BY notebook_id, person_id, day DESC
),
stop AS (
  SELECT notebook_id, stopped_at AS number, count(*) AS people
  FROM newest_session WHERE stopped_at IS NOT NULL GROUP BY notebook_id, stopped_at
),
cell_runs AS (
  SELECT notebook_id, number, needed_place, sum(successes + failures) AS executions,
    sum(successes) AS successes, count(*) AS people,
    count(*) FILTER (WHERE failures > 0) AS people_failed,
    count(*) FILTER (
      WHERE last_failure_at IS NULL OR last_success_at >= last_failure_at
    ) AS people_finished,
    sum(runtime_ms_total) / sum(successes + failures) AS runtime_mean_ms,
    percentile_cont(0.5) WITHIN GROUP (
      ORDER BY runtime_ms_total::float8 / (successes + failures)
    ) AS runtime_median_ms,
    greatest(max(last_failure_at), max(last_success_at)) AS last_run_at,
    max(last_failure_at) AS last_failure_at
  FROM person_cell GROUP BY notebook_id, number, needed_place
),
cell_score AS MATERIALIZED (
  SELECT cell_runs.*, coalesce(stop.people, 0) AS people_stopped, (
    %(usage_floor)s + (1 - %(usage_floor)s) * least(1, ln(
      %(person_weight)s * (cell_runs.people - 1) + executions::float8
    ) / ln(%(usage_full)s))
  ) * successes::float8 / executions::float8 AS score
  FROM cell_runs LEFT JOIN stop USING (notebook_id, number)
),
size AS MATERIALIZED (
  SELECT notebook_id, count(cell.number)::float8 AS cells,
    count(cell.needed_place)::float8 AS needed
  FROM notebook LEFT JOIN cell USING (notebook_id) GROUP BY notebook_id
),
cell_sums AS (
  SELECT notebook_id, sum(executions) AS executions, sum(successes) AS successes,
    count(*) FILTER (WHERE score >= %(cell_limit)s) AS good,
    count(*) FILTER (WHERE score < %(cell_limit)s) AS bad,
    min(needed_place) FILTER (WHERE score < %(cell_limit)s) AS first_bad,
    max(needed_place) FILTER (WHERE score >= %(cell_limit)s) AS last_good,
    max(last_failure_at) AS last_failure_at
  FROM cell_score GROUP BY notebook_id
),
session_sums AS (
  SELECT notebook_id, count(*) AS sessions,
    count(*) FILTER (WHERE stopped_at IS NOT NULL) AS sessions_stopped,
    count(DISTINCT person_id) AS people,
    count(DISTINCT person_id) FILTER (WHERE first_failed IS NOT NULL) AS people_failed,
    avg(coalesce(first_failed / cells, 1)) AS first_failure_depth,
    avg(coalesce((1 + last_succeeded) / needed, 0)) AS execution_depth
  FROM session JOIN size USING (notebook_id) GROUP BY notebook_id
),
worst_stop AS (
  SELECT DISTINCT ON (notebook_id) notebook_id, number AS stop_number, people AS stop_people,
    sum(people) OVER (PARTITION BY notebook_id) AS people_stopped
  FROM stop ORDER BY notebook_id, people DESC, number
),
day_counts AS (
  SELECT notebook_id, day, count(*) FILTER (WHERE stopped_at IS NULL) AS finished,
    count(*) FILTER (WHERE stopped_at IS NOT NULL) AS stopped
  FROM session GROUP BY notebook_id, day
),
strip AS (
  SELECT notebook_id, array_agg(coalesce(finished, 0) ORDER BY calendar.day) AS finished_by_day,
    array_agg(coalesce(stopped, 0) ORDER BY calendar.day) AS stopped_by_day
  FROM size
  CROSS JOIN (
    SELECT generate_series(%(since)s::date, %(last_day)s::date, '1 day')::date AS day
  ) calendar
  LEFT JOIN day_counts USING (notebook_id, day)
  GROUP BY notebook_id
),
last_run AS (
  -- Whatever the version, however long ago: the newest day's runs are found in the key's order.
  SELECT size.notebook_id, (
    SELECT greatest(max(run.last_success_at), max(run.last_failure_at))
    FROM executions_cellday run
    WHERE run.notebook_id = size.notebook_id AND run.day = (
      SELECT max(newest.day) FROM executions_cellday newest
      WHERE newest.notebook_id = size.notebook_id
    )
  ) AS last_run_at
  FROM size
),
rates AS (
  SELECT size.notebook_id, size.cells, coalesce(cell_sums.executions, 0) AS executions,
    coalesce(cell_sums.successes, 0) AS successes,
    coalesce(cell_sums.good / nullif(cells, 0), 0) AS good_cell_ratio,
    coalesce(cell_sums.bad / nullif(cells, 0), 0) AS bad_cell_ratio,
    coalesce(cell_sums.first_bad / needed, 1) AS first_bad_cell,
    coalesce((1 + cell_sums.last_good) / needed, 0) AS last_good_cell,
    cell_sums.last_failure_at, sessions, sessions_stopped, people, people_failed,
    coalesce(first_failure_depth, 1) AS first_failure_depth, execution_depth,
    -- least() passes over nulls, so it is asked only where there are runs.
    CASE WHEN people > 0 THEN %(usage_floor)s + (1 - %(usage_floor)s) * least(1, ln(
      %(person_weight)s * (people - 1) + greatest(1, cell_sums.executions::float8 / cells)
    ) / ln(%(usage_full)s)) END AS usage_factor,
    cell_sums.successes::float8 / cell_sums.executions::float8 AS success_rate
  FROM size
  LEFT JOIN cell_sums USING (notebook_id)
  LEFT JOIN session_sums USING (notebook_id)
),
judged AS (
  SELECT *, usage_factor * (success_rate + execution_depth) / 2 AS score FROM rates
),
gone AS (
  DELETE FROM health_cellhealth old
  WHERE old.notebook_id = ANY(%(notebook_ids)s) AND NOT EXISTS (
    SELECT FROM cell_score
    WHERE cell_score.notebook_id = old.notebook_id AND cell_score.number = old.number
  )
),
cells_kept AS (
  INSERT INTO health_cellhealth (
    notebook_id, number, status, score, executions, successes, people, people_failed,
    people_finished, people_stopped, runtime_mean_ms, runtime_median_ms, last_run_at,
    last_failure_at
  )
  SELECT notebook_id, number,
    CASE WHEN score >= %(cell_limit)s THEN 'healthy' ELSE 'unhealthy' END, score, executions,
    successes, people, people_failed, people_finished, people_stopped, runtime_mean_ms,
    runtime_median_ms, last_run_at, last_failure_at
  FROM cell_score
  ON CONFLICT (notebook_id, number) DO UPDATE SET
    (status, score, executions, successes, people, people_failed, people_finished,
      people_stopped, runtime_mean_ms, runtime_median_ms, last_run_at, last_failure_at)
    = (excluded.status, excluded.score, excluded.executions, excluded.successes,
      excluded.people, excluded.people_failed, excluded.people_finished,
      excluded.people_stopped, excluded.runtime_mean_ms, excluded.runtime_median_ms,
      excluded.last_run_at, excluded.last_failure_at)
),
kept AS (
  INSERT INTO health_notebookhealth (
    notebook_id, status, score, cells, executions, successes, people, people_failed, sessions,
    sessions_stopped, people_stopped, stop_number, stop_people, usage_factor, success_rate,
    good_cell_ratio, bad_cell_ratio, first_bad_cell, last_good_cell, first_failure_depth,
    execution_depth, last_run_at, last_failure_at, last_day, finished_by_day, stopped_by_day,
    computed_at, model_version
  )
  SELECT judged.notebook_id,
    CASE WHEN score >= %(healthy_from)s THEN 'healthy'
      WHEN score <= %(unhealthy_to)s THEN 'unhealthy' ELSE 'unknown' END,
    score, cells, executions, successes, coalesce(people, 0), coalesce(people_failed, 0),
    coalesce(sessions, 0), coalesce(sessions_stopped, 0), coalesce(people_stopped, 0),
    stop_number, coalesce(stop_people, 0), usage_factor, success_rate, good_cell_ratio,
    bad_cell_ratio, first_bad_cell, last_good_cell, first_failure_depth, execution_depth,
    last_run_at, last_failure_at, %(last_day)s, finished_by_day, stopped_by_day,
    %(computed_at)s, %(model_version)s
  FROM judged
  JOIN strip USING (notebook_id)
  JOIN last_run USING (notebook_id)
  LEFT JOIN worst_stop USING (notebook_id)
  ON CONFLICT (notebook_id) DO UPDATE SET
    (status, score, cells, executions, successes, people, people_failed, sessions,
      sessions_stopped, people_stopped, stop_number, stop_people, usage_factor, success_rate,
      good_cell_ratio, bad_cell_ratio, first_bad_cell, last_good_cell, first_failure_depth,
      execution_depth, last_run_at, last_failure_at, last_day, finished_by_day,
      stopped_by_day, computed_at, model_version)
    = (excluded.status, excluded.score, excluded.cells, excluded.executions,
      excluded.successes, excluded.people, excluded.people_failed, excluded.sessions,
      excluded.sessions_stopped, excluded.people_stopped, excluded.stop_number,
      excluded.stop_people, excluded.usage_factor, excluded.success_rate,
      excluded.good_cell_ratio, excluded.bad_cell_ratio, excluded.first_bad_cell,
      excluded.last_good_cell, excluded.first_failure_depth, excluded.execution_depth,
      excluded.last_run_at, excluded.last_failure_at, excluded.last_day,
      excluded.finished_by_day, excluded.stopped_by_day, excluded.computed_at,
      excluded.model_version)
  RETURNING notebook_id, status
)
-- The table is seen as it was before this statement.
SELECT kept.notebook_id, coalesce(old.status, 'unknown'), kept.status
FROM kept LEFT JOIN health_notebookhealth old USING (notebook_id)
ORDER BY kept.notebook_id
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status of a notebook before and after it was judged."""

    notebook_id: int
    before: str
    after: str

    @property
    def is_news(self) -> bool:
        return self.before != self.after


def judge(revisions: Mapping[int, int], *, at: datetime, window_days: int) -> list[Verdict]:
    """Judge notebooks by their runs of the last ``window_days`` days (UTC), today included.

    ``revisions`` are their current ones, by id of the notebook. Brings ``NotebookHealth`` and
    ``CellHealth`` up to date. To be called in a transaction.
    """
    last_day = at.astimezone(UTC).date()
    parameters: dict[str, Any] = {
        "notebook_ids": list(revisions.keys()),
        "revision_ids": list(revisions.values()),
        "since": last_day - timedelta(days=window_days - 1),
        "last_day": last_day,
        "computed_at": at,
        "model_version": _score.MODEL_VERSION,
        "not_counted": _score.NOT_COUNTED,
        "meant_to_fail": _score.MEANT_TO_FAIL,
        "optional": _score.OPTIONAL,
        "usage_floor": _score.USAGE_FLOOR,
        "usage_full": float(_score.USAGE_FULL),
        "person_weight": _score.PERSON_WEIGHT,
        "cell_limit": _score.HEALTHY_CELL - _score.TOLERANCE,
        "healthy_from": _score.HEALTHY_NOTEBOOK - _score.TOLERANCE,
        "unhealthy_to": _score.UNHEALTHY_NOTEBOOK + _score.TOLERANCE,
    }
    with connection.cursor() as cursor:
        # The planner takes every step for one row and would join by nested loops, which is 20
        # times slower for 500 notebooks; by hashes it is never bad.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(_JUDGE, parameters)
        verdicts = [Verdict(*row) for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_nestloop = on")
    return verdicts
