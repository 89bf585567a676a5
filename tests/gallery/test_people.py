"""My notebooks, and the page of a person."""

import pytest
from django.test import Client

from nbcommons.notebooks.models import Visibility
from tests.factories.executions import make_notebook, run

pytestmark = pytest.mark.django_db


class TestMine:
    def test_lists_mine_and_only_mine(self, visit, reader, author):
        make_notebook(owner=reader, title="Of my own", visibility=Visibility.PRIVATE)
        make_notebook(owner=author, title="Of another")

        page = visit.get("/mine/").content.decode()

        assert "Of my own" in page
        assert "Only you" in page
        assert "Of another" not in page

    def test_invites_those_who_have_none(self, visit):
        assert "Nothing of yours yet" in visit.get("/mine/").content.decode()

    def test_tells_whom_it_helped(self, visit, reader, author, judged):
        notebook = make_notebook(owner=reader)
        run(author, notebook, ("a = 1", True))
        judged()

        page = visit.get("/mine/").content.decode()

        assert "Last 30 days: 1 run finished, 0 stopped early." in page

    def test_asks_the_database_the_same_number_of_times_for_few_and_for_many(
        self, visit, reader, django_assert_num_queries
    ):
        for many in (1, 12):
            for number in range(many):
                make_notebook(owner=reader, title=f"Mine {many} {number}")
            with django_assert_num_queries(7):
                visit.get("/mine/")


class TestPerson:
    def test_shows_what_the_reader_may_see(self, visit, author):
        make_notebook(owner=author, title="Open to all")
        make_notebook(owner=author, title="Closed to others", visibility=Visibility.PRIVATE)

        page = visit.get("/people/author/").content.decode()

        assert "Open to all" in page
        assert "Closed to others" not in page

    def test_nobody_of_that_name_is_not_found(self, visit):
        assert visit.get("/people/nobody.here/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/notebooks/", "/mine/", "/people/author/", "/suggest/?q=a"]
)
@pytest.mark.usefixtures("author")
def test_everything_is_behind_the_door(path):
    response = Client().get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in/")
