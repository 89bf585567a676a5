"""Bringing notebooks in by a program."""

import json
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from nbcommons.intake.models import Draft
from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Label, LabelHolding, Membership, Team
from tests.api.conftest import mint
from tests.factories.executions import make_person
from tests.factories.gallery import bring_in
from tests.factories.intake import raw_notebook
from tests.ipynb.builders import coded, picture

pytestmark = pytest.mark.django_db

DRAFTS = "/api/v1/drafts"


def notebook_bytes(*codes, title="Rank late payers", **metadata):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": f"# {title}\n\nWho pays late."}
    ]
    cells += [
        {
            "cell_type": "code",
            "metadata": {},
            "source": code,
            "execution_count": 3,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "canary\n"}],
        }
        for code in codes or ("import pandas as pd",)
    ]
    return json.dumps(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    ).encode()


def bring(client, raw=None, *, kind="application/json", name="payers.ipynb"):
    return client.post(f"{DRAFTS}?file_name={name}", raw or notebook_bytes(), content_type=kind)


def publish(client, draft, headers=None, **said):
    return client.post(
        f"{DRAFTS}/{draft['id']}/publish",
        said,
        content_type="application/json",
        headers=headers,
    )


@pytest.fixture
def ann(as_person):
    return as_person("ann")


class TestAlike:
    CODES = ("load = open('invoices.csv').read()", "late = load.count(';late;')")

    def test_names_what_does_the_same_already(self, ann, as_person):
        bob = as_person("bob")
        first = publish(
            bob,
            bring(bob, notebook_bytes(*self.CODES)).json(),
            title="Late",
            visibility="everyone",
        ).json()
        draft = bring(ann, notebook_bytes(*self.CODES)).json()

        told = ann.get(f"{DRAFTS}/{draft['id']}/alike").json()["notebooks"]

        assert [(one["uuid"], one["title"], one["keeper"]) for one in told] == [
            (first["uuid"], "Late", "bob")
        ]
        assert told[0]["same_cells"] == told[0]["cells"] >= 2
        assert told[0]["is_nearly_the_same"]

    def test_names_nothing_that_is_hidden(self, ann, as_person):
        bob = as_person("bob")
        brought = bring(bob, notebook_bytes(*self.CODES)).json()
        publish(bob, brought, title="Canary", visibility="private")
        draft = bring(ann, notebook_bytes(*self.CODES)).json()

        assert ann.get(f"{DRAFTS}/{draft['id']}/alike").json() == {"notebooks": []}

    def test_is_its_makers_alone(self, ann, as_person):
        draft = bring(ann).json()

        assert as_person("bob").get(f"{DRAFTS}/{draft['id']}/alike").status_code == 404

    def test_needs_a_token_that_reads(self, ann):
        draft = bring(ann).json()
        writer = Client(
            headers={"Authorization": f"Bearer {mint(make_person('ann'), 'notebooks:write')}"}
        )

        assert writer.get(f"{DRAFTS}/{draft['id']}/alike").status_code == 403


class TestCreateDraft:
    @pytest.mark.parametrize("kind", ["application/json", "application/x-ipynb+json"])
    def test_takes_the_file_as_it_is(self, ann, kind):
        response = bring(ann, kind=kind)

        assert response.status_code == 201
        told = response.json()
        assert told["file_name"] == "payers.ipynb"
        assert told["removed"]["outputs"] == told["removed"]["execution_counts"] == 1
        assert told["proposed"]["title"] == "Rank late payers"
        assert told["proposed"]["tags"]
        assert told["secrets"] == told["repairs"] == [] or told["repairs"]
        assert "canary" not in response.content.decode()
        content = ann.get(f"{DRAFTS}/{told['id']}/content")
        assert "canary" not in content.content.decode()

    def test_takes_a_form(self, ann):
        file = BytesIO(notebook_bytes())
        file.name = "from a form.ipynb"

        response = ann.post(DRAFTS, {"file": file})

        assert response.status_code == 201
        assert response.json()["file_name"] == "from a form.ipynb"

    def test_finds_secrets_and_hides_them(self, ann):
        key = "AKIA" + "Q7RT2KXJ5WPL9ZBN"

        response = bring(ann, notebook_bytes(f'key = "{key}"'))

        (secret,) = response.json()["secrets"]
        assert secret["cell"] == 1
        assert not secret["is_decided"]
        assert key not in response.content.decode()

    @pytest.mark.parametrize(
        ("raw", "kind", "status"),
        [
            (b"{", "application/json", 422),
            (b"[]", "application/json", 422),
            (b"{}", "text/csv", 415),
            (b"{}", "application/octet-stream", 415),
            (b"x" * 21_500_000, "application/json", 413),
            (b"--nonsense", "multipart/form-data; boundary=b", 400),
        ],
    )
    def test_refuses_what_is_no_notebook(self, ann, raw, kind, status):
        response = ann.generic("POST", DRAFTS, raw, content_type=kind)

        assert response.status_code == status, response.content
        assert response.headers["Content-Type"] == "application/problem+json"
        assert not Draft.objects.exists()

    def test_wants_the_right_to_write(self, client):
        header = f"Bearer {mint(make_person('ann'), 'notebooks:read')}"

        response = client.post(
            DRAFTS,
            notebook_bytes(),
            content_type="application/json",
            headers={"Authorization": header},
        )

        assert response.status_code == 403


class TestDrafts:
    def test_are_for_their_maker_alone(self, ann, as_person):
        draft = bring(ann).json()
        ben = as_person("ben")

        assert ann.get(DRAFTS).json()["total"] == 1
        assert ann.get(f"{DRAFTS}/{draft['id']}").json() == draft
        assert ben.get(DRAFTS).json()["drafts"] == []
        for method, part in (("get", ""), ("get", "/content"), ("delete", "")):
            assert getattr(ben, method)(f"{DRAFTS}/{draft['id']}{part}").status_code == 404
        assert publish(ben, draft).status_code == 404

    def test_are_thrown_away(self, ann):
        draft = bring(ann).json()

        assert ann.delete(f"{DRAFTS}/{draft['id']}").status_code == 204
        assert ann.delete(f"{DRAFTS}/{draft['id']}").status_code == 404
        assert ann.get(DRAFTS).json()["total"] == 0


class TestPublish:
    def test_takes_what_was_proposed(self, ann):
        draft = bring(ann).json()

        response = publish(ann, draft)

        assert response.status_code == 201
        told = response.json()
        assert told["title"] == draft["proposed"]["title"]
        assert told["description"] == draft["proposed"]["description"]
        assert told["tags"] == sorted(draft["proposed"]["tags"])
        assert (told["owner"], told["version"]) == ("ann", 1)
        again = ann.get(f"/api/v1/notebooks/{told['uuid']}")
        assert again.json() == told
        assert again.headers["ETag"] == response.headers["ETag"]

    def test_answers_what_it_became_to_who_did_not_hear_it(self, ann, as_person):
        draft = bring(ann).json()
        said = {"title": "Rank payers", "visibility": "everyone"}
        told = publish(ann, draft, **said)

        again = publish(ann, draft, **said)

        assert (again.status_code, again.json()) == (201, told.json())
        assert again.headers["Location"] == told.headers["Location"]
        assert Notebook.objects.count() == 1
        # Nobody else may say that it was theirs, and nothing is published in its place.
        assert publish(as_person("ben"), draft, **said).status_code == 404
        replaced = publish(ann, draft, replaces=told.json()["uuid"])
        assert replaced.status_code == 404

    def test_takes_what_is_said(self, ann):
        make_person("ben")
        draft = bring(ann).json()

        told = publish(
            ann, draft, title="Mine", tags=["x"], visibility="shared", share_with=["ben"]
        ).json()

        assert (told["title"], told["tags"], told["visibility"]) == ("Mine", ["x"], "shared")
        assert told["shared_with"] == [{"to": "ben", "may_edit": False}]

    def test_gives_it_to_a_team_that_the_caller_edits_for(self, ann):
        now = timezone.now()
        for slug, role in (("customs", "editor"), ("taxes", "member")):
            team = Team.objects.create(name=slug, slug=slug, created_at=now)
            Membership.objects.create(
                team=team, person=make_person("ann"), role=role, created_at=now
            )
        draft = bring(ann).json()

        refused = publish(ann, draft, owner="team:taxes")

        assert refused.status_code == 422
        assert list(refused.json()["errors"]) == ["owner"]
        assert publish(ann, draft, owner="team:customs").json()["owner"] == "team:customs"

    def test_never_drops_a_label_in_silence(self, ann):
        now = timezone.now()
        held, _ = (
            Label.objects.create(name=slug, slug=slug, created_at=now)
            for slug in ("held", "other")
        )
        LabelHolding.objects.create(
            person=make_person("ann"), label=held, source="administrator", granted_at=now
        )
        draft = bring(ann).json()

        assert publish(ann, draft, labels=["held", "other"]).status_code == 422
        assert publish(ann, draft, labels=["held"]).json()["labels"] == ["held"]

    def test_makes_the_next_version(self, ann):
        notebook = bring_in(make_person("ann"))
        draft = bring(ann).json()

        told = publish(
            ann, draft, replaces=str(notebook.uuid), replaces_version=1, message="Better"
        ).json()

        assert (told["uuid"], told["version"]) == (str(notebook.uuid), 2)
        assert told["title"] == notebook.title
        newest = ann.get(f"/api/v1/notebooks/{notebook.uuid}/revisions/2").json()
        assert newest["message"] == "Better"

    def test_makes_no_version_of_what_has_changed_meanwhile(self, ann):
        notebook = bring_in(make_person("ann"))
        address = f"/api/v1/notebooks/{notebook.uuid}"
        seen = ann.get(address).headers["ETag"]
        publish(ann, bring(ann).json(), replaces=str(notebook.uuid))
        draft = bring(ann, notebook_bytes("third = 3")).json()
        said = {"replaces": str(notebook.uuid)}

        assert publish(ann, draft, {"If-Match": seen}, **said).status_code == 412
        assert publish(ann, draft, replaces_version=1, **said).status_code in {409, 412}
        newest = ann.get(address).headers["ETag"]
        assert publish(ann, draft, {"If-Match": newest}, **said).status_code == 201

    def test_makes_a_copy_of_ones_own(self, ann):
        notebook = bring_in(make_person("olga"))

        told = publish(ann, bring(ann).json(), forks=str(notebook.uuid)).json()

        assert told["forked_from"] == {"notebook": str(notebook.uuid), "version": 1}
        assert told["owner"] == "ann"

    @pytest.mark.parametrize("field", ["replaces", "forks"])
    def test_never_takes_a_missing_notebook_for_none(self, ann, field):
        response = publish(ann, bring(ann).json(), **{field: str(uuid4())})

        assert response.status_code == 422
        assert list(response.json()["errors"]) == [field]
        assert not Notebook.objects.exists()

    def test_is_refused_to_those_who_may_only_read(self, ann):
        notebook = bring_in(make_person("olga"))

        assert publish(ann, bring(ann).json(), replaces=str(notebook.uuid)).status_code == 403

    def test_asks_about_secrets_in_what_is_said_and_takes_a_decision(self, ann):
        key = "AKIA" + "Q7RT2KXJ5WPL9ZBN"
        draft = bring(ann).json()

        refused = publish(ann, draft, description=f"Use {key}")
        (sentence,) = refused.json()["errors"]["decisions"]
        decide = sentence.rstrip(".").rpartition(": ")[2]
        told = publish(
            ann,
            draft,
            description=f"Use {key}",
            decisions=[{"key": decide, "decision": "blank"}],
        )

        assert refused.status_code == 422
        assert key not in refused.text
        assert told.status_code == 201
        assert told.json()["description"] == "Use REMOVED"

    def test_asks_about_secrets_first(self, ann):
        key = "AKIA" + "Q7RT2KXJ5WPL9ZBN"
        draft = bring(ann, notebook_bytes(f'key = "{key}"')).json()
        secret = draft["secrets"][0]["key"]

        refused = publish(ann, draft)
        told = publish(ann, draft, decisions=[{"key": secret, "decision": "blank"}])

        assert refused.status_code == 422
        assert list(refused.json()["errors"]) == ["decisions"]
        assert told.status_code == 201
        content = ann.get(f"/api/v1/notebooks/{told.json()['uuid']}/content")
        assert key not in content.content.decode()

    @pytest.mark.parametrize(
        "said",
        [
            {"title": ""},
            {"title": "   "},
            {"visibility": "shared"},
            {"visibility": "shared", "share_with": ["nobody.here"]},
            {"owner": "ben"},
            {"colour": "red"},
            {"decisions": [{"key": "x", "decision": "maybe"}]},
            {"keep_pictures": ["1"]},
            {"replaces_version": "1"},
        ],
    )
    def test_refuses_what_makes_no_sense(self, ann, said):
        draft = bring(ann).json()

        assert publish(ann, draft, **said).status_code == 422
        assert not Notebook.objects.exists()
        assert Draft.objects.exists()

    def test_by_a_page_wants_its_token(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_person("ann"))

        assert bring(client).status_code == 403


class TestPictures:
    PICTURES = {"plan.png": coded(picture(size=(30, 20)))}

    def of(self, client, told):
        content = client.get(f"/api/v1/notebooks/{told.json()['uuid']}/content").json()
        return set(content["cells"][0].get("attachments", {}))

    def test_that_were_allowed_stay_in_the_next_version(self, ann):
        draft = bring(ann, raw_notebook("1", pictures=self.PICTURES)).json()
        keys = [one["key"] for one in draft["pictures"]]
        first = publish(ann, draft, keep_pictures=keys)
        content = ann.get(f"/api/v1/notebooks/{first.json()['uuid']}/content").json()
        content["cells"][1]["source"] = "2"

        draft = bring(ann, json.dumps(content).encode()).json()
        second = publish(ann, draft, replaces=first.json()["uuid"])
        draft = bring(ann, raw_notebook("3", pictures=self.PICTURES)).json()
        third = publish(ann, draft, replaces=first.json()["uuid"])

        assert second.status_code == third.status_code == 201
        assert (
            self.of(ann, first) == self.of(ann, second) == self.of(ann, third) == {"plan.png"}
        )

    def test_go_from_the_next_version_when_none_is_kept(self, ann):
        draft = bring(ann, raw_notebook("1", pictures=self.PICTURES)).json()
        keys = [one["key"] for one in draft["pictures"]]
        first = publish(ann, draft, keep_pictures=keys).json()["uuid"]
        draft = bring(ann, raw_notebook("2", pictures=self.PICTURES)).json()

        told = publish(ann, draft, replaces=first, keep_pictures=[])

        assert self.of(ann, told) == set()

    def test_are_not_kept_in_a_new_notebook_unless_that_is_said(self, ann):
        draft = bring(ann, raw_notebook("1", pictures=self.PICTURES)).json()

        assert self.of(ann, publish(ann, draft)) == set()

    def test_of_another_draft_are_refused_by_name(self, ann):
        other = bring(ann, raw_notebook("1", pictures=self.PICTURES)).json()
        draft = bring(ann, raw_notebook("2", pictures=self.PICTURES)).json()

        refused = publish(ann, draft, keep_pictures=[other["pictures"][0]["key"]])

        assert refused.status_code == 422
        assert list(refused.json()["errors"]) == ["keep_pictures"]
        assert Draft.objects.count() == 2


class TestWhatIsLeftOut:
    def test_is_private_without_a_visibility(self, ann, as_person):
        draft = bring(ann).json()

        told = publish(ann, draft)

        assert (told.status_code, told.json()["visibility"]) == (201, "private")
        address = f"/api/v1/notebooks/{told.json()['uuid']}"
        assert as_person("bob").get(address).status_code == 404

    def test_is_private_as_a_copy_too(self, ann, as_person):
        bob = as_person("bob")
        first = publish(bob, bring(bob).json(), visibility="everyone").json()

        told = publish(ann, bring(ann).json(), forks=first["uuid"]).json()

        assert told["visibility"] == "private"

    def test_is_shared_with_those_who_are_named_alone(self, ann, as_person):
        bob, eve = as_person("bob"), as_person("eve")

        told = publish(ann, bring(ann).json(), share_with=["bob"]).json()

        address = f"/api/v1/notebooks/{told['uuid']}"
        assert told["visibility"] == "shared"
        assert [client.get(address).status_code for client in (bob, eve)] == [200, 404]

    @pytest.mark.parametrize("unknown", ["nobody", "team:nowhere"])
    def test_names_the_field_of_somebody_unknown(self, ann, unknown):
        told = publish(ann, bring(ann).json(), visibility="shared", share_with=[unknown])

        assert told.status_code == 422
        assert list(told.json()["errors"]) == ["share_with"]


class TestWhereItIs:
    def test_stands_in_the_answer(self, ann):
        brought = bring(ann)
        made = publish(ann, brought.json())

        assert brought.headers["Location"] == f"{DRAFTS}/{brought.json()['id']}"
        assert made.headers["Location"] == f"/api/v1/notebooks/{made.json()['uuid']}"
        assert ann.get(made.headers["Location"]).json()["uuid"] == made.json()["uuid"]


class TestFiles:
    @pytest.mark.parametrize("second", ["file", "other"])
    def test_are_brought_in_one_at_a_time(self, ann, second):
        files = [BytesIO(notebook_bytes()), BytesIO(notebook_bytes(title="Second"))]
        sent = {"file": files} if second == "file" else {"file": files[0], second: files[1]}

        told = ann.post(DRAFTS, sent)

        assert told.status_code == 400
        assert "one file" in told.json()["detail"]
        assert not Draft.objects.exists()

    @pytest.mark.parametrize(
        "name", ["../../etc/x.ipynb", "C:\\me\\x.ipynb", "/home/me/x.ipynb"]
    )
    def test_lose_the_folders_they_lay_in(self, ann, name):
        assert bring(ann, name=name).json()["file_name"] == "x.ipynb"

    @pytest.mark.parametrize("name", ["..", "/", "a/"])
    def test_have_a_name(self, ann, name):
        assert bring(ann, name=name).json()["file_name"]


class TestVersionsOfOthers:
    def test_is_told_as_described(self, ann):
        first = publish(ann, bring(ann).json()).json()
        newer = {"replaces": first["uuid"], "replaces_version": 1}
        assert publish(ann, bring(ann, notebook_bytes("1")).json(), **newer).status_code == 201

        told = publish(ann, bring(ann, notebook_bytes("2")).json(), **newer)

        assert told.status_code == 409
        description = ann.get("/api/v1/openapi.json").json()
        call = description["paths"][f"{DRAFTS}/{{id}}/publish"]["post"]
        assert "409" in call["responses"]


def test_a_name_with_a_nul_is_refused(ann):
    answer = bring(ann, name="a%00b.ipynb")

    assert answer.status_code == 400
    assert "NUL" in answer.json()["detail"]
    assert not Draft.objects.exists()
