"""Finding as somebody: SQL has the last word."""

import pytest

from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.search import _place, operations
from nbcommons.search._backend import MemoryStore
from nbcommons.search.queries import SearchRequest, search, suggest
from tests.factories.catalogue import publish
from tests.factories.people import actor_of, make_person
from tests.factories.search import ids

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]

SYSTEM = Actor.system("test")


@pytest.fixture
def priya():
    return make_person("priya")


@pytest.fixture
def bob():
    return make_person("bob")


class TestSearch:
    def test_gives_each_person_what_they_may_read(self, priya, bob):
        shared = publish(priya, "Shared zebra")
        private = publish(priya, "Private zebra", visibility=Visibility.PRIVATE)
        operations.rebuild_index(SYSTEM)
        asked = SearchRequest(text="zebra")

        assert ids(search(actor_of(bob), asked)) == [shared.pk]
        assert sorted(ids(search(actor_of(priya), asked))) == sorted([shared.pk, private.pk])
        assert search(Actor.nobody(), asked).total == 0
        assert search(SYSTEM, asked).total == 2
        assert (
            search(actor_of(priya).limited_to(frozenset({"executions:write"})), asked).total
            == 0
        )

    def test_drops_what_the_index_has_not_yet_learned_to_hide(self, priya, bob):
        kept, hidden = publish(priya, "Kept zebra"), publish(priya, "Hidden zebra")
        operations.rebuild_index(SYSTEM)
        Notebook.objects.filter(pk=hidden.pk).update(visibility=Visibility.PRIVATE)

        results = search(actor_of(bob), SearchRequest(text="zebra"))

        assert ids(results) == [kept.pk]
        assert (results.total, results.total_exact) == (1, 1)

    def test_asks_the_database_for_the_reader_and_then_once(
        self, priya, django_assert_num_queries
    ):
        for number in range(15):
            publish(priya, f"Zebra {number}")
        operations.rebuild_index(SYSTEM)

        with django_assert_num_queries(3):
            assert len(search(actor_of(priya), SearchRequest(text="zebra")).hits) == 15
        with django_assert_num_queries(2):
            search(actor_of(priya), SearchRequest(text="unheard of"))

    def test_says_that_the_index_is_being_built(self, priya, django_assert_num_queries):
        with _place.using(MemoryStore()), django_assert_num_queries(2):
            results = search(actor_of(priya), SearchRequest(text="zebra"))

        assert (results.is_building, results.total, results.hits) == (True, 0, ())


class TestSuggest:
    def test_gives_titles_one_may_read(self, priya, bob):
        publish(priya, "Zebra crossing", tags=("zebras",))
        publish(priya, "Zebra secret", tags=("zebra secrets",), visibility=Visibility.PRIVATE)
        operations.rebuild_index(SYSTEM)

        told = {
            person: [item.text for item in suggest(actor_of(person), "zeb")]
            for person in (priya, bob)
        }

        assert told[bob] == ["zebras", "Zebra crossing", "zebra"]
        assert "Zebra secret" in told[priya]
        assert suggest(Actor.nobody(), "zeb") == ()

    def test_drops_titles_that_are_no_longer_readable(self, priya, bob):
        notebook = publish(priya, "Zebra crossing")
        operations.rebuild_index(SYSTEM)
        Notebook.objects.filter(pk=notebook.pk).update(visibility=Visibility.PRIVATE)

        assert "Zebra crossing" not in [item.text for item in suggest(actor_of(bob), "zeb")]

    def test_asks_the_database_for_the_reader_and_then_once(
        self, priya, django_assert_num_queries
    ):
        for number in range(5):
            publish(priya, f"Zebra {number}")
        operations.rebuild_index(SYSTEM)

        with django_assert_num_queries(3):
            assert suggest(actor_of(priya), "zeb")
