"""Browsing: results, filters with counts, chips, pages, empty shelves."""

import pytest

from nbcommons.gallery.queries.browse import PAGE_SIZE
from nbcommons.notebooks.models import Visibility
from tests.factories.executions import make_notebook
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db


class TestBrowse:
    def test_marks_the_words_that_were_found(self, visit, author, indexed):
        bring_in(author, "Rank late payers")
        indexed()

        page = visit.get("/notebooks/", {"q": "payers"}).content.decode()

        assert "Rank late payers" in page
        assert "<mark>" in page

    def test_shows_what_was_typed_as_text(self, visit, indexed):
        indexed()

        page = visit.get("/notebooks/", {"q": "<script>alert(1)</script>"}).content.decode()

        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page

    def test_counts_and_offers_only_what_the_reader_may_see(self, visit, author, indexed):
        bring_in(author, "Shown to all")
        bring_in(author, "Kept to myself", visibility=Visibility.PRIVATE)
        indexed()

        page = visit.get("/notebooks/").content.decode()

        assert "Kept to myself" not in page
        assert '<b class="num">1</b> notebook' in page

    def test_narrows_by_a_filter_and_offers_to_take_it_off(self, visit, author, indexed):
        bring_in(author, "Rank late payers")
        indexed()

        page = visit.get("/notebooks/", {"language": "r", "q": "payers"}).content.decode()

        assert "Nothing on the shelf for this, yet" in page
        assert "1 notebook matches if you drop the filters." in page
        assert 'href="/notebooks/?q=payers"' in page

    def test_leads_through_pages_and_keeps_the_question(self, visit, author, indexed):
        for number in range(PAGE_SIZE + 1):
            make_notebook(owner=author, title=f"Notebook number {number}")
        indexed()

        page = visit.get("/notebooks/", {"q": "notebook"}).content.decode()

        assert 'href="/notebooks/?q=notebook&amp;page=2"' in page

    @pytest.mark.usefixtures("indexed")
    def test_says_so_while_there_is_no_index(self, visit):
        page = visit.get("/notebooks/").content.decode()

        assert "The index of notebooks is being made" in page
        assert "Search is being rebuilt" in page
        assert "No notebooks" not in page

    @pytest.mark.parametrize(
        "query",
        ["page=0", "page=-3", "page=9999999999", "page=²", "sort=x", "tag=%00", "q=%00"],
    )
    def test_no_address_is_an_error(self, visit, indexed, query):
        indexed()

        assert visit.get(f"/notebooks/?{query}").status_code == 200


class TestResultsPart:
    def test_brings_fresh_filters_and_keeps_the_part_out_of_the_address(
        self, visit, author, indexed
    ):
        bring_in(author)
        indexed()

        response = visit.get("/notebooks/", {"part": "results", "language": "python"})

        assert response.headers["HX-Push-Url"] == "/notebooks/?language=python"
        assert 'hx-swap-oob="true"' in response.content.decode()
        assert "<html" not in response.content.decode()

    @pytest.mark.usefixtures("indexed")
    def test_an_unknown_part_is_not_there(self, visit):
        assert visit.get("/notebooks/", {"part": "secrets"}).status_code == 404


def test_asks_the_database_the_same_number_of_times_for_few_and_for_many(
    visit, author, indexed, django_assert_max_num_queries
):
    counts = []
    for many in (2, PAGE_SIZE):
        for number in range(many):
            bring_in(author, f"Notebook {many} {number}")
        indexed()
        with django_assert_max_num_queries(12) as context:
            visit.get("/notebooks/")
        counts.append(len(context))
    assert counts[0] == counts[1]
