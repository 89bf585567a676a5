"""Describing, sharing, deprecating and deleting a notebook by a program."""

import pytest
from django.utils import timezone

from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Label, LabelHolding, Team
from tests.api.conftest import mint
from tests.factories.executions import make_person
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def notebook():
    return bring_in(make_person("olga"))


def address(notebook, part=""):
    return f"/api/v1/notebooks/{notebook.uuid}{part}"


def patch(client, notebook, headers=None, **changes):
    return client.patch(
        address(notebook), changes, content_type="application/json", headers=headers
    )


class TestChangeNotebook:
    def test_changes_what_is_named_and_nothing_else(self, as_person, notebook):
        olga = as_person("olga")
        before = olga.get(address(notebook)).json()

        told = patch(olga, notebook, title="New title", tags=["Two  words", "a"]).json()

        assert told["title"] == "New title"
        assert told["tags"] == ["a", "two words"]
        assert told["description"] == before["description"]
        assert told["visibility"] == "everyone"

    def test_keeps_no_secret_and_no_hidden_sign_in_what_it_says(self, as_person, notebook):
        olga = as_person("olga")
        token = "ghp_" + "0aB1cD2eF3" * 3 + "gH4iJ5"

        refused = patch(olga, notebook, description=f"Use {token}")
        told = patch(olga, notebook, title="T\u202egpj", tags=["la\u200bte"]).json()

        assert 400 <= refused.status_code < 500
        assert "a token of GitHub" in refused.text
        assert list(refused.json()["errors"]) == ["description"]
        assert token not in refused.text
        assert (told["title"], told["tags"]) == ("Tgpj", ["late"])

    def test_knows_a_key_that_is_sent_as_a_tag(self, as_person, notebook):
        refused = patch(as_person("olga"), notebook, tags=["AKIA" + "IOSFODNN7EXAMPLF"])

        assert 400 <= refused.status_code < 500
        assert "IOSFODNN7" not in refused.text

    def test_takes_a_mail_address_whom_to_ask(self, as_person, notebook):
        told = patch(as_person("olga"), notebook, description="Ask desk@customs.example").json()

        assert told["description"] == "Ask desk@customs.example"

    def test_changes_nothing_when_asked_for_nothing(self, as_person, notebook):
        olga = as_person("olga")
        before = olga.get(address(notebook))

        response = patch(olga, notebook)

        assert response.status_code == 200
        assert response.json() == before.json()
        assert response.headers["ETag"] == before.headers["ETag"]

    def test_shares_with_people_and_teams(self, as_person, notebook):
        make_person("ben")
        Team.objects.create(name="Customs", slug="customs", created_at=timezone.now())
        shares = [{"to": "team:customs", "may_edit": True}, {"to": "Ben"}]

        told = patch(as_person("olga"), notebook, visibility="shared", share_with=shares).json()

        assert told["visibility"] == "shared"
        assert told["shared_with"] == [
            {"to": "ben", "may_edit": False},
            {"to": "team:customs", "may_edit": True},
        ]
        assert as_person("ben").get(address(notebook)).status_code == 200
        assert as_person("ann").get(address(notebook)).status_code == 404

    def test_names_who_is_not_here(self, as_person, notebook):
        response = patch(as_person("olga"), notebook, share_with=[{"to": "nobody.here"}])

        assert response.status_code == 422
        assert list(response.json()["errors"]) == ["share_with"]

    def test_puts_labels_on_that_the_person_holds(self, as_person, notebook):
        now = timezone.now()
        held, _ = (
            Label.objects.create(name=name, slug=name, created_at=now)
            for name in ("held", "other")
        )
        LabelHolding.objects.create(
            person=make_person("olga"), label=held, source="administrator", granted_at=now
        )
        olga = as_person("olga")

        assert patch(olga, notebook, labels=["held"]).json()["labels"] == ["held"]
        unheld = patch(olga, notebook, labels=["held", "other"])
        unknown = patch(olga, notebook, labels=["held", "none-such"])
        assert unheld.status_code == unknown.status_code == 422
        assert unheld.json()["detail"].replace("other", "none-such") == unknown.json()["detail"]

    @pytest.mark.parametrize(
        "changes",
        [
            {"title": ""},
            {"title": None},
            {"title": "   "},
            {"title": "x" * 201},
            {"category": "other"},
            {"visibility": "all"},
            {"tags": "a"},
            {"share_with": [{"to": "olga", "may_edit": "yes"}]},
            {"colour": "red"},
        ],
    )
    def test_names_the_field_that_is_wrong(self, as_person, notebook, changes):
        response = patch(as_person("olga"), notebook, **changes)

        assert response.status_code == 422
        (field,) = response.json()["errors"]
        assert field.split(".")[0] == next(iter(changes))
        assert Notebook.objects.get().title == notebook.title

    def test_does_all_or_nothing(self, as_person, notebook):
        response = patch(
            as_person("olga"), notebook, title="Changed", share_with=[{"to": "nobody.here"}]
        )

        assert response.status_code == 422
        assert Notebook.objects.get().title == notebook.title

    def test_is_refused_to_readers(self, as_person, notebook):
        assert patch(as_person("ann"), notebook, title="Mine").status_code == 403

    def test_needs_both_scopes(self, client, notebook):
        for scope in ("notebooks:read", "notebooks:write"):
            header = f"Bearer {mint(make_person('olga'), scope)}"
            response = patch(client, notebook, {"Authorization": header}, title="New")
            assert response.status_code == 403

    def test_overwrites_nothing_unseen(self, as_person, notebook):
        olga = as_person("olga")
        seen = olga.get(address(notebook)).headers["ETag"]
        first = patch(olga, notebook, {"If-Match": seen}, title="First")

        second = patch(olga, notebook, {"If-Match": seen}, title="Second")

        assert first.status_code == 200
        assert second.status_code == 412
        assert Notebook.objects.get().title == "First"
        tag = first.headers["ETag"]
        assert patch(olga, notebook, {"If-Match": f"W/{tag}"}, title="3rd").status_code == 200
        assert patch(olga, notebook, {"If-Match": "*"}, title="Fourth").status_code == 200


class TestRemoveNotebook:
    def test_puts_it_into_the_bin_and_back(self, as_person, notebook):
        olga = as_person("olga")

        gone = olga.delete(address(notebook))

        assert gone.status_code == 200
        assert gone.json()["uuid"] == str(notebook.uuid)
        assert olga.get(address(notebook)).status_code == 404
        assert olga.delete(address(notebook)).status_code == 404
        assert as_person("ann").post(address(notebook, "/restore")).status_code == 404
        assert olga.post(address(notebook, "/restore")).json()["title"] == notebook.title
        assert olga.post(address(notebook, "/restore")).status_code == 200
        assert as_person("ann").get(address(notebook)).status_code == 200

    def test_is_refused_to_readers_and_to_outdated_callers(self, as_person, notebook):
        assert as_person("ann").delete(address(notebook)).status_code == 403
        outdated = as_person("olga").delete(address(notebook), headers={"If-Match": '"other"'})
        assert outdated.status_code == 412
        assert as_person("ann").get(address(notebook)).status_code == 200


class TestDeprecation:
    def test_is_said_and_taken_back(self, as_person, notebook):
        olga, ann = as_person("olga"), as_person("ann")
        other = bring_in(make_person("olga"), "Other")
        body = {"reason": "Use the other", "alternatives": [str(other.uuid)]}

        said = olga.put(
            address(notebook, "/deprecation"), body, content_type="application/json"
        )
        again = olga.put(
            address(notebook, "/deprecation"),
            {**body, "is_frozen": True},
            content_type="application/json",
        )

        assert said.json()["deprecated"]["alternatives"] == [str(other.uuid)]
        assert again.json()["deprecated"]["is_frozen"]
        assert "run" not in ann.get(address(notebook)).json()["may"]
        assert olga.delete(address(notebook, "/deprecation")).json()["deprecated"] is None
        assert olga.delete(address(notebook, "/deprecation")).status_code == 200
        assert ann.delete(address(notebook, "/deprecation")).status_code == 403
