"""What programs may send about runs, and what they are told when they may not."""

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.executions.models import CellDay, ReceivedEvent
from nbcommons.people import tokens
from tests.factories.executions import fingerprint_of, make_notebook, make_person

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/executions"


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def notebook():
    return make_notebook("a = 1")


@pytest.fixture
def token(ann):
    now = timezone.now()
    return tokens.mint_spawn_token(
        Actor.system("tests"), ann, spawn_id="s1", expires_at=now + timedelta(hours=1), at=now
    ).secret


def event(of, **changes):
    return {
        "id": str(uuid.uuid4()),
        "notebook": str(of.uuid),
        "revision": 1,
        "cell": {"fingerprint": fingerprint_of("a = 1"), "id": "c0", "index": 0},
        "success": True,
        "runtime_ms": 120,
        "at": timezone.now().isoformat(),
        "via": "lab",
        **changes,
    }


def send(body, *, token=None, client=None, **more):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return (client or Client()).post(
        ADDRESS,
        body if isinstance(body, str | bytes) else json.dumps(body),
        content_type="application/json",
        headers={**headers, **more},
    )


class TestReportExecutions:
    def test_counts_what_your_jupyter_sends(self, ann, notebook, token):
        one = event(notebook)

        response = send({"events": [one, event(notebook, success=False), one]}, token=token)

        assert response.status_code == 202
        assert response.json() == {"accepted": 2, "repeated": 1, "unmatched": 0}
        row = CellDay.objects.get()
        assert (row.person, row.successes, row.failures) == (ann, 1, 1)

    def test_takes_null_for_what_is_not_known(self, notebook, token):
        cell = {"fingerprint": fingerprint_of("a = 1"), "id": None, "index": -1}

        response = send({"events": [event(notebook, revision=None, cell=cell)]}, token=token)

        assert response.json()["accepted"] == 1

    def test_takes_an_empty_report(self, token):
        assert send({"events": []}, token=token).status_code == 202

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"id": "no"}, "events.0.id"),
            ({"notebook": 4}, "events.0.notebook"),
            ({"revision": 0}, "events.0.revision"),
            ({"cell": {"fingerprint": "xyz"}}, "events.0.cell.fingerprint"),
            ({"cell": {"fingerprint": "a" * 32 + "\n"}}, "events.0.cell.fingerprint"),
            ({"cell": {"fingerprint": "a" * 32, "id": "\u0000"}}, "events.0.cell.id"),
            ({"cell": {"fingerprint": "a" * 32, "index": -2}}, "events.0.cell.index"),
            ({"cell": None}, "events.0.cell"),
            ({"success": "yes"}, "events.0.success"),
            ({"runtime_ms": -1}, "events.0.runtime_ms"),
            ({"runtime_ms": 2**40}, "events.0.runtime_ms"),
            ({"runtime_ms": 10**30}, "events.0.runtime_ms"),
            ({"at": "2026-11-20T10:00:00"}, "events.0.at"),
            ({"at": "yesterday"}, "events.0.at"),
            ({"via": "carrier pigeon"}, "events.0.via"),
            ({"output": "secret"}, "events.0.output"),
            ({"error_class": "ValueError: my data"}, "events.0.error_class"),
        ],
    )
    def test_names_the_field_that_is_wrong_and_stores_nothing(
        self, notebook, token, changes, field
    ):
        response = send({"events": [event(notebook, **changes), event(notebook)]}, token=token)

        assert response.status_code == 422
        assert response.headers["Content-Type"] == "application/problem+json"
        problem = response.json()
        assert problem["status"] == 422
        assert list(problem["errors"]) == [field]
        assert "secret" not in response.content.decode()
        assert not CellDay.objects.exists()
        assert not ReceivedEvent.objects.exists()

    def test_refuses_more_than_a_thousand_events(self, notebook, token):
        response = send({"events": [event(notebook)] * 1001}, token=token)

        assert response.status_code == 422
        assert list(response.json()["errors"]) == ["events"]

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 422),
            (b"{", 400),
            (b'{"events": NaN}', 400),
            (b'{"events": "\xff"}', 400),
            (b"[]", 422),
            (b"null", 422),
            (b'{"events": {}}', 422),
            (b'{"events": [], "more": 1}', 422),
            (b" " * 1_000_001, 413),
        ],
    )
    def test_refuses_what_is_no_report(self, token, body, status):
        response = send(body, token=token)

        assert response.status_code == status
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == status

    def test_wants_somebody_behind_it(self, notebook):
        response = send({"events": [event(notebook)]})

        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.headers["Content-Type"] == "application/problem+json"

    def test_refuses_a_token_that_may_only_read(self, ann, notebook):
        minted = tokens.mint_personal_token(
            Actor.person(ann.pk, "ann"),
            ann,
            scopes=("notebooks:read",),
            label="reads",
            expires_at=None,
            at=timezone.now(),
        )

        assert send({"events": [event(notebook)]}, token=minted.secret).status_code == 403

    def test_refuses_a_revoked_token_even_beside_a_session(self, ann, token):
        tokens.revoke_spawn_tokens(Actor.system("tests"), spawn_id="s1", at=timezone.now())
        client = Client()
        client.force_login(ann)

        assert send({"events": []}, token=token, client=client).status_code == 401

    def test_wants_the_csrf_token_of_a_page(self, ann, notebook):
        client = Client(enforce_csrf_checks=True)
        client.force_login(ann)
        body = {"events": [event(notebook)]}

        assert send(body, client=client).status_code == 403
        client.cookies["commons_csrf"] = secret = "a" * 32
        response = send(body, client=client, **{"X-CSRFToken": secret})
        assert response.status_code == 202

    def test_is_refused_to_a_page_of_another_site(self, ann):
        client = Client()
        client.force_login(ann)

        response = send({"events": []}, client=client, Origin="http://127.0.0.1:8000")

        assert response.status_code == 403

    def test_answers_other_methods_with_405(self, token):
        headers = {"Authorization": f"Bearer {token}"}

        assert Client().get(ADDRESS, headers=headers).status_code == 405


class TestDescription:
    def test_is_a_page_for_people_signed_in(self, ann, client):
        assert client.get("/api/v1/docs").status_code == 302
        client.force_login(ann)

        response = client.get("/api/v1/docs")

        html = response.content.decode()
        assert response.status_code == 200
        assert "Report runs of cells" in html
        assert "How a notebook is doing" in html
        assert "executions:write" in html
        assert "<script>" not in html
        assert "http://" not in html.replace("http://www.w3.org", "")

    def test_is_there_for_machines(self, ann, client):
        client.force_login(ann)

        paths = client.get("/api/v1/openapi.json").json()["paths"]

        assert "/api/v1/executions" in paths
        assert "/api/v1/notebooks/{uuid}/health" in paths
