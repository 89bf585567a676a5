"""Cookies by the scheme of the site's address; the settings are read in a fresh process."""

import json
import os
import subprocess
import sys

import pytest

READ = (
    "import json, django.conf; s = django.conf.settings; "
    "print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, "
    "s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, "
    "s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH]))"
)


def read(**environment: str) -> subprocess.CompletedProcess:
    settings = {"DJANGO_SETTINGS_MODULE": "nbcommons.config.settings.base"}
    return subprocess.run(
        [sys.executable, "-c", READ],
        check=False,
        env={**os.environ, **settings, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


class TestCookies:
    def test_are_bound_to_the_host_under_tls(self):
        found = json.loads(read(NBCOMMONS_SITE_URL="https://commons.example.org").stdout)

        names, flags = found[:2], found[2:]
        assert names == ["__Host-commons_session", "__Host-commons_csrf"]
        assert flags == [True, True, True, "Lax", None, "/"]

    def test_have_plain_names_without_it(self):
        found = json.loads(read(NBCOMMONS_SITE_URL="http://localhost:8000").stdout)

        assert found == [
            "commons_session",
            "commons_csrf",
            False,
            False,
            True,
            "Lax",
            None,
            "/",
        ]


class TestSettings:
    @pytest.mark.parametrize("name", ["NBCOMMONS_SIGNUP", "NBCOMMONS_EMAIL_VERIFICATION"])
    def test_refuse_a_word_that_they_do_not_know(self, name):
        answer = read(**{name: "perhaps"})

        assert answer.returncode != 0
        assert f"{name} must be one of" in answer.stderr
