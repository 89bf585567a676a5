"""Signing in and out by the pages, as a browser does it."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command

from nbcommons.people.models import Person
from nbcommons.people.operations import accounts
from tests.factories.people import NOW, PASSWORD, SYSTEM, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def person():
    return make_person("amara.osei", email="amara@example.org")


def sign_in(client, login="amara.osei", password=PASSWORD, **extra):
    return client.post("/sign-in/", {"login": login, "password": password, **extra})


class TestSigningIn:
    @pytest.mark.parametrize(
        "login", ["amara.osei", "Amara.Osei", " amara.osei ", "amara@example.org"]
    )
    def test_works_by_user_name_or_address(self, client, login):
        response = sign_in(client, login)

        assert (response.status_code, response.url) == (302, "/")
        assert client.get("/settings/").status_code == 200

    def test_goes_on_to_where_one_wanted_to_be(self, client):
        wanted = client.get("/settings/")

        assert wanted.url == "/sign-in/?next=/settings/"
        assert 'name="next" value="/settings/"' in client.get(wanted.url).text
        assert sign_in(client, next="/settings/").url == "/settings/"

    def test_never_leads_to_another_site(self, client):
        assert sign_in(client, next="https://elsewhere.example/").url == "/"
        assert sign_in(client, next="//elsewhere.example/").url == "/"

    @pytest.mark.parametrize(
        ("login", "password"), [("amara.osei", "wrong"), ("nobody", PASSWORD), ("a@b.org", "x")]
    )
    def test_says_the_same_of_a_wrong_password_and_a_wrong_name(self, client, login, password):
        page = sign_in(client, login, password).text

        assert "That user name and password do not belong together." in page

    def test_sets_a_host_only_cookie_that_scripts_cannot_read(self, client):
        sign_in(client)

        cookie = client.cookies["commons_session"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["domain"] == ""

    def test_gives_the_session_a_new_name(self, client):
        client.get("/sign-in/")
        before = client.session.session_key

        sign_in(client)

        assert client.session.session_key != before

    def test_tells_somebody_switched_off(self, client, person):
        accounts.deactivate_person(SYSTEM, person, at=NOW)

        response = sign_in(client)

        assert response.url == "/switched-off/"
        assert "switched off" in client.get(response.url).text
        assert client.get("/settings/").status_code == 302

    def test_is_limited_after_five_wrong_passwords(self, client):
        codes = [sign_in(client, password="wrong").status_code for _ in range(5)]

        response = sign_in(client, password=PASSWORD)

        assert codes == [200] * 5
        assert response.status_code == 429
        assert "Too many attempts" in response.text
        assert client.get("/settings/").status_code == 302

    @pytest.mark.parametrize("login", ["amara.osei", "amara@example.org"])
    def test_is_free_again_after_a_new_password(self, client, person, login):
        for _ in range(6):
            sign_in(client, login, password="wrong")
        link = accounts.make_password_link(SYSTEM, person).removeprefix("http://localhost:8000")
        path = client.get(link, follow=True).redirect_chain[-1][0]
        new = "quite another secret"

        client.post(path, {"password1": new, "password2": new})

        assert sign_in(client, login, password=new).status_code == 302

    def test_of_somebody_locked_says_nothing_of_whether_they_exist(self, client):
        for _ in range(5):
            sign_in(client, "nobody", password="wrong")

        assert sign_in(client, "nobody").status_code == 429

    def test_of_many_names_from_one_place_is_limited(self, client):
        responses = [sign_in(client, login=f"name{number}") for number in range(61)]

        assert [response.status_code for response in responses] == [200] * 60 + [429]
        assert "Too many attempts" in responses[60].text

    @pytest.mark.usefixtures("person")
    def test_of_a_colleague_is_not_hindered_by_whoever_mistypes(self, client):
        for number in range(3):
            for _ in range(6):
                sign_in(client, login=f"name{number}", password="wrong")

        assert sign_in(client).status_code == 302

    def test_answers_many_attempts_with_a_page_that_says_so(self, client, settings):
        assert settings.ACCOUNT_RATE_LIMITS["login"] == "300/m/ip"
        settings.ACCOUNT_RATE_LIMITS = {"login": "30/m/ip"}  # it takes long to try so many

        responses = [sign_in(client, login=f"name{number}") for number in range(31)]

        assert responses[30].status_code == 429
        assert "Too many tries" in responses[30].text

    def test_counts_in_the_cache_that_all_web_processes_share(self, client, settings):
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": "commons_cache",
            }
        }
        call_command("createcachetable", verbosity=0)
        for _ in range(5):
            sign_in(client, password="wrong")

        assert "Too many attempts" in sign_in(client).text
        cache.clear()
        assert sign_in(client).status_code == 302

    def test_refuses_a_form_sent_by_another_site(self, client):
        response = client.post(
            "/sign-in/",
            {"login": "amara.osei", "password": PASSWORD},
            headers={"Origin": "http://127.0.0.1:8000"},
        )

        assert response.status_code == 403
        assert client.get("/settings/").status_code == 302


class TestSigningOut:
    def test_goes_on_to_sign_out_of_jupyter(self, client, person):
        client.force_login(person)

        response = client.post("/sign-out/")

        assert response.url == "/leave-jupyter/"
        assert client.get("/settings/").status_code == 302

    def test_asks_before_when_the_address_is_only_opened(self, client, person):
        client.force_login(person)

        page = client.get("/sign-out/").text

        assert "Sign out?" in page
        assert client.get("/settings/").status_code == 200

    def test_ends_on_a_page_that_says_what_became_of_jupyter(self, client):
        assert "Your Jupyter itself keeps running" in client.get("/signed-out/").text
        assert "Jupyter did not answer" in client.get("/signed-out/?jupyter=unreachable").text


class TestNewPassword:
    def link(self) -> str:
        [message] = mail.outbox
        return re.search(r"http://localhost:8000(/new-password/\S+)", message.body).group(1)

    def ask(self, client, email="amara@example.org", **extra):
        return client.post("/new-password/", {"email": email}, **extra)

    def test_is_chosen_through_a_link_in_a_mail(self, client):
        assert self.ask(client).url == "/new-password/sent/"
        assert mail.outbox[0].to == ["amara@example.org"]
        assert mail.outbox[0].subject == "Choose a new password"
        assert "Amara Osei" in mail.outbox[0].body

        form = client.get(self.link(), follow=True)
        path = form.redirect_chain[-1][0]
        new = {"password1": "quite another secret", "password2": "quite another secret"}
        assert client.post(path, new).url == "/new-password/done/"

        assert sign_in(client).status_code == 200
        assert sign_in(client, password="quite another secret").status_code == 302

    def test_link_does_not_follow_the_host_that_was_asked(self, client):
        self.ask(client, headers={"Host": "localhost:6666"})

        assert "http://localhost:8000/new-password/" in mail.outbox[0].body
        assert ":6666" not in mail.outbox[0].body

    def test_link_works_once(self, client):
        self.ask(client)
        path = client.get(self.link(), follow=True).redirect_chain[-1][0]
        new = {"password1": "quite another secret", "password2": "quite another secret"}
        client.post(path, new)
        client.logout()
        mail.outbox[1:] = []

        assert "no longer works" in client.get(self.link(), follow=True).text

    def test_ends_sessions_elsewhere(self, client, person):
        elsewhere = type(client)()
        elsewhere.force_login(person)
        self.ask(client)
        path = client.get(self.link(), follow=True).redirect_chain[-1][0]

        client.post(
            path, {"password1": "quite another secret", "password2": "quite another secret"}
        )

        assert elsewhere.get("/settings/").status_code == 302

    def test_tells_nobody_whether_an_address_has_an_account(self, client):
        known, unknown = self.ask(client), self.ask(client, "nobody@example.org")

        assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
        assert [message.to for message in mail.outbox] == [["amara@example.org"]]

    def test_sends_nothing_to_somebody_switched_off(self, client, person):
        accounts.deactivate_person(SYSTEM, person, at=NOW)

        self.ask(client)

        assert mail.outbox == []

    def test_says_so_when_the_mail_server_does_not_answer(self, client, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

        response = self.ask(client)

        assert response.status_code == 503
        assert "The mail server does not answer" in response.text


class TestMailFolder:
    def test_keeps_mails_for_the_operator_alone(self, client, settings, tmp_path):
        settings.EMAIL_BACKEND = "nbcommons.people.mail.MailFolder"
        settings.NBCOMMONS_DATA = tmp_path

        client.post("/new-password/", {"email": "amara@example.org"})

        [file] = (tmp_path / "mail").iterdir()
        assert b"Subject: Choose a new password" in file.read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700


class TestPersonWithoutPassword:
    def test_cannot_sign_in(self, client):
        person = make_person("ben", password=None)

        assert not Person.objects.get(pk=person.pk).has_usable_password()
        assert sign_in(client, "ben", "").status_code == 200
        assert client.get("/settings/").status_code == 302
