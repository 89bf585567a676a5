"""Who came in by the door, and who only says so."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from nbcommons.core.door import DoorMiddleware

FORGED = {"x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https", "x-forwarded-host": "x"}


@pytest.fixture
def send(settings):
    """The status of a request, and what is left of what it claims about itself."""
    settings.NBCOMMONS_EDGE_SECRET = "known to the door"

    def ask(path, **headers):
        request = RequestFactory().get(path, headers={**FORGED, **headers})
        status = DoorMiddleware(lambda _request: HttpResponse())(request).status_code
        return status, [name for name in request.META if name.startswith("HTTP_X_FORWARDED")]

    return ask


class TestDoorMiddleware:
    @pytest.mark.parametrize("mark", [{}, {"x-nbcommons-edge": "1"}, {"x-nbcommons-edge": "é"}])
    def test_believes_nothing_of_who_came_by_the_internal_port(self, send, mark):
        assert send("/api/v1/search", **mark) == (200, [])
        assert send("/sign-in/", **mark) == (404, [])

    @pytest.mark.parametrize(
        "path",
        [
            "/internal/hub/spawns",
            "/identity/o/api/token",
            "/identity/o/api/userinfo",
            "/.well-known/openid-configuration",
        ],
    )
    def test_serves_programs_by_the_internal_port(self, send, path):
        assert send(path)[0] == 200

    @pytest.mark.parametrize("path", ["/", "/static/x.css", "/identity/o/authorize", "/apix"])
    def test_shows_no_page_there(self, send, path):
        assert send(path)[0] == 404

    def test_believes_the_door_and_serves_it_no_internal_address(self, send):
        mark = {"x-nbcommons-edge": "known to the door"}

        status, claims = send("/sign-in/", **mark)

        assert (status, len(claims)) == (200, 3)
        assert send("/internal/hub/spawns", **mark)[0] == 404

    def test_stays_out_of_the_way_without_a_door(self, send, settings):
        settings.NBCOMMONS_EDGE_SECRET = ""

        assert send("/internal/hub/spawns")[0] == send("/sign-in/")[0] == 200

    def test_is_the_first(self, settings):
        assert settings.MIDDLEWARE[0] == "nbcommons.core.door.DoorMiddleware"


class TestSignInLimit:
    @pytest.mark.django_db
    def test_cannot_be_avoided_by_the_internal_port(self, client, settings):
        settings.NBCOMMONS_EDGE_SECRET = "known to the door"

        answer = client.post(
            "/sign-in/",
            {"login": "ada", "password": "guess"},
            headers={"x-forwarded-for": "6.6.6.6"},
        )

        assert answer.status_code == 404
