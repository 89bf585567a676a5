"""Notebooks as clients read, compare and stage them: each endpoint as the protocol has it."""

import json
import re
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nbcommons.collaboration.operations.stars import give_star
from nbcommons.intake.models import Draft, ImportedRevision
from nbcommons.intake.operations.drafts import Details
from nbcommons.intake.operations.publishing import publish_draft
from nbcommons.notebooks.models import Notebook, Visibility
from tests.factories.catalogue import publish, revise
from tests.factories.executions import actor_for, fingerprint_of, make_notebook
from tests.factories.intake import raw_notebook
from tests.nbgallery.conftest import JUPYTER, Jupyter

pytestmark = pytest.mark.django_db
NOBODYS = "00000000-0000-4000-8000-000000000000"


def documented(*sources):
    """A notebook as a client sends it."""
    return json.loads(raw_notebook(*sources))


def shared(draft: Draft, **more) -> Notebook:
    details = Details(
        title=more.pop("title", "Sales report"),
        purpose="Monthly numbers",
        category="operational",
        visibility="everyone",
        tags=(),
        becomes=draft.becomes,
        target=draft.target.uuid if draft.target else None,
    )
    return publish_draft(actor_for(draft.person), draft, details=details, at=timezone.now())


class TestMetadata:
    def test_tells_all_that_the_protocol_names(self, ann, jupyter):
        notebook = publish(
            ann, "Sales report", purpose="Monthly numbers", tags=("sales", "pandas")
        )

        got = jupyter.get(f"/notebooks/{notebook.uuid}/metadata", _="1717245296000")

        told = got.json()
        assert got.status_code == 200
        assert got["Content-Type"] == "application/json"
        assert told["uuid"] == str(notebook.uuid)
        assert told["tags"] == "pandas,sales"
        assert (told["owner"], told["owner_type"]) == ("ann", "User")
        assert told["parent_uuid"] is None
        assert re.fullmatch(r"[0-9a-f]{40}", told["git_commit_id"])
        assert re.fullmatch(r"[A-Za-z0-9-]+", told["commit_id"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["created_at"])
        assert set(told) == {
            *("id", "uuid", "title", "description", "public", "lang", "lang_version"),
            *("commit_id", "content_updated_at", "owner", "owner_type", "creator", "updater"),
            *(
                "created_at",
                "updated_at",
                "deprecated",
                "parent_uuid",
                "verified",
                "unapproved",
            ),
            *("owner_name", "owner_url", "tags", "url", "git_commit_id"),
        }

    def test_names_another_commit_after_every_change_and_the_same_one_till_then(
        self, ann, jupyter
    ):
        notebook = publish(ann, code="a = 1")
        path = f"/notebooks/{notebook.uuid}/metadata"
        first = jupyter.get(path).json()["commit_id"]

        assert jupyter.get(path).json()["commit_id"] == first
        revise(notebook, code="a = 2")
        assert jupyter.get(path).json()["commit_id"] != first

    def test_keeps_the_commit_that_an_imported_version_had(self, ann, jupyter):
        notebook = publish(ann)
        ImportedRevision.objects.create(
            revision=notebook.current_revision, commit_id="9b2d5c1e-7f0a-4d3b-8a66-1f2e3d4c5b6a"
        )

        told = jupyter.get(f"/notebooks/{notebook.uuid}/metadata").json()

        assert told["commit_id"] == "9b2d5c1e-7f0a-4d3b-8a66-1f2e3d4c5b6a"

    def test_never_tells_a_commit_that_could_be_code(self, ann, jupyter):
        notebook = publish(ann)
        ImportedRevision.objects.create(
            revision=notebook.current_revision, commit_id="'; import os; '"
        )

        told = jupyter.get(f"/notebooks/{notebook.uuid}/metadata").json()

        assert re.fullmatch(r"[A-Za-z0-9-]+", told["commit_id"] + told["git_commit_id"])

    @pytest.mark.parametrize(
        "path",
        ["//notebooks/{}/metadata", "/notebooks//{}///metadata", "/notebooks/{}/metadata.json"],
    )
    def test_bears_slashes_and_formats(self, ann, jupyter, path):
        notebook = publish(ann)

        got = jupyter.get(path.format(notebook.uuid))

        assert got.json()["uuid"] == str(notebook.uuid)
        assert got["Access-Control-Allow-Origin"] == JUPYTER

    def test_what_is_private_answers_like_what_does_not_exist(self, ann, ben):
        hidden = publish(ben, "The hidden", visibility=Visibility.PRIVATE)
        jupyter = Jupyter(ann)

        asked = [
            [jupyter.get(path.format(key)) for key in (hidden.uuid, NOBODYS)]
            for path in (
                "/notebooks/{}/metadata",
                "/notebooks/{}/download",
                "/notebooks/{}/uuid",
                "/nb/{}/uuid",
                "/notebooks/{}/title",
            )
        ]
        asked += [
            [jupyter.send(path.format(key), documented()) for key in (hidden.uuid, NOBODYS)]
            for path in ("/notebooks/{}/diff", "/stages?agree=yes&id={}")
        ]

        for one, none in asked:
            assert one.status_code == 404
            assert one.content == none.content == b'{"message": "not found"}'


class TestDownload:
    def test_is_of_a_kind_that_clients_parse_themselves(self, ann, jupyter):
        notebook = publish(ann, 'Sales / <b>"report"</b>\N{SNOWMAN}', code="print('hello')")

        got = jupyter.get(f"/notebooks/{notebook.uuid}/download", clickstream="false")

        document = json.loads(got.content)
        assert got["Content-Type"] == "application/octet-stream"
        assert got["Content-Disposition"].startswith("attachment; filename=")
        assert got["Content-Disposition"].isascii()
        assert document["cells"][1]["source"] == "print('hello')"
        gallery = document["metadata"]["gallery"]
        assert gallery["link"] == gallery["uuid"] == str(notebook.uuid)
        assert "clone" not in gallery
        assert gallery["commit"] == gallery["commit_id"]
        assert gallery["gallery_url"] == "http://localhost:8000"

    def test_says_clone_to_who_may_not_edit_it(self, ann, ben):
        notebook = publish(ben)

        got = Jupyter(ann).get(f"/notebooks/{notebook.uuid}/download")

        gallery = json.loads(got.content)["metadata"]["gallery"]
        assert gallery["clone"] == str(notebook.uuid)
        assert "link" not in gallery


class TestUuid:
    @pytest.mark.parametrize(
        "path",
        [
            "/notebooks/{}/uuid",
            "/notebooks/{}/a-title/uuid",
            "/nb/{}/uuid",
            "/nb/{}/Sales report/uuid",
            "/notebook/{}/uuid",
        ],
    )
    def test_is_told_below_every_address_of_the_notebook(self, ann, jupyter, path):
        notebook = publish(ann)

        got = jupyter.get(path.format(notebook.uuid))

        assert got.json() == {"uuid": str(notebook.uuid)}

    def test_is_found_by_its_first_eight_signs(self, ann, jupyter):
        notebook = publish(ann)

        assert jupyter.get(f"/nb/{notebook.uuid.hex[:8]}/uuid").json() == {
            "uuid": str(notebook.uuid)
        }

    def test_a_number_of_another_server_names_nothing(self, ann, jupyter):
        notebook = publish(ann)

        assert jupyter.get(f"/notebooks/{notebook.pk}-sales-report/uuid").status_code == 404


class TestDiff:
    def test_shows_what_changed_and_nothing_but_text(self, ann, jupyter):
        notebook = publish(ann, text="# Title", code="a = 1")
        changed = documented()
        changed["cells"] = [
            {"cell_type": "markdown", "metadata": {}, "source": "# Title"},
            {
                "cell_type": "code",
                "metadata": {"onclick": "</style><script>"},
                "source": "a = '<img src=x onerror=alert(1)>'",
                "outputs": [{"output_type": "stream", "name": "stdout", "text": "OUT"}],
                "execution_count": 1,
            },
        ]

        got = jupyter.send(f"/notebooks/{notebook.uuid}/diff", changed)

        told = got.json()
        html = told["inline"] + "".join(told["split"])
        assert told["different"] is True
        assert '<li class="del"><del>  a = 1</del></li>' in told["inline"]
        assert "&lt;img src=x onerror=alert(1)&gt;" in told["inline"]
        assert set(re.findall(r"<(/?\w+)", html)) <= {
            *("div", "/div", "ul", "/ul", "li", "/li", "span", "/span"),
            *("ins", "/ins", "del", "/del"),
        }
        assert told["css"].count("<") == 2
        assert "OUT" not in html
        assert told["split"][0].count("<li") == told["split"][1].count("<li")

    def test_says_when_nothing_changed(self, jupyter):
        draft = Draft.objects.get(
            uuid=jupyter.send("/stages?agree=yes", documented()).json()["commit"]
        )
        notebook = shared(draft)

        got = jupyter.send(f"/notebooks/{notebook.uuid}/diff", documented())

        assert got.json()["different"] is False

    @pytest.mark.parametrize("body", ["", "no json", "[]", '{"cells": 3}', "{" * 10_000])
    def test_refuses_what_is_no_notebook(self, ann, jupyter, body):
        notebook = publish(ann)

        got = jupyter.send(f"/notebooks/{notebook.uuid}/diff", body)

        assert got.status_code == 422
        assert got.json()["message"]


class TestStages:
    def test_a_new_one_waits_as_a_draft_without_results(self, ann, jupyter):
        document = documented("print('hello')")
        document["cells"][1]["outputs"] = [
            {"output_type": "stream", "name": "stdout", "text": "canary"}
        ]

        got = jupyter.send("/stages?agree=yes", document)

        receipt = got.json()
        draft = Draft.objects.get()
        assert got.status_code == 201
        assert receipt == {
            "commit": str(draft.uuid),
            "staging_id": str(draft.uuid),
            "filename": None,
            "link": str(draft.uuid),
        }
        assert draft.person == ann
        assert draft.removed["outputs"] == 1

    def test_becomes_the_notebook_that_the_client_believes_it_is(self, jupyter):
        receipt = jupyter.send("/stages?agree=yes", documented()).json()

        notebook = shared(Draft.objects.get())

        assert notebook.uuid == UUID(receipt["link"])
        told = jupyter.get(f"/notebooks/{receipt['link']}/metadata").json()
        assert told["commit_id"] == receipt["commit"]

    def test_a_version_is_known_by_the_id_of_its_stage(self, ann, jupyter):
        notebook = publish(ann)

        receipt = jupyter.send(f"/stages?agree=yes&id={notebook.uuid}", documented()).json()

        draft = Draft.objects.get()
        assert receipt["link"] == str(notebook.uuid)
        assert (draft.becomes, draft.target) == ("version", notebook)
        assert shared(draft) == notebook
        told = jupyter.get(f"/notebooks/{notebook.uuid}/metadata").json()
        assert told["commit_id"] == receipt["commit"]

    def test_is_a_clone_for_who_may_not_edit(self, ben, jupyter):
        notebook = publish(ben)

        receipt = jupyter.send(f"/stages?agree=yes&id={notebook.uuid}", documented()).json()

        assert receipt["clone"] == str(notebook.uuid)
        assert "link" not in receipt

    def test_takes_a_form_with_a_file(self, jupyter, tmp_path):
        path = tmp_path / "late.ipynb"
        path.write_bytes(raw_notebook())
        with path.open("rb") as file:
            got = jupyter.post("/stages", agree="yes", file=file)

        assert got.status_code == 201
        assert got.json()["filename"] == "late.ipynb"

    def test_wants_to_hear_that_the_person_agrees(self, jupyter):
        got = jupyter.send("/stages", documented())

        assert (got.status_code, got.json()) == (
            400,
            {"message": "must accept terms of service"},
        )
        assert not Draft.objects.exists()

    def test_refuses_what_is_far_too_large(self, jupyter, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

        got = jupyter.send("/stages?agree=yes", "x" * 2000)

        assert got.status_code == 422
        assert got["Access-Control-Allow-Origin"] == JUPYTER

    def test_somebody_elses_stage_does_not_exist(self, ben, jupyter):
        sid = jupyter.send("/stages?agree=yes", documented()).json()["commit"]
        other = Jupyter(ben)

        assert other.get(f"/stages/{sid}/preprocess").status_code == 404
        assert other.client.get(f"/handed-over/{sid}/").status_code == 404
        assert jupyter.get(f"/stages/{sid}/preprocess").status_code == 200

    def test_asks_who_is_not_signed_in_to_do_so_and_never_redirects(self):
        got = Jupyter().send("/stages?agree=yes", documented())

        assert (got.status_code, got.json()) == (401, {"message": "login required"})
        assert got["Access-Control-Allow-Origin"] == JUPYTER


class TestLists:
    def test_recently_executed_holds_what_the_person_ran_and_may_read(self, ann, ben, jupyter):
        ran, unread, other = (
            make_notebook(owner=ben, title="Ran"),
            make_notebook(owner=ben, title="Hidden now"),
            make_notebook(owner=ben, title="Not mine"),
        )
        for notebook, person in ((ran, ann), (unread, ann), (other, ben)):
            got = Jupyter(person).post(
                "/executions",
                uuid=notebook.uuid,
                md5=fingerprint_of("a = 1"),
                success="true",
                runtime="153",
            )
            assert (got.status_code, got.json()) == (
                200,
                {"message": "execution log accepted"},
            )
        Notebook.objects.filter(pk=unread.pk).update(visibility=Visibility.PRIVATE)

        listed = jupyter.get("/notebooks/recently_executed").json()

        assert [row["title"] for row in listed] == ["Ran"]
        assert {"uuid", "title", "url", "commit_id", "tags", "owner"} <= set(listed[0])

    def test_stars_are_the_persons_own(self, ann, ben, jupyter):
        starred = publish(ben, "Starred")
        publish(ben, "Plain")
        give_star(actor_for(ann), starred, at=timezone.now())

        assert [row["title"] for row in jupyter.get("//notebooks/stars").json()] == ["Starred"]
        assert Jupyter(ben).get("/notebooks/stars").json() == []

    def test_pages_are_bounded(self, ann, jupyter):
        publish(ann, "One")

        assert jupyter.get("/notebooks", count="99999999", page="0").status_code == 200
        assert jupyter.get("/notebooks.json", count="x", page="-1", sort="'").status_code == 200

    def test_people_are_led_to_the_page(self, ann):
        client = Client()
        client.force_login(ann)

        got = client.get("/notebooks", headers={"accept": "text/html,*/*"})

        assert got["Location"] == "/notebooks/"


class TestPages:
    @pytest.mark.parametrize("path", ["/nb/{}", "/notebook/{}/", "/nb/{}/sales"])
    def test_short_addresses_lead_to_the_page(self, ann, path):
        notebook = publish(ann)
        client = Client()
        client.force_login(ann)

        got = client.get(path.format(notebook.uuid))

        assert got["Location"] == reverse("gallery:notebook", args=[notebook.uuid])
