"""Sign-up that waits for an administrator."""

import pytest
from django.core import mail
from django.db import connection

from nbcommons.core.errors import Denied
from nbcommons.people import tasks
from nbcommons.people.models import Person
from nbcommons.people.operations import accounts, joining
from nbcommons.people.operations.joining import NewPerson
from tests.factories.people import NOW, PASSWORD, SYSTEM, actor_of, make_person, secret_of

pytestmark = pytest.mark.django_db

BEN = {
    "full_name": "Ben Adams",
    "username": "ben",
    "email": "ben@example.org",
    "password": PASSWORD,
}


@pytest.fixture(autouse=True)
def _needs_approval(settings):
    settings.NBCOMMONS_SIGNUP = "approval"


@pytest.fixture
def boss():
    return make_person("boss", administrator=True, email="boss@example.org")


def jobs() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args->>'person_id' FROM procrastinate_jobs")
        return cursor.fetchall()


class TestJoining:
    def test_is_offered_and_says_so(self, client):
        assert 'href="/join/"' in client.get("/sign-in/").text
        assert "An administrator looks at it" in client.get("/join/").text

    def test_waits(self, client):
        response = client.post("/join/", BEN)

        assert response.url == "/sign-in/waiting/"
        assert "waits for an administrator" in client.get(response.url).text
        person = Person.objects.get()
        assert (person.is_active, person.awaits_approval) == (False, True)
        assert client.get("/settings/").status_code == 302
        assert ("people.tell_administrators", str(person.pk)) in jobs()

    def test_leads_a_sign_in_back_to_waiting(self, client):
        client.post("/join/", BEN)

        response = client.post("/sign-in/", {"login": "ben", "password": PASSWORD})

        assert response.url == "/sign-in/waiting/"
        wrong = client.post("/sign-in/", {"login": "ben", "password": "wrong"})
        assert wrong.status_code == 200

    def test_does_not_wait_with_an_invitation(self):
        link = joining.invite(SYSTEM, at=NOW)

        person = joining.join(NewPerson("ben"), secret=secret_of(link), at=NOW)

        assert person.is_active
        assert not person.awaits_approval


class TestApproval:
    def test_lets_in_and_tells_by_mail(self, client, boss):
        client.post("/join/", BEN)
        person = Person.objects.get(username="ben")

        assert accounts.approve_person(actor_of(boss).in_admin_mode(), person)
        assert not accounts.approve_person(SYSTEM, person)

        assert ("people.tell_approved", str(person.pk)) in jobs()
        tasks.tell_approved(person_id=person.pk)
        assert mail.outbox[-1].to == ["ben@example.org"]
        assert "http://localhost:8000/sign-in/" in mail.outbox[-1].body
        signed_in = client.post("/sign-in/", {"login": "ben", "password": PASSWORD})
        assert signed_in.url == "/"

    def test_is_for_administrators(self, client, boss):
        client.post("/join/", BEN)
        person = Person.objects.get(username="ben")

        with pytest.raises(Denied):
            accounts.approve_person(actor_of(boss), person)
        with pytest.raises(Denied):
            accounts.decline_person(actor_of(boss), person)

    def test_declined_stays_out_and_can_be_taken_back(self, client):
        client.post("/join/", BEN)
        person = Person.objects.get()

        assert accounts.decline_person(SYSTEM, person)
        assert not accounts.decline_person(SYSTEM, person)
        response = client.post("/sign-in/", {"login": "ben", "password": PASSWORD})
        assert response.url == "/switched-off/"

        accounts.reactivate_person(SYSTEM, person)
        assert person.is_active


class TestTellAdministrators:
    def test_writes_to_each_who_wants_it(self, client, boss):
        vice = make_person("vice", administrator=True, email="vice@example.org")
        Person.objects.filter(pk=vice.pk).update(mail_off=["administration"])
        client.post("/join/", BEN)

        tasks.tell_administrators(person_id=Person.objects.get(username="ben").pk)

        assert [message.to for message in mail.outbox] == [[boss.email]]
        assert "Ben Adams (ben)" in mail.outbox[0].body
        assert "http://localhost:8000/settings/people/" in mail.outbox[0].body

    @pytest.mark.usefixtures("boss")
    def test_is_silent_once_somebody_has_answered(self, client):
        client.post("/join/", BEN)
        person = Person.objects.get(username="ben")
        accounts.approve_person(SYSTEM, person)

        tasks.tell_administrators(person_id=person.pk)

        assert mail.outbox == []
