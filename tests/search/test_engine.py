"""Searching: order, filters, counts, pages, spelling."""

import pytest
from hypothesis import given, settings, strategies as st

from nbcommons.search._values import Sort
from tests.factories.search import ask, document, ids, marked, store_of

SHELF = [
    document(
        1,
        "Match two lists of names",
        purpose="Pairs people across two spreadsheets",
        headings=("Clean the names", "Compare each pair"),
        markdown="Clean the names. Compare each pair with fuzzy matching.",
        code="import pandas as pd\ntable = pd.read_csv(path)\nfuzzyScore(a, b)",
        tags=("name matching", "joining"),
        category="building_block",
        health="healthy",
        health_score=0.9,
        owner="priya",
        owner_name="Priya Raman",
        people=12,
    ),
    document(
        2,
        "Draw a chart of payments",
        headings=("Choose colours",),
        markdown="Visualization of payments by month. Names of months on the axis.",
        code="import matplotlib.pyplot as plt\nplt.plot(payments)",
        tags=("charts",),
        health="unhealthy",
        health_score=0.2,
        owner="bob",
        owner_name="Bob Stone",
        people=40,
    ),
    document(
        3,
        "Late payers",
        markdown="Who pays late? Match the ledger with the bank.",
        code="ledger <- read.csv(path)",
        tags=("charts", "money"),
        language="R",
        owner="priya",
        owner_name="Priya Raman",
    ),
    document(4, "数据分析 入门", markdown="用数据说话", tags=("数据",), category="course"),
    document(5, "Über Größen", markdown="Zahlen und Größen im Café"),
]


@pytest.fixture(scope="module")
def shelf():
    return store_of(*SHELF)


@pytest.fixture(scope="module")
def many():
    strong = [document(key, markdown="apple pear") for key in range(1, 8)]
    weak = [document(key, markdown="apple plum") for key in range(8, 40)]
    return store_of(*strong, *weak)


class TestOrder:
    def test_a_title_outweighs_the_text(self, shelf):
        assert ids(ask(shelf, "names")) == [1, 2]

    def test_all_words_come_before_some_words(self, shelf):
        results = ask(shelf, "match ledger")

        assert ids(results) == [3, 1]
        assert [hit.has_all_words for hit in results.hits] == [True, False]
        assert (results.total_exact, results.total) == (1, 2)

    def test_a_word_weighs_more_in_the_title_than_in_the_text(self):
        store = store_of(
            document(1, "something else", markdown="zebra else"),
            document(2, "zebra else", markdown="something else"),
            document(3, "something else", markdown="zebra else"),
            document(4, "zebra else", markdown="something else"),
        )

        assert sorted(ids(ask(store, "zebra", only_my_words=True))[:2]) == [2, 4]

    def test_words_nearly_side_by_side_count_as_a_phrase(self):
        filler = "and so on " * 3
        store = store_of(
            document(1, markdown=f"shelf {filler} life now"),
            document(2, markdown=f"{filler} now shelf of my life"),
            document(3, markdown=f"shelf now {filler} life"),
        )

        assert ids(ask(store, "shelf life"))[0] == 2

    def test_a_phrase_outweighs_scattered_words(self):
        filler = "and so on " * 30
        store = store_of(
            document(1, markdown=f"shelf {filler} life {filler}"),
            document(2, markdown=f"{filler} the shelf life {filler}"),
        )

        assert ids(ask(store, "shelf life")) == [2, 1]

    def test_scores_are_shares_of_the_best_and_never_rise(self, shelf):
        scores = [hit.score for hit in ask(shelf, "match names").hits]

        assert scores[0] == 1
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)

    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            (None, [2, 1, 3]),
            (Sort.BEST, [2, 1, 3]),
            (Sort.PEOPLE, [2, 1, 3]),
            (Sort.NEWEST, [3, 2, 1]),
            (Sort.HEALTH, [1, 3, 2]),
        ],
    )
    def test_without_words_the_shelf_is_in_the_order_asked(self, sort, expected):
        assert ids(ask(store_of(*SHELF[:3]), sort=sort)) == expected

    def test_among_equals_the_newest_comes_first(self):
        store = store_of(*(document(key, people=3) for key in (1, 2, 3)))

        assert ids(ask(store)) == [3, 2, 1]

    def test_another_order_keeps_full_matches_first(self, shelf):
        assert ids(ask(shelf, "match names", sort=Sort.PEOPLE)) == [1, 2, 3]


class TestWords:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("matching", [1, 3]),
            ("read_csv", [1, 3]),
            ("pd.read_csv", [1]),
            ("fuzzyscore", [1]),
            ("fuzzy score", [1]),
            ("fuzzyScore", [1]),
            ("uber grossen", [5]),
            ("CAFE", [5]),
            ("数据", [4]),
            ("priya", [1, 3]),
            ("building joining", [1]),
        ],
    )
    def test_are_found_however_they_are_written(self, shelf, text, expected):
        assert sorted(ids(ask(shelf, text, only_my_words=True))) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('"fuzzy matching"', [1]),
            ('"matching fuzzy"', []),
            ("names -fuzzy", [2]),
            ('names -"clean the names"', [2]),
            ("title:names", [1]),
            ("title:clean", []),
            ("tag:charts", [2, 3]),
            ('tag:"name matching"', [1]),
            ("-tag:charts names", [1]),
            ("lang:r", [3]),
            ("by:priya", [1, 3]),
            ('by:"priya raman"', [1, 3]),
            ("by:bob names", [2]),
            ("category:course", [4]),
            ("health:unhealthy", [2]),
            ("-zebra tag:charts", [2, 3]),
        ],
    )
    def test_can_be_told_to_be_exact(self, shelf, text, expected):
        assert sorted(ids(ask(shelf, text))) == expected


class TestSpelling:
    @pytest.mark.parametrize(
        ("text", "instead", "expected"),
        [
            ("paymnets", "payments", [2]),
            ("matplotlb", "matplotlib", [2]),
            ("spreadsheats", "spreadsheets", [1]),
            ("visualizaton", "visualization", [2]),
        ],
    )
    def test_also_looks_for_the_nearest_known_word(self, shelf, text, instead, expected):
        results = ask(shelf, text)

        assert ids(results) == expected
        assert [found.instead for found in results.corrections] == ([instead])

    def test_offers_each_word_alone_when_leaving_one_out_does_not_help(self, shelf):
        found = ask(shelf, "payments zebra quark giraffe okapi")

        assert [(miss.text, miss.count) for miss in found.near_misses] == [("payments", 1)]

    def test_leaves_known_words_and_short_ones_alone(self, shelf):
        assert not ask(shelf, "ledger caf").corrections

    def test_chooses_the_commonest_of_several(self):
        store = store_of(
            document(1, markdown="horse"),
            document(2, markdown="house"),
            document(3, markdown="house again"),
        )

        assert ask(store, "hoise").corrections[0].instead == "house"

    @pytest.mark.parametrize(
        ("text", "instead", "expected"),
        [
            ("suduko", "sudoku", [1, 2]),
            ("soduku", "sudoku", [1, 2]),
            ("soduko", "sudoku", [1, 2]),
            ("open_datset", "open_dataset", [3]),
            ('"sudoko"', "sudoku", [1, 2]),
            ('"solve sudoko"', "solve sudoku", [1]),
            ("title:sudoko", "sudoku", [1]),
            ("tag:wether", "weather", [2]),
            ("owner:pirya", "priya", [3]),
            ("package:matplotlub", "matplotlib", [3]),
            ("lang:pyhton -tag:weather", "python", [1, 3]),
        ],
    )
    def test_looks_for_what_was_meant_in_quotes_fields_and_names(self, text, instead, expected):
        store = store_of(
            document(1, "Solve Sudoku"),
            document(2, "Rain", markdown="as a sudoku", tags=("weather",)),
            document(3, code="x = open_dataset()", packages=("matplotlib",), owner="priya"),
            document(4, "Weather of others", audience=("p:9",), language="julia"),
        )

        results = ask(store, text)

        assert sorted(ids(results)) == expected
        assert [found.instead for found in results.corrections] == [instead]
        assert ask(store, text, only_my_words=True).total == 0

    def test_tells_nothing_of_fields_of_notebooks_that_one_may_not_read(self):
        store = store_of(document(1, "Sudoku", tags=("weather",), audience=("p:9",)))

        for text in ("title:sudoko", "tag:wether", '"sudoko"', "soduko"):
            assert not ask(store, text).corrections

    def test_tries_a_far_commoner_word_beside_one_that_somebody_misspelt(self):
        store = store_of(
            document(1, "Rank invoces"),
            *(document(number, "Rank invoices") for number in range(2, 16)),
        )

        results = ask(store, "rank invoces", limit=50)

        assert ids(results)[0] == 1
        assert results.total == 15
        assert [found.instead for found in results.corrections] == ["invoices"]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("package:matplotlib.pyplot", [1]),
            ("package:scikit-image", [2]),
            ("package:skimage", [2]),
            ("package:sklearn", [3]),
        ],
    )
    def test_knows_packages_by_all_their_names(self, text, expected):
        store = store_of(
            document(1, packages=("matplotlib",)),
            document(2, packages=("skimage",)),
            document(3, packages=("scikit-learn",)),
        )

        assert ids(ask(store, text)) == expected
        assert ids(ask(store, packages=(text.removeprefix("package:"),))) == expected

    @pytest.mark.parametrize("with_facets", [True, False])
    def test_helps_whether_filters_are_counted_or_not(self, with_facets):
        store = store_of(
            document(1, "Rank invoces"),
            *(document(number, "Rank invoices") for number in range(2, 12)),
        )

        assert ask(store, "invoces", with_facets=with_facets).did_you_mean.text == "invoices"
        assert ask(store, "rank -rank", with_facets=with_facets).near_misses

    def test_can_be_switched_off(self, shelf):
        results = ask(shelf, "paymnets", only_my_words=True)

        assert (results.total, results.corrections) == (0, ())

    def test_finishes_the_last_word(self, shelf):
        assert ids(ask(shelf, "visualiz")) == [2]
        assert ids(ask(shelf, "visualiz", only_my_words=True)) == []


class TestFilters:
    def test_values_of_one_kind_widen_and_tags_narrow(self, shelf):
        assert sorted(ids(ask(shelf, languages=("r", "python"), tags=("charts",)))) == [2, 3]
        assert ids(ask(shelf, tags=("charts", "money"))) == [3]
        assert sorted(ids(ask(shelf, health=("healthy", "unhealthy")))) == [1, 2]
        assert sorted(ids(ask(shelf, owner="priya"))) == [1, 3]
        assert ids(ask(shelf, "names", categories=("operational",))) == [2]

    def test_facets_count_what_a_tick_would_give(self, shelf):
        facets = ask(shelf, "match names", languages=("r",)).facets

        counted = {
            name: [(v.value, v.count, v.is_selected) for v in facets[name]] for name in facets
        }
        assert counted["languages"] == [("python", 2, False), ("r", 1, True)]
        assert counted["tags"] == [("charts", 1, False), ("money", 1, False)]
        assert counted["health"] == [("unknown", 1, False)]

    def test_a_selected_value_stays_with_no_notebooks(self, shelf):
        facets = ask(shelf, "names", tags=("absent",)).facets

        assert [(v.value, v.count) for v in facets["tags"]] == [("absent", 0)]

    def test_an_empty_shelf_tells_what_is_there_without_filters(self, shelf):
        results = ask(shelf, "names", languages=("julia",))

        assert (results.total, results.total_unfiltered) == (0, 2)

    def test_facets_agree_with_the_total(self, shelf):
        results = ask(shelf, "match ledger")

        assert sum(value.count for value in results.facets["categories"]) == results.total


class TestPages:
    @pytest.mark.parametrize("sort", [None, Sort.NEWEST, Sort.PEOPLE])
    def test_hold_everything_once(self, many, sort):
        pages = [
            ask(many, "apple pear", offset=at, limit=10, sort=sort) for at in range(0, 50, 10)
        ]

        assert sorted(key for page in pages for key in ids(page)) == list(range(1, 40))
        assert {page.total for page in pages} == {39}
        assert sorted(ids(pages[0])[:7]) == list(range(1, 8))

    def test_scores_go_on_falling(self, many):
        first = ask(many, "apple pear", limit=10)
        second = ask(many, "apple pear", offset=10, limit=10)

        assert second.hits[0].score <= first.hits[-1].score

    def test_some_words_are_enough_only_when_few_have_all(self):
        both = [document(key, markdown="apple pear") for key in range(1, 11)]
        one = [document(key, markdown="apple") for key in range(11, 15)]

        assert ask(store_of(*both, *one), "apple pear").total == 10

    @pytest.mark.parametrize(("offset", "limit"), [(-5, 10), (0, -1), (10**9, 10**9), (0, 0)])
    def test_bear_any_numbers(self, many, offset, limit):
        assert len(ask(many, "apple", offset=offset, limit=limit).hits) <= 100


class TestHits:
    def test_carry_the_best_stretch_with_its_words_marked(self, shelf):
        hit = ask(shelf, "fuzzy matching").hits[0]

        assert "[fuzzy] [matching]" in marked(hit.snippet)

    def test_mark_the_title(self, shelf):
        assert marked(ask(shelf, "names").hits[0].title) == "Match two lists of [names]"


HOSTILE = [
    "?!.,;",
    '"', '""', '"""""', "-", "--", '-"', "title:", 'title:"', "tag:", "()", "a AND",
    "OR", "NOT", "*", "?*", "a*b", "[1 TO 2]", "{}", "^5", "~2", "\\", "/regex/", "field:value",
    "+",     "\0",
    "\ud800", "\u202e abc", "🦊🦊", "e\u0301" * 50, "a" * 10_000, "word " * 3_000, '"' * 10_000,
    "-a " * 500, "title:x " * 500, '"a b" ' * 500, "数据" * 3_000, "%%time", "x" * 41, "a" * 70_000,
    "' OR 1=1 --", "<script>", "{{ x }}", "١٢٣ ٤٥٦", "İstanbul ẞ ŉ", "\n\t\r", "- - -",
    "read_csv(" * 400,
]  # fmt: skip


class TestAnyQuestion:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_is_answered(self, shelf, text):
        results = ask(shelf, text)

        assert results.total >= len(results.hits) >= 0
        assert not results.is_building

    @settings(max_examples=150, deadline=None)
    @given(
        st.text(max_size=60)
        | st.lists(
            st.sampled_from(
                [
                    '"',
                    "-",
                    "title:",
                    "by:",
                    "tag:",
                    "names",
                    "match",
                    " ",
                    "pd.read_csv",
                    "'",
                    "(",
                    "中",
                ]
            ),
            max_size=12,
        ).map("".join)
    )
    def test_of_whatever_signs_is_answered(self, shelf, text):
        results = ask(shelf, text, tags=(text[:5],) if text[:5] else ())

        assert results.total >= len(results.hits) >= 0

    def test_of_signs_alone_finds_nothing_and_of_nothing_everything(self, shelf):
        assert ask(shelf, "?!").total == 0
        assert ask(shelf, "  ").total == len(SHELF)

    def test_is_answered_on_an_empty_shelf(self):
        results = ask(store_of(), "names")

        assert (results.total, results.hits, results.is_building) == (0, (), False)
