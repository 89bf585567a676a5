"""Finding as somebody: SQL has the last word."""

from dataclasses import replace

import pytest

from nbcommons.core.actor import Actor
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, NotebookShare, Visibility
from nbcommons.notebooks.operations import ShareWith
from nbcommons.people.models import Label, LabelHolding, Membership, Person, Team
from nbcommons.search import _place, operations
from nbcommons.search._backend import MemoryStore
from nbcommons.search.models import Withheld
from nbcommons.search.queries import SearchRequest, count_by, search, suggest
from tests.factories.catalogue import NOW, publish
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


def hide(notebook):
    Notebook.objects.filter(pk=notebook.pk).update(visibility=Visibility.PRIVATE)


def bin_it(notebook):
    Notebook.objects.filter(pk=notebook.pk).update(deleted_at=NOW)


def give(notebook):
    Notebook.objects.filter(pk=notebook.pk).update(
        owner=make_person("olga"), visibility=Visibility.PRIVATE
    )


def unshare(notebook):
    NotebookShare.objects.filter(notebook=notebook).delete()


def label(notebook):
    notebook.labels.add(Label.objects.create(name="Fraud", slug="fraud", created_at=NOW))


def end(notebook):
    catalogue.remove_notebook(notebook, actor_id=None)


NARROWINGS = (hide, bin_it, give, unshare, label, end)


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

    @pytest.mark.parametrize("narrow", NARROWINGS, ids=lambda narrow: narrow.__name__)
    def test_tells_nothing_of_what_the_index_has_not_yet_learned_to_hide(
        self, priya, bob, narrow
    ):
        hidden = publish(priya, "Hidden dingo", tags=("dingotag",), code="import dingopkg")
        NotebookShare.objects.create(notebook=hidden, person=bob, created_at=NOW)
        if narrow is unshare:
            Notebook.objects.filter(pk=hidden.pk).update(visibility=Visibility.SHARED)
        operations.rebuild_index(SYSTEM)
        reader, key = actor_of(bob), hidden.pk
        asked = SearchRequest(text="dingo", offset=5)
        assert search(reader, asked).total == 1
        assert suggest(reader, "dingo")

        narrow(hidden)

        found = search(reader, asked)
        assert (found.total, *(values for values in found.facets.values() if values)) == (0,)
        assert suggest(reader, "dingo") == ()
        assert count_by(reader, "packages", most=9) == {}
        operations.index_notebook(SYSTEM, key)
        assert not Withheld.objects.exists()
        assert search(reader, asked).total == 0
        stays = narrow not in (bin_it, end, give, label)
        assert search(actor_of(priya), asked).total == int(stays)

    def test_asks_the_database_for_the_reader_and_then_once(
        self, priya, django_assert_num_queries
    ):
        for number in range(15):
            publish(priya, f"Zebra {number}")
        operations.rebuild_index(SYSTEM)

        with django_assert_num_queries(4):
            assert len(search(actor_of(priya), SearchRequest(text="zebra")).hits) == 15
        with django_assert_num_queries(3):
            search(actor_of(priya), SearchRequest(text="unheard of"))

    def test_says_that_the_index_is_being_built(self, priya, django_assert_num_queries):
        with _place.using(MemoryStore()):
            search(actor_of(priya), SearchRequest(text="zebra"))  # has it built
            # Two for who may see what; a look whether that job waits, in a transaction.
            with django_assert_num_queries(6):
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

        with django_assert_num_queries(4):
            assert suggest(actor_of(priya), "zeb")


class TestNeedToKnow:
    """With the records themselves: teams, shares, labels, and everything a search tells."""

    WORDS = ("nightingale", "nightingal", "nightinagle", "nightgownz", "paarol", "payroll")

    @pytest.fixture
    def red(self, priya):
        """An access label that priya holds and bob does not."""
        label = Label.objects.create(name="Red", slug="red", created_at=NOW)
        LabelHolding.objects.create(
            person=priya, label=label, source="administrator", granted_at=NOW
        )
        return label

    @pytest.fixture
    def hidden(self, priya, red):
        return self.publish_hidden(priya, red)

    def publish_hidden(self, priya, red):
        """One that bob may not read for lack of a label, with words that it alone holds."""
        notebook = publish(
            priya,
            "Nightingale payroll",
            text="nightingale payroll zebra nightgownz",
            code="import nightingale_lib\nimport pandas",
            tags=("nightingale", "open"),
        )
        notebook.labels.add(red)
        operations.rebuild_index(SYSTEM)
        return notebook

    def told(self, person):
        """All that searching and typing tells ``person``."""
        actor = actor_of(person)
        answers = []
        for word in (*self.WORDS, "zebr", "zebra", "nigh", "nosuchword"):
            for text in (word, f"zebra {word}", f"tag:{word}", f"{word} zebra -x", "label:red"):
                found = search(actor, SearchRequest(text=text))
                hits = sorted((hit.notebook_id, hit.title, hit.snippet) for hit in found.hits)
                answers.append(replace(found, hits=tuple(hits), took_ms=0.0))
            answers += [suggest(actor, word[:length]) for length in range(2, len(word) + 1)]
        names = ("tags", "packages", "keeper", "languages", "teams")
        return [*answers, *(count_by(actor, name, most=99) for name in names)]

    def test_who_lacks_a_label_is_told_what_they_would_be_told_without_the_notebook(
        self, priya, bob, red
    ):
        publish(priya, "Zebra", text="a zebra at night in a nightgown", tags=("open",))
        operations.rebuild_index(SYSTEM)
        before = self.told(bob)

        self.publish_hidden(priya, red)

        assert self.told(bob) == before
        assert self.told(priya) != before

    def test_who_holds_it_is(self, hidden, priya):
        assert "nightingale" in repr(self.told(priya))
        found = search(actor_of(priya), SearchRequest(text="label:red"))
        assert ids(found) == [hidden.pk]
        assert ids(search(actor_of(priya), SearchRequest(labels=("RED",)))) == [hidden.pk]

    @pytest.mark.usefixtures("hidden")
    def test_who_holds_it_no_longer_is_not(self, priya):
        LabelHolding.objects.update(expires_at=NOW)

        assert search(actor_of(priya), SearchRequest(text="nightingale")).total == 0
        assert search(actor_of(priya), SearchRequest(text="label:red")).total == 0

    def test_a_share_with_a_team_opens_it_to_its_members(self, priya, bob):
        notebook = publish(priya, "Shared zebra", visibility=Visibility.PRIVATE)
        team = Team.objects.create(name="Fraud", slug="fraud", created_at=NOW)
        share = ShareWith(team_id=team.pk)
        catalogue.set_visibility(notebook, Visibility.SHARED, actor_id=priya.pk, at=NOW)
        catalogue.set_shares(notebook, [share], actor_id=priya.pk, at=NOW)
        operations.rebuild_index(SYSTEM)
        assert search(actor_of(bob), SearchRequest(text="zebra")).total == 0

        Membership.objects.create(team=team, person=bob, role="member", created_at=NOW)

        assert ids(search(actor_of(bob), SearchRequest(text="zebra"))) == [notebook.pk]

    def test_what_is_in_the_bin_is_found_by_nobody(self, priya):
        notebook = publish(priya, "Zebra")
        operations.rebuild_index(SYSTEM)

        catalogue.move_to_bin(notebook, actor_id=priya.pk, at=NOW)

        assert search(actor_of(priya), SearchRequest(text="zebra")).hits == ()
        operations.index_notebook(SYSTEM, notebook.pk)
        assert search(SYSTEM, SearchRequest(text="zebra")).total == 0

    def test_the_names_of_people_and_teams_are_those_of_now(self, priya, bob):
        publish(priya, "Zebra")
        operations.rebuild_index(SYSTEM)
        Person.objects.filter(pk=priya.pk).update(full_name="Priya Raman")

        (found,) = (one for one in suggest(actor_of(bob), "priy") if one.key)

        assert (found.kind, found.text, found.key) == ("person", "Priya Raman", "priya")
