"""My notebooks, and the page of a person."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from nbcommons.curation.operations.binning import delete_notebook
from nbcommons.curation.operations.deprecating import deprecate_notebook
from nbcommons.curation.operations.ownership import offer_ownership
from nbcommons.notebooks.models import Visibility
from tests.factories.curation import give_to_team, make_team, share_with
from tests.factories.executions import NOW, actor_for, make_notebook, run

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
            with django_assert_num_queries(14):
                visit.get("/mine/")


class TestShelves:
    @pytest.fixture
    def shelves(self, reader, author):
        """One notebook on each shelf of the reader, and what belongs on none."""
        team = make_team("Ports", reader="member", author="owner")
        other = make_team("Customs", reader="member")
        make_notebook(owner=reader, title="Of my own")
        give_to_team(
            make_notebook(owner=author, title="Of my team", visibility=Visibility.PRIVATE), team
        )
        for title, visibility, may_edit, shared in (
            ("Shared by name", Visibility.SHARED, False, {"person": reader}),
            ("Shared with my team", Visibility.SHARED, False, {"team": other}),
            ("Open, and mine to edit", Visibility.EVERYONE, True, {"person": reader}),
            ("Open, and only read", Visibility.EVERYONE, False, {"person": reader}),
            ("Private again", Visibility.PRIVATE, True, {"person": reader}),
        ):
            notebook = make_notebook(owner=author, title=title, visibility=visibility)
            share_with(notebook, may_edit=may_edit, **shared)

    def titles(self, visit, address):
        page = visit.get(address).content.decode()
        return re.findall(r'<a class="voice" href="[^"]*">([^<]*)</a>', page)

    @pytest.mark.usefixtures("shelves")
    def test_hold_what_belongs_there_and_nothing_else(self, visit):
        assert self.titles(visit, "/mine/") == ["Of my own"]
        assert self.titles(visit, "/mine/?shelf=teams") == ["Of my team"]
        assert sorted(self.titles(visit, "/mine/?shelf=shared")) == [
            "Open, and mine to edit",
            "Shared by name",
            "Shared with my team",
        ]
        assert self.titles(visit, "/mine/?shelf=nonsense") == ["Of my own"]

    @pytest.mark.usefixtures("shelves")
    def test_tell_how_much_is_on_each(self, visit):
        page = visit.get("/mine/").content.decode()

        counts = re.findall(r'<a [^>]*>([^<]*) <span class="num">(\d+)</span></a>', page)

        assert dict(counts) == {
            "Mine": "1",
            "My teams&#x27;": "1",
            "Shared with me": "3",
            "Starred": "0",
        }

    def test_are_not_shown_where_there_is_one_alone(self, visit, reader):
        make_notebook(owner=reader, title="Of my own")

        assert "Shared with me" not in visit.get("/mine/").content.decode()


class TestWaiting:
    def test_shows_offers_and_the_bin(self, visit, reader, author):
        offered = make_notebook(owner=author, title="Please take it")
        offer_ownership(actor_for(author), offered, to_person=reader, at=timezone.now())
        binned = make_notebook(owner=reader, title="Thrown away")
        delete_notebook(actor_for(reader), binned, at=NOW)

        page = visit.get("/mine/").content.decode()

        assert "Please take it" in page
        assert "1 in the bin" in page
        assert "Thrown away" not in page


class TestPerson:
    def test_leaves_deprecated_ones_out_unless_asked(self, visit, author):
        make_notebook(owner=author, title="In use")
        old = make_notebook(owner=author, title="Out of use")
        deprecate_notebook(actor_for(author), old, reason="Too old.", at=NOW)

        assert "Out of use" not in visit.get("/people/author/").content.decode()
        shown = visit.get("/people/author/", {"deprecated": 1}).content.decode()
        assert "Out of use" in shown
        assert "Deprecated" in shown

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
