"""The order of the best matches: words first, merit a little, exact titles before all."""

import pytest
from hypothesis import given, settings, strategies as st

from nbcommons.search._ranking import LIKING_SHARE, WEIGHED
from nbcommons.search._schema import (
    DEPRECATED_SHARE,
    HEALTH_SHARE,
    TREND_SHARE,
    merit_of,
)
from nbcommons.search._trending import trending_of
from nbcommons.search._values import Sort
from tests.factories.search import ask, document, ids, store_of

GOOD = {"health": "healthy", "health_score": 1.0, "trending": 1.0}
BAD = {"health": "unhealthy", "health_score": 0.0, "trending": 0.0}


class TestMerit:
    def test_decides_between_answers_that_fit_as_well(self):
        store = store_of(
            document(1, "Zebra counts now", **BAD),
            document(2, "Zebra counts more", **GOOD),
            document(3, "Zebra counts less"),
        )

        assert ids(ask(store, "zebra", only_my_words=True)) == [2, 3, 1]

    def test_is_small_and_near_one(self):
        best, worst = merit_of(document(1, **GOOD)), merit_of(document(2, **BAD))

        assert best == 1 + HEALTH_SHARE + TREND_SHARE
        assert worst == 1 - HEALTH_SHARE
        assert merit_of(document(3)) == 1
        assert merit_of(document(4, is_deprecated=True)) == 1 - DEPRECATED_SHARE
        assert (best + LIKING_SHARE) / (worst - DEPRECATED_SHARE) < 2

    def test_never_brings_up_what_fits_far_worse(self):
        store = store_of(
            document(1, "Count the zebras", markdown="zebra " * 5, **BAD),
            document(2, "Something else", markdown="a zebra " + "and more words " * 60, **GOOD),
        )

        assert ids(ask(store, "zebra", liking={2: 1.0})) == [1, 2]

    def test_what_is_recommended_moves_up_a_little(self):
        store = store_of(document(1, "Zebra one"), document(2, "Zebra two"))
        first, second = ids(ask(store, "zebra", only_my_words=True))

        liked = ask(store, "zebra", only_my_words=True, liking={second: 1.0})

        assert ids(liked) == [second, first]

    @pytest.mark.parametrize("liking", [{2: 99.0}, {2: -99.0}, {7: 1.0}])
    def test_takes_any_figure(self, liking):
        store = store_of(document(1, "Zebra one"), document(2, "Zebra two"))

        assert sorted(ids(ask(store, "zebra", liking=liking))) == [1, 2]


class TestExactTitle:
    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.sampled_from(["late", "payers", "rank", "map", "of", "data"]),
            min_size=1,
            max_size=4,
        ),
        st.integers(0, 3),
    )
    def test_stands_before_everything_whatever_speaks_against_it(self, words, seed):
        title = " ".join(words)
        loud = " ".join([title] * 30)
        store = store_of(
            document(1, title.capitalize(), markdown="nothing", **BAD),
            *(
                document(
                    key,
                    f"{loud[:150]} {key}",
                    headings=(title,) * 5,
                    markdown=loud,
                    tags=tuple(words),
                    people=1000,
                    **GOOD,
                )
                for key in range(2, 8 + seed)
            ),
        )

        liking = dict.fromkeys(range(2, 20), 1.0)
        assert ids(ask(store, title, liking=liking))[0] == 1
        assert ids(ask(store, f'"{title.upper()}"', liking=liking))[0] == 1

    def test_stands_first_on_the_first_page_only(self):
        store = store_of(
            document(1, "Zebra", **BAD),
            *(document(key, f"Zebra {key}", markdown="zebra") for key in range(2, 40)),
        )

        pages = [
            ids(ask(store, "zebra", offset=offset, limit=10)) for offset in (0, 10, 20, 30)
        ]

        assert pages[0][0] == 1
        assert sorted(key for page in pages for key in page) == list(range(1, 40))

    def test_of_another_does_not_hide_the_scores_of_the_rest(self):
        store = store_of(
            document(1, "Zebra"), document(2, "Zebra crossing", markdown="zebra zebra")
        )

        scores = [hit.score for hit in ask(store, "zebra").hits]

        assert scores[0] == 1
        assert scores[1] > 0.3


class TestPages:
    def test_follow_each_other_without_gap_or_double(self):
        """Across the end of those that are weighed by merit too."""
        store = store_of(
            *(
                document(
                    key, f"Zebra {key}", markdown="zebra " * (key % 7), trending=key % 11 / 11
                )
                for key in range(1, WEIGHED + 60)
            )
        )

        seen = [
            key
            for offset in range(0, WEIGHED + 60, 50)
            for key in ids(ask(store, "zebra", offset=offset, limit=50, with_facets=False))
        ]

        assert len(seen) == len(set(seen)) == WEIGHED + 59

    @pytest.mark.parametrize("sort", list(Sort))
    def test_of_every_order_do_too(self, sort):
        store = store_of(
            *(document(key, f"Zebra {key % 5}", people=key % 3) for key in range(45))
        )

        seen = [
            key
            for offset in range(0, 45, 10)
            for key in ids(ask(store, "zebra", sort=sort, offset=offset, limit=10))
        ]

        assert sorted(seen) == list(range(45))


class TestTrendingOf:
    def test_a_case_worked_by_hand(self):
        """Ten people today, nobody before: busy = 10/20, rise = 1: a half."""
        assert trending_of([0] * 29 + [10]) == 0.5

    def test_steady_use_is_half_a_rise(self):
        """One person a day: weighed about 9.5 people, busy .49, rise 1/2: .24, told as .25."""
        assert trending_of([1] * 30) == 0.25

    def test_what_is_found_now_comes_before_what_was_always_there(self):
        assert trending_of([0] * 23 + [4] * 7) > trending_of([5] * 30)

    def test_what_nobody_runs_any_more_does_not_trend(self):
        assert trending_of([50] * 23 + [0] * 7) == 0
        assert trending_of([]) == 0

    @given(st.lists(st.integers(0, 10_000), max_size=60))
    def test_is_a_share(self, people):
        assert 0 <= trending_of(people) <= 1

    @given(st.lists(st.integers(0, 50), min_size=8, max_size=30), st.integers(1, 50))
    def test_grows_with_the_people_of_today(self, people, more):
        assert trending_of([*people[:-1], people[-1] + more]) >= trending_of(people)
