"""Stars and suggested changes by a program."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from nbcommons.intake.models import Draft
from tests.api.conftest import mint
from tests.factories.executions import make_person
from tests.factories.intake import LOAD, SELECT, bring_draft, raw_notebook, share

pytestmark = pytest.mark.django_db

KEY = "ghp_" + "0aB1cD2eF3" * 3 + "gH4iJ5"


@pytest.fixture
def notebook():
    return share(make_person("olga"), title="Rank late payers")


def address(notebook, part=""):
    return f"/api/v1/notebooks/{notebook.uuid}{part}"


def suggest(client, notebook, *codes, **body):
    draft = client.post(
        "/api/v1/drafts", raw_notebook(*codes), content_type="application/x-ipynb+json"
    ).json()
    sent = {"draft": draft["id"], "message": "Carry on", **body}
    return client.post(address(notebook, "/changes"), sent, content_type="application/json")


def change_of(answer, part=""):
    return f"/api/v1/changes/{answer.json()['id']}{part}"


class TestStar:
    def test_is_put_and_deleted_as_often_as_one_likes(self, as_person, notebook):
        ben = as_person("ben")
        url = address(notebook, "/star")

        told = [ben.get(url), ben.put(url), ben.put(url), ben.delete(url), ben.delete(url)]

        assert [one.json() for one in told] == [
            {"is_starred": False, "stars": 0},
            {"is_starred": True, "stars": 1},
            {"is_starred": True, "stars": 1},
            {"is_starred": False, "stars": 0},
            {"is_starred": False, "stars": 0},
        ]

    def test_is_listed(self, as_person, notebook):
        ben = as_person("ben")
        ben.put(address(notebook, "/star"))

        told = ben.get("/api/v1/me/stars")
        (row,) = told.json()["notebooks"]

        assert told.json()["total"] == 1
        assert (row["uuid"], row["title"]) == (str(notebook.uuid), "Rank late payers")
        assert (row["owner"], row["version"]) == ("olga", 1)
        again = ben.get("/api/v1/me/stars", headers={"If-None-Match": told.headers["ETag"]})
        assert again.status_code == 304
        assert as_person("olga").get("/api/v1/me/stars").json()["total"] == 0


class TestSuggestChange:
    def test_answers_with_the_change(self, as_person, notebook):
        made = suggest(as_person("ben"), notebook, LOAD, SELECT, "1 + 1", based_on=1)

        told = made.json()
        assert made.status_code == 201
        assert made.headers["Location"] == change_of(made)
        assert (told["notebook"], told["author"]) == (str(notebook.uuid), "ben")
        assert (told["status"], told["based_on"], told["version"]) == ("open", 1, 1)
        assert told["cells"] == {"changed": 1, "moved": 0, "added": 0, "removed": 0, "same": 3}
        assert told["may"] == ["withdraw"]
        assert told["url"].endswith(f"/changes/{told['id']}/")
        assert not Draft.objects.exists()

    def test_answers_what_it_became_to_who_did_not_hear_it(self, as_person, notebook):
        ben = as_person("ben")
        made = suggest(ben, notebook, LOAD, SELECT, "1 + 1")
        body = {"draft": made.json()["id"], "message": "Carry on"}

        again, by_olga = (
            who.post(address(notebook, "/changes"), body, content_type="application/json")
            for who in (ben, as_person("olga"))
        )

        assert (again.status_code, again.json()) == (201, made.json())
        assert again.headers["Location"] == made.headers["Location"]
        assert by_olga.status_code == 422
        assert ben.get("/api/v1/changes").json()["total"] == 1

    def test_asks_about_secrets_as_publishing_does(self, as_person, notebook):
        ben = as_person("ben")

        asked = suggest(ben, notebook, f"token = '{KEY}'")
        draft = ben.get("/api/v1/drafts").json()["drafts"][0]["id"]
        found = ben.get(f"/api/v1/drafts/{draft}").json()["secrets"][0]

        assert asked.status_code == 422
        assert list(asked.json()["errors"]) == ["secrets"]
        assert found["key"] in asked.json()["detail"]
        assert KEY not in asked.text
        body = {
            "draft": draft,
            "message": "Carry on",
            "secrets": [{"key": found["key"], "decision": "blank"}],
        }
        made = ben.post(address(notebook, "/changes"), body, content_type="application/json")
        assert made.status_code == 201
        assert KEY not in ben.get(change_of(made, "/content")).text

    def test_names_what_is_wrong(self, as_person, notebook):
        ben = as_person("ben")
        theirs = bring_draft(make_person("olga"), LOAD, at=timezone.now())

        for body, field in (
            ({"draft": str(theirs.uuid)}, "draft"),
            ({"draft": str(uuid.uuid4())}, "draft"),
            ({"message": ""}, "message"),
            ({"based_on": 7}, "based_on"),
            ({"secrets": [{"key": "a", "decision": "no"}]}, "secrets.0.decision"),
        ):
            refused = suggest(ben, notebook, LOAD, **body)
            assert refused.status_code == 422, body
            assert list(refused.json()["errors"]) == [field]

    def test_needs_a_token_that_may_write(self, notebook):
        token = mint(make_person("ben"), "notebooks:read")
        ben = Client(headers={"Authorization": f"Bearer {token}"})
        bring_draft(make_person("ben"), LOAD, at=timezone.now())
        body = {"draft": str(Draft.objects.get().uuid), "message": "Carry on"}

        got = ben.post(address(notebook, "/changes"), body, content_type="application/json")

        assert got.status_code == 403
        assert ben.put(address(notebook, "/star")).status_code == 403


class TestChanges:
    def test_are_listed_by_state_and_notebook(self, as_person, notebook):
        ben, olga = as_person("ben"), as_person("olga")
        first = suggest(ben, notebook, LOAD).json()["id"]
        second = suggest(ben, notebook, SELECT).json()["id"]
        ben.post(f"/api/v1/changes/{first}/withdraw")

        def ids(client, query=""):
            told = client.get(f"/api/v1/changes{query}").json()
            assert told["total"] == len(told["changes"])
            return [row["id"] for row in told["changes"]]

        assert ids(olga) == ids(ben) == [second, first]
        assert ids(olga, "?state=open") == [second]
        assert ids(olga, f"?notebook={notebook.uuid}&state=withdrawn") == [first]
        assert ids(olga, f"?notebook={uuid.uuid4()}") == []
        assert ids(as_person("cid")) == []
        of_one = olga.get(address(notebook, "/changes?state=open")).json()
        assert [row["id"] for row in of_one["changes"]] == [second]
        assert olga.get("/api/v1/changes?state=lost").status_code == 422

    def test_are_read_with_content_and_difference(self, as_person, notebook):
        made = suggest(as_person("ben"), notebook, LOAD, SELECT)
        olga = as_person("olga")

        content = olga.get(change_of(made, "/content")).json()
        diff = olga.get(change_of(made, "/diff")).json()

        assert [cell["source"] for cell in content["cells"]][1:] == [LOAD, SELECT]
        assert content["metadata"]["nbcommons"]["uuid"] == str(notebook.uuid)
        assert content["metadata"]["nbcommons"]["revision"] == 1
        assert diff["counts"]["removed"] == 1
        assert as_person("cid").get(change_of(made, "/content")).status_code == 404

    def test_are_withdrawn(self, as_person, notebook):
        ben, olga = as_person("ben"), as_person("olga")
        made = suggest(ben, notebook, LOAD)

        told = ben.post(change_of(made, "/withdraw")).json()

        assert (told["status"], told["closed_by"], told["may"]) == ("withdrawn", "ben", [])
        assert told["cells"]
        assert olga.get(change_of(made)).json()["cells"] is None
        assert olga.get(change_of(made, "/content")).status_code == 409
        assert ben.post(change_of(made, "/withdraw")).status_code == 409
        assert olga.post(change_of(made, "/withdraw")).status_code == 403

    def test_are_declined_with_a_reason(self, as_person, notebook):
        ben, olga = as_person("ben"), as_person("olga")
        made = suggest(ben, notebook, LOAD)

        def decline(client, **body):
            url = change_of(made, "/decline")
            return client.post(url, body, content_type="application/json")

        assert list(decline(olga).json()["errors"]) == ["reason"]
        assert decline(ben, reason="No.").status_code == 403
        told = decline(olga, reason="Not yet.").json()
        assert (told["status"], told["reason"]) == ("declined", "Not yet.")
        assert decline(olga, reason="Never.").status_code == 409
        assert ben.get(change_of(made)).json()["reason"] == "Not yet."
