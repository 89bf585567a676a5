"""What happens to every request before and after a view."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from nbcommons.core.errors import CommonsError
from nbcommons.core.middleware import (
    ContentPolicyMiddleware,
    ErrorMiddleware,
    SameOriginMiddleware,
)

SITE = "http://localhost:8000"


@pytest.fixture
def through(settings):
    """A request through the same-origin check; answers 200 when it passed."""
    settings.NBCOMMONS_SITE_URL = SITE

    def send(method="post", path="/api/v1/x", **headers):
        request = getattr(RequestFactory(), method)(path, headers=headers)
        return SameOriginMiddleware(lambda _request: HttpResponse())(request).status_code

    return send


class TestSameOriginMiddleware:
    def test_lets_reading_pass_from_anywhere(self, through):
        assert through("get", origin="http://127.0.0.1:8000") == 200

    def test_lets_our_own_pages_change_things(self, through):
        assert through(origin=SITE, **{"sec-fetch-site": "same-origin"}) == 200

    @pytest.mark.parametrize(
        "origin",
        ["http://127.0.0.1:8000", "http://localhost:9000", "https://evil.example", "null"],
    )
    def test_refuses_changes_from_another_origin(self, through, origin):
        assert through(origin=origin) == 403

    @pytest.mark.parametrize("site", ["same-site", "cross-site"])
    def test_refuses_changes_that_the_browser_calls_foreign(self, through, site):
        assert through(**{"sec-fetch-site": site}) == 403

    def test_lets_programs_pass_which_send_no_such_header(self, through):
        assert through(authorization="Bearer x") == 200

    def test_is_not_talked_out_of_it_by_a_credential(self, through):
        assert through(authorization="Bearer x", **{"sec-fetch-site": "same-site"}) == 403


class TestContentPolicyMiddleware:
    def test_allows_nothing_inline_and_nothing_from_elsewhere(self):
        middleware = ContentPolicyMiddleware(lambda _request: HttpResponse())

        policy = middleware(RequestFactory().get("/")).headers["Content-Security-Policy"]

        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy

    def test_leaves_a_stricter_policy_of_the_view_alone(self):
        own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
        middleware = ContentPolicyMiddleware(lambda _request: own)

        assert (
            middleware(RequestFactory().get("/")).headers["Content-Security-Policy"]
            == "sandbox"
        )


class TestErrorMiddleware:
    def test_tells_programs_a_problem_in_json(self):
        request = RequestFactory().get("/api/v1/notebooks")

        answer = ErrorMiddleware(HttpResponse).process_exception(request, CommonsError("No."))

        assert answer.status_code == 422
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_lets_what_nobody_foresaw_rise(self):
        request = RequestFactory().get("/")

        assert ErrorMiddleware(HttpResponse).process_exception(request, KeyError()) is None
