"""The description of the API that programs and people read."""

import json
import re
from pathlib import Path

import pytest

from nbcommons.config.urls import api

ROOT = Path(__file__).parents[2]
METHODS = {"get", "put", "post", "patch", "delete"}
# A call whose answer needs no words besides its title and its fields.
NOTHING_MORE_TO_SAY = {"read_revision", "list_drafts", "read_draft", "remove_draft"}


@pytest.fixture(scope="module")
def description():
    return json.loads(json.dumps(api.get_openapi_schema(), default=str))


@pytest.fixture(scope="module")
def calls(description):
    return [
        (f"{method.upper()} {path}", call)
        for path, methods in description["paths"].items()
        for method, call in methods.items()
    ]


class TestDescription:
    def test_is_the_one_that_is_kept(self, description):
        kept = json.loads((ROOT / "docs/reference/openapi.json").read_text("utf-8"))

        assert kept == description, "run python scripts/generate_reference.py"

    def test_names_no_other_place(self, description):
        text = json.dumps(description)

        hosts = set(re.findall(r"https?://([^/\"\s]+)", text))
        assert hosts <= {"commons.example.org"}

    def test_says_what_each_call_does(self, calls):
        for name, call in calls:
            assert call["summary"], name
            assert call.get("description") or call["operationId"] in NOTHING_MORE_TO_SAY, name
            assert call["tags"], name

    def test_gives_each_call_a_name_of_its_own(self, calls):
        names = [call["operationId"] for _, call in calls]

        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z_]+", name) for name in names)

    def test_says_which_scope_each_call_needs(self, calls):
        for name, call in calls:
            assert call["security"] == [{"Token": []}], name
            assert call.get("x-scope") or name == "GET /api/v1/me", name

    def test_shows_an_example_of_what_is_sent(self, description, calls):
        known = description["components"]["schemas"]
        for name, call in calls:
            content = call.get("requestBody", {}).get("content", {})
            for kind, body in content.items():
                schema = body["schema"]
                if "$ref" in schema:
                    schema = known[schema["$ref"].rsplit("/", 1)[-1]]
                assert "example" in schema or kind.startswith("multipart/"), name

    def test_says_how_each_call_fails(self, description, calls):
        known = description["components"]["responses"]
        for name, call in calls:
            statuses = set(call["responses"])
            assert {"401", "403", "429", "500", "503"} <= statuses, name
            assert ("404" in statuses) == ("{" in name), name
            # Others may change the same thing meanwhile.
            assert ("409" in statuses) == ("{" in name and not name.startswith("GET")), name
            for status, response in call["responses"].items():
                if status >= "400":
                    assert response == {"$ref": f"#/components/responses/Problem{status}"}
                    response = known[f"Problem{status}"]  # noqa: PLW2901
                    assert response["description"]
                    assert list(response["content"]) == ["application/problem+json"], name

    def test_says_where_to_look_for_what_was_made(self, calls):
        made = [call["responses"]["201"] for _, call in calls if "201" in call["responses"]]

        assert len(made) >= 3
        assert all("Location" in response["headers"] for response in made)

    def test_says_when_to_ask_again(self, description):
        for status in (429, 503):
            told = description["components"]["responses"][f"Problem{status}"]
            assert "Retry-After" in told["headers"]

    def test_lets_everything_that_is_read_be_spared(self, calls):
        for name, call in calls:
            if name.startswith("GET "):
                is_search = "/search" in name
                assert ("304" in call["responses"]) != is_search, name

    def test_holds_the_calls_of_the_contract(self, calls):
        """Those of the design for which there are rooms; the others come with theirs."""
        notebook = "/api/v1/notebooks/{uuid}"

        assert {
            "POST /api/v1/drafts",
            "POST /api/v1/drafts/{id}/publish",
            f"GET {notebook}",
            f"GET {notebook}/content",
            f"GET {notebook}/revisions",
            f"GET {notebook}/revisions/{{number}}/content",
            f"GET {notebook}/diff",
            f"PATCH {notebook}",
            f"DELETE {notebook}",
            "GET /api/v1/search",
            "GET /api/v1/search/suggest",
            f"GET {notebook}/health",
            "POST /api/v1/executions",
        } <= {name for name, _ in calls}


@pytest.mark.django_db
class TestAddresses:
    def test_the_description_is_open_to_every_program(self, client):
        response = client.get("/api/v1/openapi.json")

        assert response.status_code == 200
        assert response.json()["openapi"] == "3.1.0"

    def test_every_call_wants_a_token(self, client, calls):
        for name, _ in calls:
            method, path = name.split(" ")
            address = path.replace("{uuid}", "00000000-0000-0000-0000-0000000000a0")
            address = address.replace("{id}", "00000000-0000-0000-0000-0000000000a0")
            response = client.generic(method, address.replace("{number}", "1"))
            assert response.status_code == 401, name
            assert response.headers["WWW-Authenticate"] == "Bearer"
