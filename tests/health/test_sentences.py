"""The words that stand for numbers."""

from datetime import UTC, date, datetime

import pytest

from nbcommons.health import _sentences
from nbcommons.health.models import CellHealth, NotebookHealth


def health(**changes):
    values = {
        "status": "unknown",
        "cells": 4,
        "last_day": date(2026, 11, 20),
        "finished_by_day": [0] * 30,
        "stopped_by_day": [0] * 30,
        "last_run_at": datetime(2026, 11, 19, tzinfo=UTC),
    }
    return NotebookHealth(**{**values, **changes})


class TestHeadlineOf:
    def test_invites_when_nobody_ran_it(self):
        for unknown in (None, health(last_run_at=None)):
            assert _sentences.headline_of(unknown) == "Nobody has run this yet."
            assert _sentences.detail_of(unknown) == "If you run it, the next person will know."

    def test_names_the_day_when_it_was_long_ago(self):
        old = health(last_run_at=datetime(2026, 3, 3, 9, tzinfo=UTC))

        assert _sentences.headline_of(old) == "Nobody has run this since 3 March 2026."

    def test_says_so_when_only_older_code_was_run(self):
        assert _sentences.headline_of(health()) == "Nobody has run this version yet."

    @pytest.mark.parametrize(
        ("successes", "executions", "words"),
        [
            (1, 1, "The one run of its cells succeeded."),
            (12, 12, "All 12 runs of its cells succeeded."),
            (1204, 1204, "All 1,204 runs of its cells succeeded."),
            (18, 20, "18 of 20 runs of its cells succeeded."),
            (89, 100, "9 of 10 runs of its cells succeed."),
            (99, 100, "99 of 100 runs of its cells succeed."),
            (9999, 10000, "99 of 100 runs of its cells succeed."),
        ],
    )
    def test_tells_the_share_of_a_healthy_one(self, successes, executions, words):
        healthy = health(
            status="healthy", successes=successes, executions=executions, people=2, sessions=2
        )

        assert _sentences.headline_of(healthy) == words

    @pytest.mark.parametrize(
        ("people", "stopped", "at_cell", "words"),
        [
            (1, 1, 1, "The one person who ran it stopped at cell 3."),
            (4, 4, 4, "Everyone stops at cell 3."),
            (5, 3, 3, "Most people stop at cell 3."),
            (5, 4, 3, "Most people stop at cell 3."),
            (6, 1, 1, "1 of 6 people stops at cell 3."),
            (6, 3, 3, "3 of 6 people stop at cell 3."),
            (6, 3, 2, "3 of 6 people stop early, most at cell 3."),
            (6, 2, 1, "2 of 6 people stop early, some at cell 3."),
        ],
    )
    def test_says_where_people_stop(self, people, stopped, at_cell, words):
        ill = health(
            status="unhealthy",
            executions=20,
            successes=10,
            people=people,
            people_stopped=stopped,
            stop_number=2,
            stop_people=at_cell,
        )

        assert _sentences.headline_of(ill) == words
        assert _sentences.detail_of(ill).endswith(
            "10 of 20 runs of its cells succeeded. "
            "If it stops for you too, it is not something you did."
        )

    def test_says_where_most_stop_even_if_the_score_is_high(self):
        good = health(
            status="healthy",
            executions=9,
            successes=7,
            people=3,
            people_stopped=2,
            stop_number=2,
            stop_people=2,
        )

        assert _sentences.headline_of(good) == "Most people stop at cell 3."

    def test_says_when_few_get_to_the_end(self):
        short = health(executions=3, successes=3, people=1, execution_depth=0.25)

        assert _sentences.headline_of(short) == "Not everyone runs it to the end."
        assert _sentences.detail_of(short) == (
            "1 person ran it in the last 30 days. All 3 runs of its cells succeeded. "
            "If you run it, the next person will know."
        )


class TestSentenceOfCell:
    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"people": 6, "people_stopped": 4}, "4 of 6 people stop here."),
            ({"people": 1, "people_stopped": 1}, "1 of 1 person stops here."),
            ({"people": 3, "successes": 8}, "All 3 people who ran it got through."),
            ({"people": 1, "successes": 8}, "The one person who ran it got through."),
            ({"people": 3, "successes": 6}, "2 of 8 runs failed."),
        ],
    )
    def test_says_how_it_went(self, values, words):
        cell = CellHealth(**{"executions": 8, "successes": 4, "people_stopped": 0, **values})

        assert _sentences.sentence_of_cell(cell) == words
