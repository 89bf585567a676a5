"""What a person is likely to like, as far as it moves the results of a search."""

import pytest

from nbcommons.core.actor import Actor
from nbcommons.gallery.queries.liking import FEWEST, forget, liking_of
from tests.factories.executions import NOW, actor_for, make_notebook, make_person, run
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db

RAN = ("a = 1", True)


@pytest.fixture(autouse=True)
def _nothing_kept():
    forget()
    yield
    forget()


@pytest.fixture
def notebooks(author):
    return [make_notebook(owner=author, title=f"Notebook {number}") for number in range(4)]


class TestLiking:
    def test_is_what_those_run_who_run_the_same(self, reader, notebooks):
        mine, liked, rare, strange = notebooks
        run(reader, mine, RAN)
        alike = [make_person(f"alike{number}") for number in range(FEWEST)]
        for person in alike:
            run(person, mine, RAN)
            run(person, liked, RAN)
        run(alike[0], rare, RAN)
        for number in range(FEWEST):
            run(make_person(f"other{number}"), strange, RAN)

        found = liking_of(actor_for(reader), at=NOW)

        assert set(found) == {mine.pk, liked.pk}
        assert all(0 < share <= 1 for share in found.values())

    def test_is_higher_for_what_i_ran_last(self, reader, notebooks):
        run(reader, notebooks[0], RAN, days_ago=3)
        run(reader, notebooks[1], RAN)

        found = liking_of(actor_for(reader), at=NOW)

        assert found[notebooks[1].pk] > found[notebooks[0].pk]

    def test_is_of_nobody_who_is_not_signed_in_or_has_run_nothing(self, reader):
        assert liking_of(Actor.system("test"), at=NOW) == {}
        assert liking_of(actor_for(reader), at=NOW) == {}

    def test_is_kept_for_a_while(self, reader, django_assert_num_queries):
        liking_of(actor_for(reader), at=NOW)

        with django_assert_num_queries(0):
            liking_of(actor_for(reader), at=NOW)


@pytest.mark.parametrize("liked", [0, 1])
def test_moves_the_best_match_on_the_page(visit, author, indexed, monkeypatch, liked):
    shelf = [bring_in(author, f"Late payers of {season}") for season in ("spring", "autumn")]
    indexed()
    monkeypatch.setattr(
        "nbcommons.gallery.views.browsing.liking_of",
        lambda _actor, *, at: {shelf[liked].pk: 1.0} if at else {},
    )

    page = visit.get("/notebooks/?q=payers").content.decode()

    places = [page.index(f"/notebooks/{notebook.uuid}/") for notebook in shelf]
    assert places.index(min(places)) == liked
