"""What may be written otherwise: in one word or two, short or in full, here or overseas."""

import pytest
from hypothesis import given, strategies as st

from nbcommons.search._forms import with_forms
from nbcommons.search._words import COMMON_IN, words_of
from tests.factories.search import ask, document, ids, marked, store_of


@pytest.fixture(scope="module")
def shelf():
    return store_of(
        document(1, "Time series of payments"),
        document(2, "Timeseries of payments"),
        document(3, "First steps in machine learning"),
        document(4, "Which series, at which time"),
        document(5, "Send an email"),
        document(6, "Choose a colour"),
        document(7, "Visualisation for all"),
        document(8, "Patterns: regular expressions"),
        document(9, "About rank", code="df.groupBy('x')\nparse_dates = 1"),
    )


class TestForms:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("timeseries", [2, 1]),
            ("time series payments", [1, 2]),
            ("TimeSeries", [2, 1]),
            ("ML", [3]),
            ("ml steps", [3]),
            ("e-mail", [5]),
            ("color", [6]),
            ("visualization", [7]),
            ("regex", [8]),
            ("group by", [9]),
        ],
    )
    def test_are_found_as_well_and_come_after_what_was_written(self, shelf, asked, found):
        assert [hit for hit in ids(ask(shelf, asked)) if hit in found] == found
        assert all(
            hit.has_all_words for hit in ask(shelf, asked).hits if hit.notebook_id in found
        )

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("sudokus", [1]),
            ("sudoku", [1]),
            ("matrices", [2]),
            ("matrix", [2]),
            ("indices", [3]),
            ("df.groupby", [4]),
            ("status", []),
            ("C++", [5]),
            ("c#", [6]),
            ("c", [7]),
            ("sudo*", [1, 8]),
            ("sudo* puzzles", [1]),
        ],
    )
    def test_plurals_parts_and_names_with_signs(self, asked, found):
        store = store_of(
            document(1, "Solve a Sudoku", markdown="puzzles for all"),
            document(2, "The matrix"),
            document(3, "An index for rows"),
            document(4, "Rank", code="frame.groupby('x')"),
            document(5, "Call C++ from here"),
            document(6, "Call C# from here"),
            document(7, "Vitamin C for you"),
            document(8, "Files of root", code="! sudo ls"),
        )

        hits = [hit.notebook_id for hit in ask(store, asked).hits if hit.has_all_words]
        assert hits == found

    def test_of_two_words_must_stand_side_by_side(self, shelf):
        assert 4 not in ids(ask(shelf, "timeseries"))

    def test_are_left_out_when_only_my_words_are_asked_for(self, shelf):
        assert ids(ask(shelf, "timeseries", only_my_words=True)) == [2]
        assert ids(ask(shelf, "ML", only_my_words=True)) == []

    def test_are_marked(self, shelf):
        (hit,) = ask(shelf, "ml").hits

        assert marked(hit.title) == "First steps in [machine] [learning]"

    def test_that_nobody_wrote_are_not_looked_for(self):
        (word,) = with_forms(words_of(["timeseries"]), lambda _field, _stem: 0)

        assert word.others == ()

    def test_of_words_that_are_everywhere_are_not_looked_for(self):
        (word,) = with_forms(words_of(["forget"]), lambda _field, _stem: COMMON_IN + 1)

        assert word.others == ()

    @given(st.text(max_size=60))
    def test_bear_whatever_is_typed(self, text):
        words = words_of(text.split())

        assert len(with_forms(words, lambda _field, stem: len(stem))) == len(words)
