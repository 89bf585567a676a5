"""What a person may be about to type."""

import pytest

from nbcommons.search._backend import MemoryStore
from nbcommons.search._suggest import SuggestionKind
from tests.factories.search import EVERYONE, complete, document, store_of


@pytest.fixture(scope="module")
def shelf():
    return store_of(
        document(1, "Match two lists of names", tags=("matching",), people=3),
        document(2, "Match addresses", tags=("matching", "addresses"), people=30),
        document(3, "Draw a chart", tags=("charts",)),
        document(4, "Match addresses", people=1),
    )


def told(store, beginning, **options):
    options = {"audience": EVERYONE, "limit": 8} | options
    return [(item.kind.value, item.text) for item in complete(store, beginning, **options)]


class TestSuggest:
    def test_gives_tags_then_titles_of_most_people_then_words(self, shelf):
        assert told(shelf, "mat") == [
            ("tag", "matching"),
            ("notebook", "Match addresses"),
            ("notebook", "Match two lists of names"),
            ("words", "match"),
        ]

    def test_finishes_the_last_of_several_words(self, shelf):
        assert told(shelf, "match addr") == [
            ("notebook", "Match addresses"),
            ("words", "match addresses"),
        ]

    def test_gives_the_notebook_to_open(self, shelf):
        (item,) = [
            found
            for found in complete(shelf, "draw", audience=EVERYONE, limit=8)
            if found.kind is SuggestionKind.NOTEBOOK
        ]

        assert item.notebook_id == 3

    @pytest.mark.parametrize(
        "beginning", ["", "m", " ", "!!", '"', "\0", "\ud800", "x" * 9_999]
    )
    def test_is_silent_when_there_is_nothing_to_say(self, shelf, beginning):
        assert told(shelf, beginning) == []

    def test_is_short(self, shelf):
        assert len(told(shelf, "ma", limit=2)) == 2

    def test_is_silent_while_there_is_no_index(self):
        assert told(MemoryStore(), "match") == []
