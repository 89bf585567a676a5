"""What a fresh Jupyter begins with."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nbcommons.collaboration.operations.stars import give_star
from nbcommons.core.actor import Actor
from nbcommons.executions.models import CellDay
from nbcommons.gallery.queries import fresh_home
from nbcommons.notebooks.models import Visibility
from nbcommons.runtime import preferences
from tests.factories.executions import fingerprint_of, make_notebook
from tests.factories.people import actor_of, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make_person("amara")


def ran(person, notebook, *, days_ago=0, failed=False):
    at = timezone.now() - timedelta(days=days_ago)
    times = (
        {"failures": 1, "first_failure_at": at, "last_failure_at": at}
        if failed
        else {"successes": 1, "last_success_at": at}
    )
    CellDay.objects.create(
        notebook=notebook,
        day=at.date(),
        fingerprint=fingerprint_of("a = 1"),
        person=person,
        **times,
    )


def titles(person) -> list[str]:
    return [one.title for one in fresh_home.home_of(actor_of(person), at=timezone.now())]


class TestHomeOf:
    def test_holds_what_they_ran_lately_newest_first(self, person):
        owner = make_person("owner")
        old, new, failed = (make_notebook("a = 1", owner=owner) for _ in range(3))
        ran(person, old, days_ago=3)
        ran(person, failed, days_ago=1, failed=True)
        ran(person, new)
        ran(owner, make_notebook("a = 1", owner=owner))
        ran(person, make_notebook("a = 1", owner=owner), days_ago=90)

        found = fresh_home.home_of(actor_of(person), at=timezone.now())

        assert [one.uuid for one in found] == [new.uuid, failed.uuid, old.uuid]
        assert {one.folder for one in found} == {"Recently run"}

    def test_holds_what_they_starred_and_each_notebook_once(self, person):
        owner = make_person("owner")
        starred, both, ran_only = (make_notebook("a = 1", owner=owner) for _ in range(3))
        give_star(actor_of(person), starred, at=timezone.now())
        give_star(actor_of(person), both, at=timezone.now() + timedelta(seconds=1))
        ran(person, both)
        ran(person, ran_only)

        found = fresh_home.home_of(actor_of(person), at=timezone.now())

        assert [(one.uuid, one.folder) for one in found] == [
            (both.uuid, "Starred"),
            (starred.uuid, "Starred"),
            (ran_only.uuid, "Recently run"),
        ]

    def test_leaves_out_what_they_may_not_see_any_more(self, person):
        notebook = make_notebook(
            "a = 1", owner=make_person("owner"), visibility=Visibility.PRIVATE
        )
        ran(person, notebook)

        assert titles(person) == []

    def test_is_bounded(self, person, monkeypatch):
        monkeypatch.setattr(fresh_home, "MOST_IN_A_FOLDER", 2)
        owner = make_person("owner")
        for _ in range(3):
            ran(person, make_notebook("a = 1", owner=owner))

        assert len(titles(person)) == 2

    def test_is_empty_for_those_who_do_not_want_it(self, person, client):
        ran(person, make_notebook("a = 1", owner=make_person("owner")))
        client.force_login(person)
        assert len(client.get("/api/v1/me/home").json()["notebooks"]) == 1

        preferences.change_preferences(actor_of(person), fills_home=False, keeps_settings=True)

        assert client.get("/api/v1/me/home").json() == {"notebooks": []}
        assert fresh_home.home_of(Actor.nobody(), at=timezone.now()) == ()
