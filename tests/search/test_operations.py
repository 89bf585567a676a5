"""Keeping the index true to the records."""

import pytest

from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.health.models import NotebookHealth
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, StoredContent, Visibility
from nbcommons.people.operations import accounts
from nbcommons.search import _folder, _place, _schema, operations
from nbcommons.search._backend import ids_and_stamps
from nbcommons.search._feedkeys import secret_of
from nbcommons.search._folder import FolderStore
from nbcommons.search._records import documents_of, states_of
from nbcommons.search._values import Sort
from nbcommons.search.queries import actor_of_feed, feed_secret
from tests.factories.catalogue import NOW, publish, revise
from tests.factories.people import actor_of, make_person
from tests.factories.search import ask, ids

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("test")


@pytest.fixture
def owner():
    return make_person("priya", full_name="Priya Raman")


class TestIndexNotebook:
    def test_brings_in_all_that_is_searched(self, index, owner):
        notebook = publish(
            owner,
            "Match names",
            purpose="Pairs people",
            text="# Clean the lists\nThen compare",
            code="fuzzyScore(left)",
            tags=("joining",),
        )

        assert operations.index_notebook(SYSTEM, notebook.pk) == 1

        for words in (
            "names", "pairs", "title:match", "clean lists", "compare", "fuzzyscore", "fuzzy score",
            "joining", "tag:joining", "by:priya", "by:raman", "lang:python", '"working notebook"',
        ):  # fmt: skip
            assert ids(ask(index, words)) == [notebook.pk], words

    @pytest.mark.usefixtures("index")
    def test_writes_nothing_when_nothing_has_changed(self, owner):
        notebook = publish(owner)
        operations.index_notebook(SYSTEM, notebook.pk)

        assert operations.index_notebook(SYSTEM, notebook.pk) == 0

    @pytest.mark.usefixtures("index")
    def test_takes_along_what_waits_only_when_it_has_something_to_write(self, owner):
        first, second = publish(owner, "One"), publish(owner, "Two")
        assert (
            operations.index_notebook(SYSTEM, first.pk, also=lambda: [second.pk, first.pk]) == 2
        )

        def must_not_be_asked():
            raise AssertionError

        assert operations.index_notebook(SYSTEM, second.pk, also=must_not_be_asked) == 0

    def test_replaces_the_text_of_an_older_version(self, index, owner):
        notebook = publish(owner, text="zebra")
        operations.index_notebook(SYSTEM, notebook.pk)
        revise(notebook, text="giraffe")

        operations.index_notebook(SYSTEM, notebook.pk)

        assert ask(index, "zebra").total == 0
        assert ids(ask(index, "giraffe")) == [notebook.pk]

    def test_hides_what_has_become_private(self, index, owner):
        notebook = publish(owner)
        operations.index_notebook(SYSTEM, notebook.pk)
        catalogue.set_visibility(notebook, Visibility.PRIVATE, actor_id=owner.pk, at=NOW)

        operations.index_notebook(SYSTEM, notebook.pk)

        assert ask(index, audience=("everyone", "p:0")).total == 0
        assert ask(index, audience=("everyone", f"p:{owner.pk}")).total == 1

    def test_takes_out_what_is_gone(self, index, owner):
        notebook = publish(owner)
        operations.index_notebook(SYSTEM, notebook.pk)
        key = notebook.pk
        catalogue.remove_notebook(notebook, actor_id=owner.pk)

        assert operations.index_notebook(SYSTEM, key) == 1
        assert ask(index).total == 0

    def test_builds_the_whole_index_when_there_is_none(self, no_index, owner):
        first, second = publish(owner, "One"), publish(owner, "Two")

        operations.index_notebook(SYSTEM, second.pk)

        assert sorted(ids(ask(no_index))) == sorted([first.pk, second.pk])

    def test_a_damaged_row_keeps_nobody_else_out(self, index, owner):
        damaged, sound = publish(owner, "One", text="a"), publish(owner, "Two", text="b")
        revision = damaged.current_revision
        StoredContent.objects.filter(pk=revision.content_id).update(data=b"not zstd")

        operations.index_notebook(SYSTEM, damaged.pk, also=lambda: [sound.pk])

        assert sorted(ids(ask(index))) == sorted([damaged.pk, sound.pk])

    def test_is_for_the_system_only(self, index, owner):
        for write in (
            lambda actor: operations.index_notebook(actor, 1),
            lambda actor: operations.remove_notebook(actor, 1),
            operations.rebuild_index,
            operations.catch_up,
            operations.mend_index,
        ):
            with pytest.raises(Denied):
                write(Actor.person(owner.pk, "priya").in_admin_mode())
        assert ask(index).total == 0


class TestRemoveNotebook:
    def test_takes_it_out_whatever_the_records_say(self, index, owner):
        notebook = publish(owner)
        operations.index_notebook(SYSTEM, notebook.pk)

        operations.remove_notebook(SYSTEM, notebook.pk)
        operations.remove_notebook(SYSTEM, notebook.pk)

        assert ask(index).total == 0

    def test_bears_that_there_is_no_index(self, no_index):
        operations.remove_notebook(SYSTEM, 1)

        assert ask(no_index).is_building


class TestRebuildIndex:
    def test_holds_exactly_the_records(self, index, owner):
        stays, goes = publish(owner, "Stays"), publish(owner, "Goes")
        operations.index_notebook(SYSTEM, goes.pk)
        catalogue.remove_notebook(goes, actor_id=owner.pk)
        heard = []

        count = operations.rebuild_index(
            SYSTEM, progress=lambda *numbers: heard.append(numbers)
        )

        assert count == 1
        assert heard == [(1, 1)]
        assert ids(ask(index)) == [stays.pk]

    def test_catches_what_changed_while_it_ran(self, index, owner, monkeypatch):
        notebook = publish(owner, text="zebra")
        replace = index.replace

        def slowly(documents, **options):
            done = replace(list(documents), **options)
            revise(notebook, text="giraffe")
            return done

        monkeypatch.setattr(index, "replace", slowly)
        operations.rebuild_index(SYSTEM)

        assert ids(ask(index, "giraffe")) == [notebook.pk]


class TestCatchUp:
    def test_repairs_whatever_differs(self, index, owner):
        fresh, changed, gone = (publish(owner, title) for title in ("Fresh", "Changed", "Gone"))
        operations.rebuild_index(SYSTEM)
        revise(changed, text="giraffe")
        gone_key = gone.pk
        catalogue.remove_notebook(gone, actor_id=owner.pk)
        missing = publish(owner, "Missing")

        assert operations.catch_up(SYSTEM) == 3
        assert operations.catch_up(SYSTEM) == 0

        assert set(ids_and_stamps(index.searcher())) == {fresh.pk, changed.pk, missing.pk}
        assert gone_key not in ids(ask(index))
        assert ids(ask(index, "giraffe")) == [changed.pk]

    def test_builds_a_missing_index(self, no_index, owner):
        publish(owner)

        operations.catch_up(SYSTEM)

        assert ask(no_index).total == 1


class TestMendIndex:
    def test_builds_only_what_is_missing(self, no_index, owner):
        publish(owner)

        assert operations.mend_index(SYSTEM)
        assert not operations.mend_index(SYSTEM)
        assert ask(no_index).total == 1


class TestRecords:
    def test_are_read_in_a_fixed_number_of_queries(self, owner, django_assert_num_queries):
        keys = [
            publish(owner, f"Number {n}", text=str(n), tags=(f"t{n}",)).pk for n in range(12)
        ]

        with django_assert_num_queries(6):
            states = states_of(SYSTEM, keys)
            assert len(list(documents_of(list(states.values())))) == 12

    def test_the_same_state_has_the_same_stamp_and_another_one_another(self, owner):
        notebook = publish(owner, text="a")
        before = states_of(SYSTEM, [notebook.pk])[notebook.pk].stamp
        assert states_of(SYSTEM, [notebook.pk])[notebook.pk].stamp == before

        catalogue.set_visibility(notebook, Visibility.PRIVATE, actor_id=owner.pk, at=NOW)

        assert states_of(SYSTEM, [notebook.pk])[notebook.pk].stamp != before


class TestOfAnOlderKind:
    """After a change of the fields: the old index serves, the new one is built beside it."""

    @pytest.fixture
    def older(self, tmp_path, owner, monkeypatch):
        store = FolderStore(tmp_path / "index")
        notebooks = [publish(owner, f"Zebra {number}") for number in range(3)]
        with _place.using(store):
            operations.rebuild_index(SYSTEM)
            monkeypatch.setattr(_schema, "SCHEMA_VERSION", 99)
            assert not store.is_current()
            yield store, notebooks

    def test_what_changes_is_withdrawn_until_the_new_one_is_there(self, older):
        store, (first, second, third) = older
        assert len(ids(ask(store, "zebra"))) == 3

        Notebook.objects.filter(pk=first.pk).update(visibility=Visibility.PRIVATE)
        assert operations.index_notebook(SYSTEM, first.pk) == 1
        operations.remove_notebook(SYSTEM, second.pk)

        assert ids(ask(store, "zebra")) == [third.pk]
        assert ask(store, "").facets["categories"][0].count == 1
        assert not store.is_current()

    def test_it_is_rebuilt_by_whoever_looks_first(self, older):
        store, notebooks = older

        assert operations.mend_index(SYSTEM)

        assert store.is_current()
        assert sorted(ids(ask(store, "zebra"))) == [one.pk for one in notebooks]
        assert not operations.mend_index(SYSTEM)

    @pytest.mark.usefixtures("older")
    def test_the_check_says_so(self):
        check = operations.check_index(SYSTEM)

        assert check.is_older_kind
        assert not check.is_sound

    def test_two_do_not_build_at_once(self, older):
        store, _ = older
        with _folder._locked(store._folder / "rebuild.lock", wait_s=0):
            assert operations.catch_up(SYSTEM) == 0
            assert len(ids(ask(store, "zebra"))) == 3
        assert not store.is_current()


class TestCheckIndex:
    def test_counts_what_differs_and_changes_nothing(self, index, owner):
        kept, changed = publish(owner, "Kept"), publish(owner, "Changed")
        operations.rebuild_index(SYSTEM)
        assert operations.check_index(SYSTEM).is_sound
        revise(changed, text="giraffe")
        publish(owner, "New")

        for _ in range(2):
            check = operations.check_index(SYSTEM)
            assert (check.notebooks, check.differing) == (2, 2)
        assert kept.pk in ids(ask(index))

    def test_says_that_there_is_none(self, no_index):
        assert operations.check_index(SYSTEM).problem == "not built yet"
        assert ask(no_index).is_building

    def test_is_for_the_system_only(self, owner):
        with pytest.raises(Denied):
            operations.check_index(Actor.person(owner.pk, "priya"))


class TestUse:
    def test_runs_and_trend_come_from_the_days_of_health(self, index, owner):
        notebook = publish(owner)
        NotebookHealth.objects.create(
            notebook=notebook,
            status="healthy",
            score=0.9,
            cells=1,
            people=10,
            sessions=10,
            last_day=NOW.date(),
            finished_by_day=[0] * 29 + [9],
            stopped_by_day=[0] * 29 + [1],
            computed_at=NOW,
            model_version=1,
        )

        use = states_of(SYSTEM, [notebook.pk])[notebook.pk].use

        assert (use.health, use.people, use.runs, use.trending) == ("healthy", 10, 10, 0.5)
        assert operations.rebuild_index(SYSTEM) == 1
        assert ask(index, sort=Sort.TRENDING).total == 1


def test_feeds_of_somebody_switched_off_stay_off_when_they_come_back():
    person = make_person("priya")
    key = operations.renew_feed_key(actor_of(person), at=NOW)
    secret = secret_of(key)
    assert actor_of_feed(secret) is not None

    accounts.deactivate_person(SYSTEM, person, at=NOW)
    accounts.reactivate_person(SYSTEM, person)

    assert actor_of_feed(secret) is None
    assert actor_of_feed(feed_secret(actor_of(person))) is None
