"""The formula against the paper's figures, cases worked by hand, and what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from nbcommons.health import _score
from nbcommons.health._score import (
    MEANT_TO_FAIL,
    NOT_COUNTED,
    OPTIONAL,
    Tally,
    health_of_cells,
    health_of_notebook,
    health_of_tagged,
)

DAY = date(2026, 11, 20)


def tally(number, *, person="ann", day=DAY, ok=0, bad=0):
    return Tally(number=number, person=person, day=day, successes=ok, failures=bad)


@st.composite
def histories(draw):
    """A notebook's number of cells and tallies as the database would hold them."""
    cells = draw(st.integers(1, 6))
    keys = draw(
        st.sets(
            st.tuples(st.integers(0, cells - 1), st.integers(0, 3), st.integers(0, 3)),
            max_size=25,
        )
    )
    counts = st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(any)
    return cells, [
        tally(number, person=person, day=DAY - timedelta(days=day), ok=ok, bad=bad)
        for (number, person, day) in sorted(keys)
        for (ok, bad) in [draw(counts)]
    ]


class TestUsageFactor:
    @pytest.mark.parametrize(
        ("people", "factor"), [(1, 0.75), (2, 0.92), (3, 0.96), (4, 0.99), (5, 1.0), (50, 1.0)]
    )
    def test_is_the_papers_for_one_execution_per_person(self, people, factor):
        assert _score.usage_factor(people=people, executions=people) == pytest.approx(
            factor, abs=0.01
        )

    def test_adjusts_executions_for_people(self):
        """2 people, 36 runs of 12 cells: 10 x 1 + 36 / 12 = 13."""
        assert _score.user_adjusted_executions(people=2, executions=36, cells=12) == 13

    def test_counts_less_than_a_run_per_cell_as_one(self):
        assert _score.user_adjusted_executions(people=1, executions=3, cells=12) == 1

    def test_is_unknown_without_executions(self):
        assert _score.usage_factor(people=0, executions=0) is None

    @given(people=st.integers(1, 100), more=st.integers(0, 1000), cells=st.integers(1, 100))
    def test_lies_between_three_quarters_and_one(self, people, more, cells):
        factor = _score.usage_factor(people=people, executions=people + more, cells=cells)

        assert 0.75 <= factor <= 1

    @given(people=st.integers(1, 100), more=st.integers(0, 1000), cells=st.integers(1, 100))
    def test_never_falls_with_another_person_or_run(self, people, more, cells):
        runs = people + more
        factor = _score.usage_factor(people=people, executions=runs, cells=cells)

        assert _score.usage_factor(people=people, executions=runs + 1, cells=cells) >= factor
        assert (
            _score.usage_factor(people=people + 1, executions=runs + 1, cells=cells) >= factor
        )


class TestStatus:
    @pytest.mark.parametrize(
        ("score", "status"), [(None, "unknown"), (0.75, "healthy"), (0.7499, "unhealthy")]
    )
    def test_of_a_cell_turns_at_three_quarters(self, score, status):
        assert _score.status_of_cell(score) == status

    @pytest.mark.parametrize(
        ("score", "status"),
        [
            (None, "unknown"),
            (0.625, "healthy"),
            (0.6249, "unknown"),
            (0.3751, "unknown"),
            (0.375, "unhealthy"),
        ],
    )
    def test_of_a_notebook_has_a_middle_that_is_unknown(self, score, status):
        assert _score.status_of_notebook(score) == status


class TestHealthOfCells:
    def test_weighs_the_success_rate_with_use(self):
        """Ann 3 of 3, Bob 1 of 2: UE = 10 + 5 = 15, UF = 0.75 + 0.25 ln 15 / ln 40 = 0.93352…

        4 of 5 succeed, so 0.8 x 0.93353 = 0.74682: just unhealthy.
        """
        (cell,) = health_of_cells(1, [tally(0, ok=3), tally(0, person="bob", ok=1, bad=1)])

        assert cell.score == pytest.approx(0.746822, abs=1e-6)
        assert cell.status == "unhealthy"
        assert (cell.executions, cell.successes) == (5, 4)
        assert (cell.people, cell.people_failed) == (2, 1)

    def test_knows_nothing_of_a_cell_that_nobody_ran(self):
        _, second = health_of_cells(2, [tally(0, ok=1)])

        assert (second.status, second.score, second.executions) == ("unknown", None, 0)


class TestHealthOfNotebook:
    def test_is_capped_by_use(self):
        """One perfect run by one person scores 0.75."""
        health = health_of_notebook(2, [tally(0, ok=1), tally(1, ok=1)])

        assert health.score == pytest.approx(0.75)
        assert health.status == "healthy"

    def test_puts_one_good_and_one_bad_cell_in_the_middle(self):
        health = health_of_notebook(2, [tally(0, ok=1), tally(1, bad=1)])

        assert health.first_bad_cell == health.last_good_cell == 0.5
        assert health.good_cell_ratio == health.bad_cell_ratio == 0.5

    def test_is_whole_when_all_cells_are_good(self):
        health = health_of_notebook(3, [tally(number, ok=1) for number in range(3)])

        assert health.first_bad_cell == health.last_good_cell == 1
        assert health.first_failure_depth == health.execution_depth == 1
        assert (health.good_cell_ratio, health.bad_cell_ratio) == (1, 0)

    def test_gives_the_papers_score_for_its_rates(self):
        """OSR 0.98 and NED 0.40 at UF 1 give 0.69.

        10 people run cells 1 and 2 of 5: depth 0.4 each. 5 each is 50 runs, one of which fails.
        """
        runs = [tally(n, person=p, ok=3 - n) for p in range(1, 10) for n in (0, 1)]
        runs += [tally(0, person=0, ok=3), tally(1, person=0, ok=1, bad=1)]

        health = health_of_notebook(5, runs)

        assert health.executions == 50
        assert health.success_rate == pytest.approx(0.98)
        assert health.execution_depth == pytest.approx(0.4)
        assert health.usage_factor == 1
        assert health.score == pytest.approx(0.69)

    def test_takes_a_persons_day_as_a_session(self):
        """Four cells. Ann: day 1 stops at cell 3 after 1 and 2; day 2 runs all four.

        Bob: only cell 1, failing. Sessions 3. FFD = (2/4 + 1 + 0/4) / 3 = 0.5;
        NED = (2/4 + 4/4 + 0) / 3 = 0.5; OSR = 6 / 8; people who failed 2.
        UE = 10 + 8 / 4 = 12, UF = 0.75 + 0.25 ln 12 / ln 40 = 0.918404;
        score = 0.918404 x (0.75 + 0.5) / 2 = 0.574003: between the limits, so unknown.
        Cell 1: UE 13, UF .923829, 2 of 3 = .615886 bad. Cells 2: UE 2, UF .796976, good.
        Cell 3: 1 of 2 bad. Cell 4: good. FBC 0; LGC 1; GCR = BCR = 0.5.
        """
        before = DAY - timedelta(days=1)
        runs = [
            tally(0, day=before, ok=1),
            tally(1, day=before, ok=1),
            tally(2, day=before, bad=1),
            *(tally(number, ok=1) for number in range(4)),
            tally(0, person="bob", bad=1),
        ]

        health = health_of_notebook(4, runs)

        assert (health.sessions, health.people, health.people_failed) == (3, 2, 2)
        assert health.first_failure_depth == pytest.approx(0.5)
        assert health.execution_depth == pytest.approx(0.5)
        assert health.success_rate == pytest.approx(0.75)
        assert health.score == pytest.approx(0.574003, abs=1e-6)
        assert health.status == "unknown"
        assert (health.first_bad_cell, health.last_good_cell) == (0, 1)
        assert (health.good_cell_ratio, health.bad_cell_ratio) == (0.5, 0.5)

    @pytest.mark.parametrize("cells", [0, 3])
    def test_has_defaults_where_nobody_ran_anything(self, cells):
        health = health_of_notebook(cells, [])

        assert health.status == "unknown"
        assert health.score is health.usage_factor is health.success_rate is None
        assert health.execution_depth is None
        assert (health.first_bad_cell, health.last_good_cell) == (1, 0)
        assert health.first_failure_depth == 1

    @given(histories())
    def test_keeps_every_measure_within_its_range(self, history):
        health = health_of_notebook(*history)

        for share in (
            health.good_cell_ratio,
            health.bad_cell_ratio,
            health.first_bad_cell,
            health.last_good_cell,
            health.first_failure_depth,
            health.good_cell_ratio + health.bad_cell_ratio,
        ):
            assert 0 <= share <= 1 + 1e-9
        if health.score is not None:
            assert 0 <= health.score <= health.usage_factor <= 1
            assert 0 <= health.success_rate <= 1
            assert 0 <= health.execution_depth <= 1
        assert health.people_failed <= health.people <= health.sessions <= health.executions

    @given(histories())
    def test_does_not_depend_on_the_order_of_tallies(self, history):
        cells, tallies = history
        health, other = (health_of_notebook(cells, order) for order in (tallies, tallies[::-1]))

        assert other.score == (None if health.score is None else pytest.approx(health.score))
        assert other.executions == health.executions
        assert other.first_bad_cell == health.first_bad_cell

    @given(histories().filter(lambda history: history[1]))
    def test_never_falls_when_the_last_cell_succeeds_once_more(self, history):
        cells, tallies = history
        better = [
            *tallies,
            tally(cells - 1, person=tallies[0].person, day=tallies[0].day, ok=1),
        ]

        assert (
            health_of_notebook(cells, better).score >= health_of_notebook(cells, tallies).score
        )

    @given(histories().filter(lambda history: any(each.failures for each in history[1])))
    def test_never_falls_when_failures_turn_into_successes(self, history):
        cells, tallies = history
        mended = [
            tally(
                each.number, person=each.person, day=each.day, ok=each.successes + each.failures
            )
            for each in tallies
        ]

        assert (
            health_of_notebook(cells, mended).score >= health_of_notebook(cells, tallies).score
        )


class TestHealthOfTagged:
    @given(histories())
    def test_is_that_of_the_paper_where_no_cell_says_what_it_is(self, history):
        cells, tallies = history

        assert health_of_tagged([()] * cells, tallies) == health_of_notebook(cells, tallies)

    def test_takes_an_error_that_is_meant_for_a_success(self):
        tallies = [tally(0, ok=1), tally(1, bad=1)]

        measures = health_of_tagged([(), (MEANT_TO_FAIL,)], tallies)

        assert (measures.success_rate, measures.first_failure_depth) == (1, 1)
        assert measures.score == 0.75

    def test_leaves_out_what_is_not_counted(self):
        """Of three cells the second does not count: the third is the second of two."""
        tallies = [tally(0, ok=1), tally(1, bad=9), tally(2, ok=1)]

        measures = health_of_tagged([(), (NOT_COUNTED,), ()], tallies)

        assert measures == health_of_notebook(2, [tally(0, ok=1), tally(1, ok=1)])

    def test_asks_nobody_to_run_what_is_optional(self):
        """Three cells, the last optional. Who ran the first two came all the way: NED = 2 / 2."""
        tallies = [tally(0, ok=1), tally(1, ok=1)]

        assert health_of_tagged([(), (), (OPTIONAL,)], tallies).execution_depth == 1

    def test_an_optional_cell_is_neither_the_first_bad_nor_the_last_good(self):
        """The first cell fails and is optional; the last is optional and works."""
        tallies = [tally(0, bad=1), tally(1, ok=1), tally(2, ok=1)]

        measures = health_of_tagged([(OPTIONAL,), (), (OPTIONAL,)], tallies)

        assert (measures.first_bad_cell, measures.last_good_cell) == (1, 1)
        assert measures.success_rate == 2 / 3

    def test_takes_all_for_needed_where_all_are_optional(self):
        tallies = [tally(0, ok=1)]

        assert health_of_tagged([(OPTIONAL,)] * 2, tallies).execution_depth == 0.5

    def test_knows_nothing_of_a_notebook_in_which_nothing_counts(self):
        assert health_of_tagged([(NOT_COUNTED,)], [tally(0, ok=1)]).score is None
