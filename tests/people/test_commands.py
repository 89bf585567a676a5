"""Accounts and tokens from the command line."""

import io

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from nbcommons.people import tokens
from nbcommons.people.models import Person
from tests.factories.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


class TestFirstAdminLink:
    def test_prints_a_link_that_works(self, client):
        link = run("first_admin_link").strip()

        assert link.startswith("http://localhost:8000/join/")
        page = client.get(link.removeprefix("http://localhost:8000"))
        assert "You will look after this Notebook Commons" in page.text

    def test_prints_nothing_once_there_is_one_unless_forced(self):
        make_person(administrator=True)

        assert run("first_admin_link") == ""
        assert "/join/" in run("first_admin_link", "--force")


class TestPerson:
    def test_creates_with_a_password_that_is_shown_once(self, client):
        said = run(
            "person", "create", "Ben", "--name", "Ben Adams", "--email", "ben@example.org"
        )

        password = said.split("password: ")[1].strip()
        assert client.login(username="ben", password=password)
        assert Person.objects.get().email == "ben@example.org"

    def test_creates_with_a_password_from_the_standard_input(self, client, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))

        said = run("person", "create", "ben", "--password-stdin", "--administrator")

        assert PASSWORD not in said
        assert client.login(username="ben", password=PASSWORD)
        assert Person.objects.get().is_administrator

    @pytest.mark.parametrize("name", ["Ben Adams", "..", "amara.osei"])
    def test_says_what_is_wrong_with_a_name(self, name):
        make_person("amara.osei")

        with pytest.raises(CommandError):
            run("person", "create", name)

    def test_lists_invites_and_changes(self):
        make_person("amara.osei", administrator=True)
        make_person("ben", full_name="Ben Adams")

        run("person", "make-administrator", "ben")
        run("person", "deactivate", "amara.osei")
        run("person", "make-administrator", "amara.osei")
        run("person", "unmake-administrator", "amara.osei")

        assert run("person", "list").splitlines() == [
            "amara.osei\tAmara Osei\t\tswitched off",
            "ben\tBen Adams\t\tadministrator",
        ]
        run("person", "reactivate", "amara.osei")
        assert "switched off" not in run("person", "list")
        assert "/join/" in run("person", "invite")

    def test_helps_somebody_without_an_e_mail_to_a_new_password(self, client):
        make_person("ben")
        link = run("person", "password-link", "ben").strip()

        form = client.get(link.removeprefix("http://localhost:8000"), follow=True)
        new = {"password1": "quite another secret", "password2": "quite another secret"}
        client.post(form.redirect_chain[-1][0], new)

        assert client.login(username="ben", password="quite another secret")

    def test_helps_somebody_without_their_phone(self):
        person = make_person("ben")
        assert run("person", "remove-second-step", "ben") == "there was none\n"
        Authenticator.objects.create(user=person, type="totp", data={})

        assert run("person", "remove-second-step", "ben") == "removed\n"
        assert not Authenticator.objects.exists()

    def test_says_when_there_is_nobody(self):
        with pytest.raises(CommandError, match="nobody here called eve"):
            run("person", "deactivate", "eve")

    def test_says_why_not(self):
        make_person("ben", administrator=True)

        with pytest.raises(CommandError, match="only administrator"):
            run("person", "deactivate", "ben")


class TestToken:
    def test_is_made_listed_and_revoked(self):
        person = make_person("ben")
        scope = ("--scope", "notebooks:read")

        secret = run("token", "create", "--person", "ben", *scope, "--days", "30").strip()

        actor = tokens.authenticate_bearer(f"Bearer {secret}", "notebooks:read")
        assert actor.person_id == person.pk
        [row] = run("token", "list", "--person", "ben").splitlines()
        assert "notebooks:read" in row
        assert secret not in row
        assert run("token", "revoke", row.split("\t")[0]) == "revoked\n"
        assert run("token", "list", "--person", "ben") == ""

    def test_says_when_there_is_nothing_to_revoke(self):
        with pytest.raises(CommandError):
            run("token", "revoke", "1")
        with pytest.raises(CommandError):
            run("token", "list", "--person", "nobody")
