"""The home page: honest sections, and a first notebook for a newcomer."""

import pytest

from nbcommons.gallery.queries.home import FIRST_NOTEBOOK_ORIGIN, home_page, most_used
from nbcommons.gallery.queries.resume import resumables_of
from nbcommons.intake.operations.bulk import bring_in_starter
from nbcommons.notebooks.models import Notebook, Visibility
from tests.factories.executions import (
    NOW,
    actor_for,
    edit_notebook,
    make_notebook,
    make_person,
    run,
)
from tests.factories.gallery import SYSTEM

pytestmark = pytest.mark.django_db
GOOD = (("a = 1", True), ("b = 2", True), ("c = 3", True))


class TestHomePage:
    @pytest.mark.usefixtures("indexed")
    def test_shows_a_newcomer_the_first_notebook(self, visit):
        bring_in_starter(SYSTEM, at=NOW)

        page = visit.get("/").content.decode()

        assert "Your first notebook takes three minutes" in page
        assert "Continue where you left off" not in page

    @pytest.mark.usefixtures("indexed")
    def test_no_longer_shows_it_to_those_who_have_run_something(self, reader):
        bring_in_starter(SYSTEM, at=NOW)
        run(reader, make_notebook(), *GOOD)

        page = home_page(actor_for(reader), at=NOW)

        assert page.first_notebook is None
        assert [item.card.title for item in page.resumables] == ["Count the letters"]

    def test_the_first_notebook_is_one_of_the_starter_set(self):
        bring_in_starter(SYSTEM, at=NOW)

        assert Notebook.objects.filter(origin=FIRST_NOTEBOOK_ORIGIN).exists()

    @pytest.mark.usefixtures("indexed")
    def test_says_what_to_do_when_there_is_nothing_at_all(self, visit):
        page = visit.get("/").content.decode()

        assert "The shelves are empty" in page
        assert "Used most this month" not in page

    def test_keeps_other_peoples_private_notebooks_out_of_every_section(
        self, visit, author, indexed, judged
    ):
        hidden = make_notebook(owner=author, visibility=Visibility.PRIVATE, title="Hidden one")
        run(author, hidden, *GOOD)
        judged()
        indexed()

        assert "Hidden one" not in visit.get("/").content.decode()

    def test_asks_the_database_the_same_number_of_times_for_few_and_for_many(
        self, visit, reader, judged, indexed, django_assert_num_queries
    ):
        make_notebook(owner=reader, title="Mine")
        for many in (1, 6):
            for number in range(many):
                notebook = make_notebook(title=f"Notebook {many} {number}")
                run(reader, notebook, *GOOD)
            judged()
            indexed()
            with django_assert_num_queries(22):
                visit.get("/")


class TestMostUsed:
    def test_lists_those_run_by_most_people_first_and_none_that_nobody_ran(
        self, reader, author, judged
    ):
        first, second = make_notebook(title="Two ran this"), make_notebook(title="One ran this")
        make_notebook(title="Nobody ran this")
        for person in (reader, author):
            run(person, first, *GOOD)
        run(reader, second, *GOOD)
        judged()

        cards = most_used(actor_for(reader), limit=5)

        assert [card.title for card in cards] == ["Two ran this", "One ran this"]
        assert [card.people for card in cards] == [2, 1]


class TestResumablesOf:
    def test_says_where_the_person_stopped(self, reader):
        run(reader, make_notebook(), ("a = 1", True), ("b = 2", False))

        (item,) = resumables_of(actor_for(reader), at=NOW)

        assert (item.done, item.cells, item.stopped_at, item.is_finished) == (1, 3, 2, False)

    def test_a_cell_that_worked_at_the_second_try_is_no_stop(self, reader):
        run(reader, make_notebook(), ("a = 1", False), ("a = 1", True), *GOOD[1:])

        (item,) = resumables_of(actor_for(reader), at=NOW)

        assert item.is_finished

    def test_says_that_it_was_not_them_when_most_stop_at_the_same_cell(self, reader, judged):
        notebook = make_notebook()
        for person in (reader, *(make_person(f"p{number}") for number in range(3))):
            run(person, notebook, ("a = 1", True), ("b = 2", False))
        judged()

        (item,) = resumables_of(actor_for(reader), at=NOW)

        assert item.is_stopping_others

    def test_tells_of_a_version_that_came_after_the_run(self, reader):
        notebook = make_notebook()
        run(reader, notebook, *GOOD, days_ago=3)
        edit_notebook(notebook, "a = 1", "b = 2", "c = 3", "d = 4")

        (item,) = resumables_of(actor_for(reader), at=NOW)

        assert item.has_newer_version
        assert not item.is_finished

    def test_leaves_out_what_has_become_private(self, reader, author):
        notebook = make_notebook(owner=author)
        run(reader, notebook, *GOOD)
        Notebook.objects.filter(pk=notebook.pk).update(visibility=Visibility.PRIVATE)

        assert resumables_of(actor_for(reader), at=NOW) == ()

    def test_shows_the_newest_three(self, reader):
        for days_ago in (5, 1, 9, 2):
            notebook = make_notebook(title=f"{days_ago} days ago")
            run(reader, notebook, *GOOD, days_ago=days_ago)

        items = resumables_of(actor_for(reader), at=NOW)

        assert [item.card.title for item in items] == [
            "1 days ago",
            "2 days ago",
            "5 days ago",
        ]
