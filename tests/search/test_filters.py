"""Filters of the query language and of the page, facets, sorts, and who sees what of labels."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from nbcommons.search._language import FIELDS
from nbcommons.search._values import Sort
from tests.factories.search import ask, complete, document, ids, store_of


def on(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


SHELF = [
    document(
        1,
        "Match names",
        tags=("names", "money"),
        packages=("pandas", "NumPy"),
        language="python",
        language_version="3.11.2",
        owner="priya",
        owner_name="Priya Raman",
        organisations=(1, 2),
        organisation_names=("Halden", "Pensions"),
        created_at=on(2025),
        updated_at=on(2026, 3, 1),
        runs=4,
        trending=0.1,
        people=3,
    ),
    document(
        2,
        "Draw names",
        tags=("names",),
        packages=("pandas",),
        language="r",
        team="fraud",
        team_name="Fraud Desk",
        category="course",
        health="healthy",
        health_score=0.9,
        labels=(5,),
        created_at=on(2024),
        updated_at=on(2026, 5, 1),
        runs=9,
        trending=0.8,
        people=2,
    ),
    document(
        3,
        "Archive of names",
        is_deprecated=True,
        owner="bob",
        owner_name="Bob",
        organisations=(1,),
        organisation_names=("Halden",),
        created_at=on(2023),
        updated_at=on(2023, 12, 31),
        trending=0.0,
    ),
]


@pytest.fixture(scope="module")
def shelf():
    return store_of(*SHELF)


class TestQueryFields:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("package:pandas", [1, 2]),
            ("package:numpy", [1]),
            ("uses:pandas uses:NUMPY", [1]),
            ("team:fraud", [2]),
            ('team:"fraud desk"', [2]),
            ("owner:priya", [1]),
            ("by:raman", [1]),
            ("owner:fraud", [2]),
            ("owner:priya owner:fraud", [1, 2]),
            ("organisation:pensions", [1]),
            ("org:halden", [1]),
            ("org:halden is:deprecated", [3]),
            ("language:python3", [1]),
            ("language:python3.11", [1]),
            ("language:python3.11.2", [1]),
            ("language:python3.1", []),
            ("language:python3.9", []),
            ("language:python language:r", [1, 2]),
            ("tag:names tag:money", [1]),
            ("-tag:money", [2]),
            ("-package:pandas", []),
            ("category:lesson", [2]),
            ("health:healthy health:unknown", [1, 2]),
            ("is:deprecated", [3]),
            ("-is:deprecated", [1, 2]),
            ("updated:>2026-03-01", [2]),
            ("updated:>=2026-03-01", [1, 2]),
            ("updated:2026-03", [1]),
            ("updated:<2026-05", [1]),
            ("updated:2026-03-01..2026-05-01", [1, 2]),
            ("updated:..2026-03-01", [1]),
            ("created:2025", [1]),
            ("created:<=2024", [2]),
            ("-updated:2026-03", [2]),
            ("label:red", [2]),
            ("label:blue", []),
            ("label:red label:blue", [2]),
            ("-label:red", [1]),
            ("names -draw", [1]),
        ],
    )
    def test_narrow(self, shelf, text, expected):
        found = ask(shelf, text, held={"red": 5})

        assert sorted(ids(found)) == expected

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(
            st.one_of(
                st.tuples(
                    st.sampled_from(["", "-"]),
                    st.sampled_from([*(f"{name}:" for name in FIELDS), ""]),
                    st.sampled_from(
                        ["pandas", ">2026", "<2026-02", "2025..", "..2025", "lesson", '"a b"',
                         "数", "deprecated", "healthy", "\0", "9" * 30, "3", "'", "a_b.c(d)"]
                    ),
                ).map("".join),
                st.text(max_size=12),
            ),
            max_size=5,
        ).map(" ".join)
    )  # fmt: skip
    def test_answer_whatever_is_asked(self, shelf, text):
        found = ask(shelf, text, held={"red": 5})

        assert not found.is_building
        assert found.total >= len(found.hits)


class TestPageFilters:
    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ({"teams": ("fraud",)}, [2]),
            ({"packages": ("pandas", "numpy")}, [1]),
            ({"organisations": ("2",)}, [1]),
            ({"organisations": ("1",), "with_deprecated": True}, [1, 3]),
            ({"labels": ("Red",)}, [2]),
            ({"labels": ("blue",)}, []),
            ({"updated_after": on(2026, 3, 2)}, [2]),
            ({"updated_after": datetime.max.replace(tzinfo=UTC)}, []),
            ({"with_deprecated": True}, [1, 2, 3]),
            ({"owner": "priya"}, [1]),
        ],
    )
    def test_narrow(self, shelf, filters, expected):
        assert sorted(ids(ask(shelf, "names", held={"red": 5}, **filters))) == expected

    def test_leave_deprecated_ones_out_of_counts_too(self, shelf):
        facets = ask(shelf, "names").facets

        assert {value.value: value.count for value in facets["organisations"]} == {
            "1": 1,
            "2": 1,
        }
        assert ask(shelf, "archive").total == 0
        assert complete(shelf, "arch") == ()


class TestFacets:
    def test_count_every_filter(self, shelf):
        facets = ask(shelf, "").facets

        counted = {
            name: {value.value: value.count for value in values}
            for name, values in facets.items()
        }
        assert counted == {
            "languages": {"python": 1, "r": 1},
            "tags": {"names": 2, "money": 1},
            "categories": {"operational": 1, "course": 1},
            "health": {"healthy": 1, "unknown": 1},
            "teams": {"fraud": 1},
            "organisations": {"1": 1, "2": 1},
            "packages": {"pandas": 2, "numpy": 1},
        }

    def test_of_a_filter_that_widens_are_counted_without_it(self, shelf):
        facets = ask(shelf, "names", teams=("fraud",), organisations=("2",)).facets

        assert [(value.value, value.count) for value in facets["teams"]] == [("fraud", 0)]
        facets = ask(shelf, "names", organisations=("2",)).facets
        assert {value.value: value.count for value in facets["organisations"]} == {
            "1": 1,
            "2": 1,
        }

    def test_that_are_kept_change_with_the_index(self):
        store = store_of(*SHELF)
        assert [value.count for value in ask(store, "").facets["packages"]] == [2, 1]

        with store.writing() as batch:
            batch.write([document(9, packages=("pandas",))])

        assert [value.count for value in ask(store, "").facets["packages"]] == [3, 1]

    def test_that_are_kept_are_each_readers_own(self, shelf):
        hidden = {"hidden": (5,)}

        assert [value.count for value in ask(shelf, "").facets["packages"]] == [2, 1]
        assert [value.count for value in ask(shelf, "", **hidden).facets["packages"]] == [1, 1]
        assert [value.count for value in ask(shelf, "").facets["packages"]] == [2, 1]


class TestSorts:
    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            (Sort.TRENDING, [2, 1, 3]),
            (Sort.RUNS, [2, 1, 3]),
            (Sort.NEWEST, [1, 2, 3]),
            (Sort.UPDATED, [2, 1, 3]),
            (Sort.TITLE, [3, 2, 1]),
            (Sort.PEOPLE, [1, 2, 3]),
            (Sort.HEALTH, [2, 1, 3]),
        ],
    )
    def test_order(self, shelf, sort, expected):
        assert ids(ask(shelf, "names", sort=sort, with_deprecated=True)) == expected

    def test_titles_go_by_their_words_not_by_their_letters_sizes(self):
        store = store_of(document(1, "beta"), document(2, "Alpha 2"), document(3, "“alpha”"))

        assert ids(ask(store, "", sort=Sort.TITLE)) == [3, 2, 1]


class TestLabels:
    """Who lacks a label of a notebook finds nothing of it."""

    def test_hide_the_notebook_from_hits_counts_and_suggestions(self, shelf):
        found = ask(shelf, "names", hidden=(5,))

        assert ids(found) == [1]
        assert found.total == 1
        assert not found.facets["teams"]
        assert ask(shelf, "drwa", hidden=(5,)).corrections == ()
        assert ask(shelf, "team:fraud", hidden=(5,)).total == 0
        for beginning in ("dra", "fraud", "fra", "desk"):
            told = [item.text.lower() for item in complete(shelf, beginning, hidden=(5,))]
            assert not any("fraud" in text or "draw" in text for text in told)

    def test_hide_it_from_those_whom_it_is_shared_with_by_name(self):
        store = store_of(document(1, "Zebra", audience=("p:1",), labels=(5, 6)))

        assert ask(store, "zebra", audience=("p:1",)).total == 1
        assert ask(store, "zebra", audience=("p:1",), hidden=(6,)).total == 0
        assert ask(store, "zebra", audience=None).total == 1
