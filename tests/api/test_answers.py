"""What every call of the API has in common: problems, tags for versions, limits."""

import json
import uuid

import pytest
from django.db import DataError, connection
from django.test import Client

from tests.api.conftest import mint
from tests.factories.executions import make_person
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def call(ann):
    """A client that shows a token of ann's."""
    return Client(headers={"Authorization": f"Bearer {mint(ann)}"})


@pytest.fixture
def notebook():
    return bring_in(make_person("owner"))


def told(response, status):
    """The problem that ``response`` tells."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    return problem


class TestProblems:
    @pytest.mark.parametrize(
        "address",
        ["", "nothing", "notebooks", "notebooks/", "notebooks/no-uuid", "notebooks/1/content"],
    )
    def test_tell_of_addresses_that_are_not_there(self, call, address):
        told(call.get(f"/api/v1/{address}"), 404)

    def test_tell_of_addresses_below_other_versions(self, call):
        told(call.get("/api/v2/notebooks"), 404)

    @pytest.mark.parametrize("method", ["delete", "put", "patch", "get", "options"])
    def test_tell_which_methods_are_possible(self, call, method):
        response = getattr(call, method)("/api/v1/executions")

        told(response, 405)
        assert response.headers["Allow"] == "POST"

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
    def test_refuse_other_kinds_of_content(self, call, kind):
        told(call.post("/api/v1/executions", '{"events": []}', content_type=kind), 415)

    def test_refuse_what_is_too_large(self, call):
        body = b" " * 1_000_001

        told(call.post("/api/v1/executions", body, content_type="application/json"), 413)
        body = b" " * 22_000_000
        told(call.post("/api/v1/executions", body, content_type="application/json"), 413)

    def test_name_fields_with_nul_characters(self, call):
        body = {"events": [{"id": "a\0"}, {"via\0": 1}]}

        response = call.post(
            "/api/v1/executions", json.dumps(body), content_type="application/json"
        )

        assert list(told(response, 422)["errors"]) == ["events.0.id", "events.1"]

    def test_are_told_of_what_nobody_expected(self, call, monkeypatch, notebook):
        call.raise_request_exception = False

        def breaks(*_, **__):
            raise RuntimeError("secret")

        monkeypatch.setattr("nbcommons.access.guard.notebooks_for", breaks)
        response = call.get(f"/api/v1/notebooks/{notebook.uuid}")

        assert "secret" not in json.dumps(told(response, 500))

    def test_pages_keep_their_own_errors(self, client, ann):
        client.force_login(ann)

        assert "<html" in client.get("/nowhere/").content.decode()


class TestCrossOrigin:
    def test_no_other_page_may_read(self, call, notebook):
        response = call.get(
            f"/api/v1/notebooks/{notebook.uuid}", headers={"Origin": "https://evil.example"}
        )

        assert not [name for name in response.headers if name.startswith("Access-Control")]


class TestTags:
    @pytest.mark.parametrize("part", ["", "/content"])
    def test_spare_what_the_caller_has(self, call, notebook, part):
        address = f"/api/v1/notebooks/{notebook.uuid}{part}"
        first = call.get(address)

        again = call.get(address, headers={"If-None-Match": first.headers["ETag"]})

        assert again.status_code == 304
        assert not again.content
        assert "private" in first.headers["Cache-Control"]
        assert {"Authorization", "Cookie"} <= set(first.headers["Vary"].split(", "))
        other = call.get(address, headers={"If-None-Match": '"other"'})
        assert other.status_code == 200

    def test_stand_in_the_answer_to_head(self, call, notebook):
        address = f"/api/v1/notebooks/{notebook.uuid}"

        head = call.head(address)

        assert head.status_code == 200
        assert head.headers["ETag"] == call.get(address).headers["ETag"]


class TestLimits:
    def test_reading_is_counted_by_token(self, settings, call, ann, notebook):
        settings.NBCOMMONS_API_READS_PER_MINUTE = 3
        address = f"/api/v1/notebooks/{notebook.uuid}"

        answers = [call.get(address).status_code for _ in range(4)]
        refused = call.get(address)

        assert answers == [200, 200, 200, 429]
        told(refused, 429)
        assert 15 <= int(refused.headers["Retry-After"]) <= 21
        other = Client(headers={"Authorization": f"Bearer {mint(ann)}"})
        assert other.get(address).status_code == 200

    def test_changes_are_counted_apart(self, settings, call, notebook):
        settings.NBCOMMONS_API_WRITES_PER_MINUTE = 1
        body = {"content_type": "application/json", "data": '{"events": []}'}

        assert call.post("/api/v1/executions", **body).status_code == 202
        assert call.post("/api/v1/executions", **body).status_code == 429
        assert call.get(f"/api/v1/notebooks/{notebook.uuid}").status_code == 200

    def test_pages_are_counted_by_person(self, settings, client, ann, notebook):
        settings.NBCOMMONS_API_READS_PER_MINUTE = 1
        other_browser = Client()
        for browser in (client, other_browser):
            browser.force_login(ann)
        address = f"/api/v1/notebooks/{notebook.uuid}"

        assert client.get(address).status_code == 200
        assert other_browser.get(address).status_code == 429

    def test_guessing_is_counted_by_address(self, settings, call, notebook):
        settings.NBCOMMONS_API_REFUSALS_PER_MINUTE = 2
        address = f"/api/v1/notebooks/{notebook.uuid}"

        def guess(address_of_guesser):
            return Client(REMOTE_ADDR=address_of_guesser).get(
                address, headers={"Authorization": f"Bearer nbc_{uuid.uuid4()}"}
            )

        answers = [guess("192.0.2.1").status_code for _ in range(3)]

        assert answers == [401, 401, 429]
        assert guess("192.0.2.2").status_code == 401
        assert call.get(address, REMOTE_ADDR="192.0.2.1").status_code == 200


@pytest.mark.django_db(transaction=True)
class TestWithoutTheDatabase:
    def test_is_told_as_something_that_passes(self, call, client, notebook):
        address = f"/api/v1/notebooks/{notebook.uuid}"
        call.raise_request_exception = client.raise_request_exception = False
        page = Client(raise_request_exception=False)

        connection.connection.close()
        problem = call.get(address)
        connection.close()
        connection.ensure_connection()
        connection.connection.close()
        shown = page.get("/sign-in/")
        connection.close()

        told(problem, 503)
        assert int(problem.headers["Retry-After"]) >= 1
        assert (shown.status_code, shown.headers["Retry-After"]) == (503, "5")
        assert "not available at the moment" in shown.content.decode()
        # It is there again: the next call is answered.
        assert call.get(address).status_code == 200

    def test_other_faults_are_none_of_it(self, call, notebook, monkeypatch):
        call.raise_request_exception = False

        def breaks(*_, **__):
            raise DataError("number out of range")

        monkeypatch.setattr("nbcommons.access.guard.notebooks_for", breaks)

        told(call.get(f"/api/v1/notebooks/{notebook.uuid}"), 500)
