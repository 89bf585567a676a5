"""A notebook's history, as programs read and change it."""

import pytest
from django.utils import timezone

from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Visibility
from nbcommons_ipynb.diff.comparing import apply
from nbcommons_ipynb.diff.wire import from_json
from tests.factories.catalogue import revise
from tests.factories.executions import make_person
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def notebook():
    """Of olga's, with three versions."""
    notebook = bring_in(make_person("olga"))
    for text in ("second", "third"):
        revise(notebook, text=text, code="a = 1", at=timezone.now())
    notebook.refresh_from_db()
    return notebook


def address(notebook, part=""):
    return f"/api/v1/notebooks/{notebook.uuid}{part}"


class TestListRevisions:
    def test_gives_pages_newest_first(self, as_person, notebook):
        told = as_person("ann").get(address(notebook, "/revisions"), {"limit": 2}).json()

        assert (told["total"], told["limit"], told["offset"]) == (3, 2, 0)
        assert [row["number"] for row in told["revisions"]] == [3, 2]
        assert [row["is_current"] for row in told["revisions"]] == [True, False]
        assert told["revisions"][0]["author"] == "olga"
        rest = as_person("ann").get(address(notebook, "/revisions"), {"offset": 2}).json()
        assert [row["number"] for row in rest["revisions"]] == [1]

    @pytest.mark.parametrize("window", [{"limit": 0}, {"limit": 101}, {"offset": -1}])
    def test_refuses_other_windows(self, as_person, notebook, window):
        response = as_person("ann").get(address(notebook, "/revisions"), window)

        assert response.status_code == 422
        assert list(response.json()["errors"]) == list(window)

    def test_hides_versions_from_when_it_was_hidden(self, as_person):
        notebook = bring_in(make_person("olga"), visibility=Visibility.PRIVATE)
        revise(notebook, text="second", at=timezone.now())
        notebook.refresh_from_db()
        catalogue.set_visibility(
            notebook, Visibility.EVERYONE, actor_id=None, at=timezone.now()
        )
        ann, olga = as_person("ann"), as_person("olga")

        assert ann.get(address(notebook, "/revisions")).json()["total"] == 1
        assert olga.get(address(notebook, "/revisions")).json()["total"] == 2
        for part in ("/revisions/1", "/revisions/1/content", "/diff?from=1&to=2"):
            assert ann.get(address(notebook, part)).status_code == 404
            assert olga.get(address(notebook, part)).status_code == 200

    def test_costs_a_fixed_number_of_queries(
        self, as_person, notebook, django_assert_max_num_queries
    ):
        client = as_person("ann")
        client.get(address(notebook, "/revisions"))

        with django_assert_max_num_queries(9):
            client.get(address(notebook, "/revisions"))


class TestReadDiff:
    def test_leads_from_one_version_to_the_other(self, as_person, notebook):
        ann = as_person("ann")
        old, new = (
            ann.get(address(notebook, f"/revisions/{number}/content")).json()
            for number in (2, 3)
        )

        told = ann.get(address(notebook, "/diff"), {"from": 2, "to": 3}).json()

        for document in (old, new):
            del document["metadata"]["nbcommons"]
        assert apply(from_json(told), old) == new
        assert (told["counts"]["added"], told["counts"]["same"]) == (1, 1)

    @pytest.mark.parametrize("query", ["", "?from=1", "?from=0&to=1", "?from=a&to=1"])
    def test_wants_two_numbers(self, as_person, notebook, query):
        assert as_person("ann").get(address(notebook, f"/diff{query}")).status_code == 422


class TestRestoreRevision:
    def test_makes_a_new_version(self, as_person, notebook):
        response = as_person("olga").post(address(notebook, "/revisions/2/restore"))

        assert response.status_code == 201
        assert response.json()["number"] == 4
        assert response.json()["is_current"]
        newest = as_person("ann").get(address(notebook, "/content")).json()
        assert newest["cells"][0]["source"] == "second"

    def test_refuses_readers_and_what_changes_nothing(self, as_person, notebook):
        assert (
            as_person("ann").post(address(notebook, "/revisions/2/restore")).status_code == 403
        )
        assert (
            as_person("olga").post(address(notebook, "/revisions/3/restore")).status_code == 422
        )


class TestChangeRevision:
    def test_gives_a_label_and_takes_it_away(self, as_person, notebook):
        olga = as_person("olga")

        def label(text):
            return olga.patch(
                address(notebook, "/revisions/2"),
                {"label": text},
                content_type="application/json",
            )

        assert label("2026  report").json()["label"] == "2026 report"
        assert label("").json()["label"] == ""
        assert label("x" * 41).status_code == 422
