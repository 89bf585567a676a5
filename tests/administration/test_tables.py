"""Django's admin: not there unless wanted; then for looking only, and in admin mode alone."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from nbcommons.core.middleware import ADMIN_MODE_KEY
from tests.factories.catalogue import publish
from tests.factories.people import make_person

LOOK = """
import sys
import django
django.setup()
from django.conf import settings
from django.test import Client
for session in sys.argv[1:]:
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    index = client.get("/administration/tables/")
    people = client.get("/administration/tables/people/person/")
    first = client.get("/administration/tables/notebooks/notebook/")
    change = client.post("/administration/tables/people/person/add/", {"username": "x"})
    print(index.status_code, people.status_code, first.status_code, change.status_code)
    if index.status_code == 200:
        text = index.content.decode()
        for word in ("Draft", "ccess token", "rowser session", "eed key", ">Change<", ">Add<"):
            assert word not in text, word
        assert "Audit entry" in text
        assert "amara" in people.content.decode()
        key = people.content.decode().partition("/people/person/")[2].partition("/")[0]
        one = client.get(f"/administration/tables/people/person/{key}/change/").content.decode()
        assert "pbkdf2" not in one and "password" not in one.lower(), one
"""


@pytest.mark.django_db
@pytest.mark.usefixtures("as_admin")
def test_is_not_there_by_default(as_admin):
    assert as_admin.get("/administration/tables/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_shows_tables_in_admin_mode_and_changes_nothing():
    ada = make_person("amara.admin", administrator=True)
    publish(ada)
    stranger = make_person("stranger")
    sessions = []
    for person, is_on in ((ada, True), (ada, False), (stranger, False)):
        client = Client()
        client.force_login(person)
        if is_on:
            session = client.session
            session[ADMIN_MODE_KEY] = (timezone.now() + timedelta(minutes=5)).isoformat()
            session.save()
        sessions.append(next(iter(client.cookies.values())).value)

    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOOK, *sessions],
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "nbcommons.config.settings.test",
            "NBCOMMONS_DJANGO_ADMIN": "yes",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stderr
    in_mode, without_mode, for_stranger = told.stdout.split("\n")[:3]
    assert in_mode == "200 200 200 403"
    assert "200" not in without_mode
    assert "200" not in for_stranger


def database_url() -> str:
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}"
    return url + (f"?host={at['HOST']}&port={at['PORT']}" if at["HOST"] else "")
