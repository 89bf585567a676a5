"""What a person may be about to type."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from nbcommons.search._backend import MemoryStore
from nbcommons.search._suggest import SuggestionKind, suggest
from nbcommons.search._values import Reader
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

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("tag:ma", ["tag:matching"]),
            ("Tag:MAT", ["Tag:matching"]),
            ("tag:", ["tag:matching", "tag:addresses", "tag:charts"]),
            ("-tag:cha", ["-tag:charts"]),
            ("match -tag:cha", ["match -tag:charts"]),
            ("tag:matching language:py", ["tag:matching language:python"]),
            ("tag:matching addr", ["tag:matching addresses"]),
            ("match -addr", ["match -addresses"]),
            ("title:addr", ["title:addresses"]),
            ('title:"match addr', ['title:"match addresses"']),
            ("owner:p", ["owner:priya"]),
            ("owner:ram", ["owner:priya"]),
            ("package:num", ["package:numpy"]),
            ("team:fr", ["team:fraud"]),
            ("health:", ["health:healthy", "health:unhealthy", "health:unknown"]),
            ("health:un", ["health:unhealthy", "health:unknown"]),
            ("category:bu", ["category:building-block"]),
            ("is:", ["is:deprecated"]),
            (
                "updated:",
                ["updated:>=2026-01", "updated:>=2025-12", "updated:2026", "updated:<2026"],
            ),
            ("created:2", ["created:2026"]),
            ("tag:nothing", []),
        ],
    )
    def test_finishes_the_query_language_and_keeps_the_rest(self, typed, expected):
        shelf = store_of(
            document(1, "Match addresses", tags=("matching", "addresses"), team="fraud"),
            document(2, "Match it", tags=("matching",), owner="priya", owner_name="P Raman"),
            document(3, "Draw", tags=("charts", "addresses", "matching"), packages=("numpy",)),
            document(4, "Hidden", tags=("macabre",), audience=("p:9",), owner="pat"),
        )
        found = suggest(shelf, typed, reader=Reader(EVERYONE), limit=8, today=date(2026, 1, 31))

        assert [(item.kind.value, item.text) for item in found] == [
            ("words", text) for text in expected
        ]

    def test_finishes_labels_that_the_reader_holds(self, shelf):
        reader = Reader(EVERYONE, labels={"red": 1, "red tape": 1, "blue": 2})

        found = suggest(shelf, "label:r", reader=reader, limit=8)

        assert [item.text for item in found] == ["label:red", 'label:"red tape"']

    @given(st.text(max_size=40))
    def test_bears_whatever_is_typed(self, shelf, typed):
        for text in (typed, f"tag:{typed}", f'-title:"{typed}', f"owner:{typed}"):
            assert told(shelf, text) is not None

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
