"""Stars: given, taken back, counted, listed."""

from datetime import timedelta

import pytest

from nbcommons.activity.models import AuditEntry
from nbcommons.collaboration.models import Star
from nbcommons.collaboration.operations.stars import give_star, take_star_back
from nbcommons.collaboration.queries.stars import (
    is_starred,
    star_count,
    star_counts,
    starred_notebooks,
)
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.notebooks import operations as catalogue
from tests.factories.catalogue import publish
from tests.factories.executions import NOW, actor_for
from tests.factories.racing import at_once

pytestmark = pytest.mark.django_db


class TestGiveStar:
    def test_gives_one_however_often_it_is_asked(self, notebook, bob):
        first = give_star(actor_for(bob), notebook, at=NOW)
        second = give_star(actor_for(bob), notebook, at=NOW)

        assert (first, second) == (True, False)
        assert star_count(notebook) == 1
        assert is_starred(actor_for(bob), notebook)
        assert AuditEntry.objects.filter(fact="StarGiven", notebook_id=notebook.pk).count() == 1

    def test_is_for_those_who_may_read(self, ann, bob):
        hidden = publish(ann, visibility="private")

        for actor in (actor_for(bob), Actor.nobody(), Actor.system("test")):
            with pytest.raises(Denied):
                give_star(actor, hidden, at=NOW)

    @pytest.mark.django_db(transaction=True)
    def test_gives_one_to_two_clicks_at_once(self, notebook, bob):
        def click() -> bool:
            return give_star(actor_for(bob), notebook, at=NOW)

        assert sorted(at_once(click, click, click)) == [False, False, True]
        assert Star.objects.count() == 1


class TestTakeStarBack:
    def test_takes_ones_own_alone(self, notebook, ann, bob):
        give_star(actor_for(ann), notebook, at=NOW)
        give_star(actor_for(bob), notebook, at=NOW)

        first = take_star_back(actor_for(bob), notebook, at=NOW)
        second = take_star_back(actor_for(bob), notebook, at=NOW)

        assert (first, second) == (True, False)
        assert is_starred(actor_for(ann), notebook)
        assert not is_starred(actor_for(bob), notebook)
        assert AuditEntry.objects.filter(fact="StarTakenBack").count() == 1


class TestStarredNotebooks:
    def test_lists_the_last_starred_first_and_what_may_be_read_only(self, notebook, ann, bob):
        other, hidden = publish(ann, "Second"), publish(ann, "Third")
        for days, one in enumerate((notebook, other, hidden)):
            give_star(actor_for(bob), one, at=NOW + timedelta(days=days))
            give_star(actor_for(ann), one, at=NOW - timedelta(days=days))
        catalogue.set_visibility(hidden, "private", actor_id=ann.pk, at=NOW)

        found = starred_notebooks(actor_for(bob), limit=10)

        assert [row.title for row in found] == ["Second", "Rank late payers"]
        assert found[0].starred_at == NOW + timedelta(days=1)
        assert (found[0].owner, found[0].version) == ("ann", 1)
        assert [row.title for row in starred_notebooks(actor_for(bob), limit=1, offset=1)] == [
            "Rank late payers"
        ]
        assert starred_notebooks(Actor.nobody(), limit=10) == ()

    def test_takes_one_query(self, notebook, bob, django_assert_num_queries):
        give_star(actor_for(bob), notebook, at=NOW)

        with django_assert_num_queries(1):
            starred_notebooks(actor_for(bob), limit=10)


class TestStarCounts:
    def test_counts_those_that_have_some(self, notebook, ann, bob):
        other = publish(ann, "Second")
        give_star(actor_for(ann), notebook, at=NOW)
        give_star(actor_for(bob), notebook, at=NOW)

        assert star_counts([notebook.pk, other.pk]) == {notebook.pk: 2}
