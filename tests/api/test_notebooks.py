"""What programs are told of a notebook, and what they are not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Visibility
from nbcommons.notebooks.operations import ShareWith
from nbcommons.people.models import Label, LabelHolding, Membership, Team
from tests.api.conftest import mint
from tests.factories.catalogue import revise
from tests.factories.executions import make_person
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def owner():
    return make_person("olga")


@pytest.fixture
def notebook(owner):
    return bring_in(owner)


def get(client, notebook, part="", **query):
    return client.get(f"/api/v1/notebooks/{notebook.uuid}{part}", query)


class TestReadNotebook:
    def test_says_what_it_is(self, as_person, notebook):
        told = get(as_person("ann"), notebook).json()

        assert told["title"] == "Rank late payers"
        assert told["owner"] == "olga"
        assert told["version"] == 1
        assert told["url"].endswith(f"/notebooks/{notebook.uuid}/")
        assert told["may"] == ["run"]
        assert told["shared_with"] is None
        assert told["forked_from"] is told["deprecated"] is None
        assert get(as_person("olga"), notebook).json()["may"] == [
            "run", "edit", "share", "remove"
        ]  # fmt: skip

    def test_a_token_that_reads_may_change_nothing(self, client, owner, notebook):
        header = f"Bearer {mint(owner, 'notebooks:read')}"

        told = client.get(
            f"/api/v1/notebooks/{notebook.uuid}", headers={"Authorization": header}
        ).json()

        assert told["may"] == ["run"]
        assert told["shared_with"] is None

    def test_names_teams_and_shares_to_those_who_may_change_them(self, as_person, notebook):
        team = Team.objects.create(name="Customs", slug="customs", created_at=NOW)
        for name, role in (("ann", "owner"), ("ben", "member")):
            Membership.objects.create(
                team=team, person=make_person(name), role=role, created_at=NOW
            )
        catalogue.set_owner(notebook, team_id=team.pk, actor_id=None, at=NOW)
        catalogue.set_shares(
            notebook,
            [ShareWith(person_id=make_person("cleo").pk, may_edit=True)],
            actor_id=None,
            at=NOW,
        )

        told = get(as_person("ann"), notebook).json()

        assert told["owner"] == "team:customs"
        assert told["shared_with"] == [{"to": "cleo", "may_edit": True}]
        assert get(as_person("ben"), notebook).json()["shared_with"] is None
        assert get(as_person("cleo"), notebook).json()["may"] == ["run", "edit"]

    def test_does_not_exist_for_those_who_may_not_see_it(self, as_person, notebook):
        label = Label.objects.create(name="Sealed", slug="sealed", created_at=NOW)
        catalogue.set_labels(notebook, [label.pk], actor_id=None, at=NOW)

        assert get(as_person("ann"), notebook).status_code == 404
        assert get(as_person("olga"), notebook).status_code == 404
        LabelHolding.objects.create(
            person=make_person("ann"), label=label, source="administrator", granted_at=NOW
        )
        assert get(as_person("ann"), notebook).json()["labels"] == ["sealed"]

    def test_hides_where_it_came_from_and_what_to_use_instead(self, as_person, owner, notebook):
        source, secret, other = (
            bring_in(owner, title, visibility=visibility)
            for title, visibility in (
                ("Source", Visibility.PRIVATE),
                ("Secret", Visibility.PRIVATE),
                ("Other", Visibility.EVERYONE),
            )
        )
        notebook.forked_from, notebook.forked_from_number = source, 1
        notebook.save()
        catalogue.deprecate(
            notebook,
            reason="Use the other one",
            alternatives=[secret, other],
            is_frozen=True,
            actor_id=None,
            at=NOW,
        )

        told = get(as_person("ann"), notebook).json()
        own = get(as_person("olga"), notebook).json()

        assert told["forked_from"] is None
        assert told["deprecated"]["alternatives"] == [str(other.uuid)]
        assert told["may"] == []
        assert own["forked_from"] == {"notebook": str(source.uuid), "version": 1}
        assert len(own["deprecated"]["alternatives"]) == 2

    def test_costs_a_fixed_number_of_queries(
        self, as_person, notebook, django_assert_max_num_queries
    ):
        people = [make_person(f"p{number}") for number in range(9)]
        shares = [ShareWith(person_id=person.pk) for person in people]
        catalogue.set_shares(notebook, shares, actor_id=None, at=NOW)
        client = as_person("olga")
        get(client, notebook)

        with django_assert_max_num_queries(8):
            assert len(get(client, notebook).json()["shared_with"]) == 9


class TestReadContent:
    def test_gives_the_newest_or_the_version_asked_for(self, as_person, notebook):
        revise(notebook, text="second", at=NOW)
        client = as_person("ann")

        newest = get(client, notebook, "/content")
        first = get(client, notebook, "/content", revision=1)

        assert newest.headers["X-Nbcommons-Revision"] == "2"
        assert newest.json()["cells"][0]["source"] == "second"
        assert first.json()["metadata"]["nbcommons"]["revision"] == 1
        assert newest.headers["ETag"] != first.headers["ETag"]
        assert get(client, notebook, "/content", revision=3).status_code == 404
        assert get(client, notebook, "/content", revision=0).status_code == 422
        assert get(client, notebook, "/content", revision=2**40).status_code == 422

    def test_hides_versions_from_when_it_was_hidden(self, as_person, owner):
        notebook = bring_in(owner, visibility=Visibility.PRIVATE)
        revise(notebook, text="second", at=NOW)
        notebook.refresh_from_db()
        catalogue.set_visibility(
            notebook, Visibility.EVERYONE, actor_id=None, at=NOW + timedelta(seconds=1)
        )

        assert get(as_person("ann"), notebook, "/content", revision=1).status_code == 404
        assert get(as_person("olga"), notebook, "/content", revision=1).status_code == 200
        assert get(as_person("ann"), notebook, "/content").status_code == 200
