"""What one may not read does not exist: not in hits, counts, facets, spelling, suggestions."""

from hypothesis import given, settings, strategies as st

from tests.factories.search import ask, complete, document, ids, store_of

OPEN = [
    document(1, "Match names", markdown="Pairs of names", tags=("names",), language="python"),
    document(2, "Draw charts", markdown="Names on the axis", tags=("charts",), owner="bob"),
]
HIDDEN = [
    document(
        50,
        "Operation Nightingale payroll names",
        purpose="Nightingale",
        headings=("Nightingale",),
        markdown="nightingale payroll nightingale names axes",
        code="nightingaleScore(payroll)",
        tags=("nightingale", "names"),
        language="r",
        category="course",
        health="unhealthy",
        owner="spy",
        owner_name="Secret Person",
        audience=("p:7",),
        people=99,
    )
]
STRANGER = ("everyone", "p:9")
OWNER = ("everyone", "p:7")


def without_order(results):
    """All but the time it took and the order: how rare a word is counts over all notebooks."""
    return (
        results.total,
        results.total_exact,
        results.facets,
        results.corrections,
        results.total_unfiltered,
        sorted((hit.notebook_id, hit.title, hit.snippet) for hit in results.hits),
    )


class TestAStranger:
    def test_finds_what_the_owner_finds_but_for_the_hidden(self):
        store = store_of(*OPEN, *HIDDEN)

        assert ids(ask(store, "names", audience=OWNER)) != ids(
            ask(store, "names", audience=STRANGER)
        )
        assert 50 in ids(ask(store, "names", audience=OWNER))
        assert 50 not in ids(ask(store, "names", audience=STRANGER))

    def test_is_not_helped_to_spell_a_hidden_word(self):
        store = store_of(*OPEN, *HIDDEN)

        assert ask(store, "nightingal3", audience=STRANGER).corrections == ()
        assert ask(store, "nightinagle", audience=STRANGER).corrections == ()
        assert ask(store, "nightinagle", audience=OWNER).corrections[0].instead == "nightingale"

    def test_is_corrected_though_the_hidden_shelf_knows_the_word(self):
        hidden = document(60, markdown="chartz", audience=("p:7",))
        store = store_of(*OPEN, hidden)

        assert ask(store, "chartz", audience=STRANGER).corrections[0].instead == "charts"
        assert ask(store, "chartz", audience=OWNER).corrections == ()

    def test_sees_no_hidden_suggestion(self):
        store = store_of(*OPEN, *HIDDEN)

        for beginning in ("ni", "night", "op", "operation n", "pay", "match pay", "names"):
            told = [
                item.text for item in complete(store, beginning, audience=STRANGER, limit=20)
            ]
            assert not any("night" in text.lower() or "payr" in text.lower() for text in told)

    @settings(max_examples=120, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                [
                    "names",
                    "match",
                    "nightingale",
                    "payroll",
                    "axis",
                    "axes",
                    "nightinagle",
                    "chart",
                    "char",
                    "spy",
                    "by:spy",
                    "secret",
                    "tag:nightingale",
                    "lang:r",
                    "-names",
                    "title:operation",
                    "payrol",
                    "nightingaleScore",
                ]
            ),
            max_size=4,
        ).map(" ".join)
    )
    def test_gets_the_very_answer_of_a_shelf_without_the_hidden(self, words):
        full, open_only = store_of(*OPEN, *HIDDEN), store_of(*OPEN)

        with_hidden = without_order(ask(full, words, audience=STRANGER))
        without_hidden = without_order(ask(open_only, words, audience=STRANGER))

        assert with_hidden == without_hidden

    def test_gets_the_very_answer_under_every_filter(self):
        full, open_only = store_of(*OPEN, *HIDDEN), store_of(*OPEN)
        for filters in (
            {"languages": ("r",)},
            {"tags": ("nightingale",)},
            {"owner": "spy"},
            {"health": ("unhealthy",)},
            {"categories": ("course",)},
        ):
            with_hidden = without_order(ask(full, "names", audience=STRANGER, **filters))
            assert with_hidden == without_order(
                ask(open_only, "names", audience=STRANGER, **filters)
            )


class TestNobody:
    def test_finds_nothing(self):
        results = ask(store_of(*OPEN), "", audience=())

        assert (results.total, results.hits) == (0, ())
        assert not any(results.facets.values())
        assert complete(store_of(*OPEN), "match", audience=(), limit=5) == ()


class TestAdminMode:
    def test_finds_everything(self):
        assert ask(store_of(*OPEN, *HIDDEN), "", audience=None).total == 3
