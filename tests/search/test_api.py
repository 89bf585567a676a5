"""What programs get when they search."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.people import tokens
from nbcommons.people.models import Team
from nbcommons.search import operations
from tests.factories.catalogue import publish
from tests.factories.people import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("index")]

ADDRESS = "/api/v1/search"


@pytest.fixture
def priya():
    return make_person("priya", full_name="Priya Raman")


@pytest.fixture
def client(priya):
    client = Client()
    client.force_login(priya)
    return client


@pytest.fixture
def shelf(index, priya):  # noqa: ARG001 - before what is written into it
    bob = make_person("bob")
    shelf = [
        publish(priya, "Match names", purpose="Pairs <people>", tags=("joining",)),
        publish(priya, "Draft names", visibility=Visibility.PRIVATE),
        publish(bob, "Hidden names", visibility=Visibility.PRIVATE, tags=("hidden",)),
    ]
    operations.rebuild_index(Actor.system("test"))
    return shelf


class TestSearch:
    def test_gives_what_the_person_may_read(self, client, shelf):
        answer = client.get(ADDRESS, {"q": "match names"}).json()

        first = answer["results"][0]
        assert (answer["total"], answer["total_exact"]) == (2, 1)
        assert first["uuid"] == str(shelf[0].uuid)
        assert first["url"].endswith(f"/notebooks/{shelf[0].uuid}/")
        assert (first["score"], first["health"], first["people"]) == (1, "unknown", 0)
        assert "Hidden" not in json.dumps(answer)
        assert "hidden" not in json.dumps(answer)

    @pytest.mark.usefixtures("shelf")
    def test_filters_and_counts(self, client):
        answer = client.get(ADDRESS, {"tag": "joining", "sort": "newest"}).json()

        assert [one["title"] for one in answer["results"]] == ["Match names"]
        assert answer["facets"]["tags"] == [
            {"value": "joining", "count": 1, "is_selected": True}
        ]

    @pytest.mark.usefixtures("shelf")
    def test_narrows_by_everything_it_names(self, client, priya):
        def found(**asked):
            return [one["title"] for one in client.get(ADDRESS, asked).json()["results"]]

        team = Team.objects.create(name="Fraud", slug="fraud", created_at=timezone.now())
        notebook = publish(priya, "Team names", text="x")
        Notebook.objects.filter(pk=notebook.pk).update(owner=None, owner_team=team)
        Notebook.objects.filter(title="Draft names").update(deprecated_at=timezone.now())
        operations.rebuild_index(Actor.system("test"))

        assert found(team="fraud") == ["Team names"]
        assert found(q="team:fraud") == ["Team names"]
        assert found(owner="priya", deprecated=True, q="names", sort="title") == [
            "Draft names",
            "Match names",
        ]
        assert found(updated_after="2030-01-01T00:00:00Z") == []
        assert found(updated_after="2001-01-01T00:00:00", package="nosuch") == []
        assert found(label="red") == []
        answer = client.get(ADDRESS, {"q": "names", "facets": False}).json()
        assert answer["facets"] == {}
        assert answer["total"] == 2

    @pytest.mark.usefixtures("shelf")
    def test_tells_of_other_words_and_of_filters_that_are_none(self, client):
        answer = client.get(ADDRESS, {"q": "match colour:red tag:joining tag:no"}).json()

        assert answer["misread"] == ["colour"]
        assert answer["total"] == 0
        assert {"q": "match colour red tag:joining", "total": 1} not in answer["near_misses"]
        answer = client.get(ADDRESS, {"q": "match tag:no"}).json()
        assert answer["near_misses"] == [{"q": "match", "total": 1}]

    @pytest.mark.usefixtures("shelf")
    def test_gives_pages(self, client):
        first = client.get(ADDRESS, {"limit": 1}).json()
        second = client.get(ADDRESS, {"limit": 1, "offset": 1}).json()

        titles = {page["results"][0]["title"] for page in (first, second)}
        assert titles == {"Match names", "Draft names"}

    @pytest.mark.parametrize(
        "wrong",
        [{"limit": 0}, {"limit": 101}, {"offset": -1}, {"sort": "luck"}, {"health": "fine"}],
    )
    def test_names_what_is_not_valid(self, client, wrong):
        answer = client.get(ADDRESS, wrong)

        assert answer.status_code == 422
        assert next(iter(wrong)) in next(iter(answer.json()["errors"]))

    @pytest.mark.usefixtures("shelf")
    @pytest.mark.parametrize("q", ["", '"', "title:", "\0", "%00%ff", "x" * 5000, "?!", "-a"])
    def test_answers_any_question(self, client, q):
        assert client.get(ADDRESS, {"q": q}).status_code == 200

    def test_costs_the_same_however_long_the_list(
        self, client, priya, django_assert_max_num_queries
    ):
        for number in range(12):
            publish(priya, f"Zebra {number}", tags=(f"t{number}",))
        operations.rebuild_index(Actor.system("test"))

        with django_assert_max_num_queries(9):
            assert len(client.get(ADDRESS, {"q": "zebra"}).json()["results"]) == 12

    @pytest.mark.usefixtures("shelf")
    def test_is_for_people_only(self):
        assert Client().get(ADDRESS).status_code == 401

    @pytest.mark.usefixtures("shelf")
    def test_needs_a_token_that_reads(self, priya):
        now = timezone.now()
        token = tokens.mint_spawn_token(
            Actor.system("test"),
            priya,
            spawn_id="s",
            expires_at=now + timedelta(hours=1),
            at=now,
        ).secret
        answer = Client().get(
            ADDRESS, {"q": "names"}, headers={"Authorization": f"Bearer {token}"}
        )

        assert answer.json()["total"] == 2


class TestSuggest:
    def test_completes_from_what_the_person_may_read(self, client, shelf):
        answer = client.get(f"{ADDRESS}/suggest", {"q": "dra"}).json()

        assert answer["suggestions"][0] == {
            "kind": "notebook",
            "text": "Draft names",
            "uuid": str(shelf[1].uuid),
            "key": "",
        }
        assert client.get(f"{ADDRESS}/suggest", {"q": "hid"}).json() == {"suggestions": []}

    def test_needs_something_typed(self, client):
        assert client.get(f"{ADDRESS}/suggest").status_code == 422
