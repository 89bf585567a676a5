"""What can be done to an account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from nbcommons.activity.models import AuditEntry
from nbcommons.core.errors import Denied
from nbcommons.people import queries, tokens
from nbcommons.people.errors import InvitationRefused, NameTaken, SignUpClosed, TokenRefused
from nbcommons.people.models import AccessToken, Invitation, Person
from nbcommons.people.operations import accounts, joining, own
from nbcommons.people.operations.accounts import LastAdministrator
from nbcommons.people.operations.joining import NewPerson
from tests.factories.people import NOW, SYSTEM, actor_of, make_person, secret_of

pytestmark = pytest.mark.django_db

BEN = NewPerson("ben", full_name="Ben Adams", password="a long enough secret")
WEEK = timedelta(days=7)


def invited(**options) -> str:
    return secret_of(joining.invite(SYSTEM, at=NOW, **options))


class TestInvite:
    def test_stores_no_secret(self):
        secret = invited(email="Ben@Example.org")

        row = Invitation.objects.values().get()
        assert secret not in str(row)
        assert row["email"] == "ben@example.org"

    def test_is_for_administrators_in_admin_mode(self):
        person = make_person(administrator=True)

        with pytest.raises(Denied):
            joining.invite(actor_of(person), at=NOW)
        assert joining.invite(actor_of(person).in_admin_mode(), at=NOW)

    def test_is_not_for_their_programs(self):
        person = make_person(administrator=True)
        program = actor_of(person).in_admin_mode().limited_to(frozenset({"notebooks:write"}))

        with pytest.raises(Denied):
            joining.invite(program, at=NOW)

    def test_is_refused_where_sign_up_is_closed(self, settings):
        settings.NBCOMMONS_SIGNUP = "closed"

        with pytest.raises(SignUpClosed):
            invited()

    def test_is_written_into_the_audit_log(self):
        invited()

        assert AuditEntry.objects.filter(fact="PersonInvited").count() == 1


class TestJoin:
    def test_makes_an_account_that_is_no_administrator(self):
        person = joining.join(BEN, secret=invited(), at=NOW)

        assert (person.username, person.is_active, person.is_administrator) == (
            "ben",
            True,
            False,
        )
        assert person.check_password("a long enough secret")
        assert AuditEntry.objects.filter(fact="PersonJoined").count() == 1

    def test_works_once(self):
        secret = invited()
        joining.join(BEN, secret=secret, at=NOW)

        with pytest.raises(InvitationRefused, match="has been used"):
            joining.join(NewPerson("eve"), secret=secret, at=NOW)
        assert not Person.objects.filter(username="eve").exists()

    def test_works_until_it_is_too_old(self):
        secret = invited()

        with pytest.raises(InvitationRefused, match="too old"):
            joining.join(BEN, secret=secret, at=NOW + WEEK)
        assert joining.join(BEN, secret=secret, at=NOW + WEEK - timedelta(seconds=1))

    def test_refuses_a_link_that_nobody_made(self):
        with pytest.raises(InvitationRefused, match="not one of ours"):
            joining.join(BEN, secret="guessed", at=NOW)

    def test_needs_an_invitation_unless_sign_up_is_open(self, settings):
        with pytest.raises(SignUpClosed):
            joining.join(BEN, secret=None, at=NOW)

        settings.NBCOMMONS_SIGNUP = "open"
        assert joining.join(BEN, secret=None, at=NOW).username == "ben"

    def test_honours_that_sign_up_was_closed_meanwhile(self, settings):
        secret = invited()
        settings.NBCOMMONS_SIGNUP = "closed"

        with pytest.raises(SignUpClosed):
            joining.join(BEN, secret=secret, at=NOW)

    def test_leaves_the_invitation_usable_when_the_name_is_taken(self):
        make_person("ben")
        secret = invited()

        with pytest.raises(NameTaken):
            joining.join(BEN, secret=secret, at=NOW)
        assert joining.join(NewPerson("benjamin"), secret=secret, at=NOW)

    def test_takes_the_address_of_the_invitation_as_confirmed(self):
        secret = invited(email="ben@example.org")
        new = NewPerson("ben", email="Ben@example.org")

        person = joining.join(new, secret=secret, at=NOW)

        assert person.emailaddress_set.get().verified

    def test_takes_another_address_as_not_confirmed(self):
        secret = invited(email="ben@example.org")

        person = joining.join(NewPerson("ben", email="boss@example.org"), secret=secret, at=NOW)

        assert not person.emailaddress_set.get().verified


@pytest.mark.django_db(transaction=True)
class TestJoinAtTheSameTime:
    def test_lets_one_of_two_in(self):
        secret = invited()

        def attempt(name: str) -> str:
            try:
                return joining.join(NewPerson(name), secret=secret, at=NOW).username
            except InvitationRefused:
                return ""
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            got_in = [name for name in pool.map(attempt, ["ben", "eve"]) if name]

        assert len(got_in) == 1
        assert [person.username for person in Person.objects.all()] == got_in


class TestInviteFirstAdministrator:
    def test_makes_an_administrator_once(self):
        link = joining.invite_first_administrator(SYSTEM, at=NOW)

        person = joining.join(BEN, secret=secret_of(link), at=NOW)

        assert person.is_administrator
        assert joining.invite_first_administrator(SYSTEM, at=NOW) == ""

    def test_makes_a_new_link_each_time_and_the_newest_counts(self):
        old = joining.invite_first_administrator(SYSTEM, at=NOW)
        new = joining.invite_first_administrator(SYSTEM, at=NOW)

        with pytest.raises(InvitationRefused):
            joining.join(BEN, secret=secret_of(old), at=NOW)
        assert joining.join(BEN, secret=secret_of(new), at=NOW)

    def test_leaves_no_second_link_behind_once_there_is_an_administrator(self):
        first = joining.invite_first_administrator(SYSTEM, at=NOW)
        joining.join(BEN, secret=secret_of(first), at=NOW)

        assert not Invitation.objects.filter(makes_administrator=True, used_at=None).exists()

    def test_works_where_sign_up_is_closed(self, settings):
        settings.NBCOMMONS_SIGNUP = "closed"
        link = joining.invite_first_administrator(SYSTEM, at=NOW)

        assert joining.join(BEN, secret=secret_of(link), at=NOW).is_administrator

    def test_helps_again_once_nobody_is_left(self):
        person = make_person(administrator=True)
        assert joining.invite_first_administrator(SYSTEM, at=NOW) == ""

        Person.objects.filter(pk=person.pk).update(is_active=False)

        assert joining.invite_first_administrator(SYSTEM, at=NOW) != ""

    def test_can_be_forced_by_the_operator(self):
        make_person(administrator=True)

        assert joining.invite_first_administrator(SYSTEM, at=NOW, is_forced=True)

    def test_is_for_the_system_alone(self):
        person = make_person(administrator=True)

        with pytest.raises(Denied):
            joining.invite_first_administrator(actor_of(person).in_admin_mode(), at=NOW)


class TestDeactivatePerson:
    def test_ends_sessions_and_tokens(self, client):
        make_person("boss", administrator=True)
        person = make_person("ben")
        client.force_login(person)
        minted = tokens.mint_personal_token(
            SYSTEM, person, scopes=("notebooks:read",), label="", expires_at=None, at=NOW
        )
        assert client.get("/settings/").status_code == 200

        accounts.deactivate_person(SYSTEM, person, at=NOW)

        assert client.get("/settings/").status_code == 302
        with pytest.raises(TokenRefused):
            tokens.authenticate_bearer(f"Bearer {minted.secret}", at=NOW)

    def test_leaves_old_sessions_dead_after_reactivating(self, client):
        person = make_person("ben")
        client.force_login(person)
        accounts.deactivate_person(SYSTEM, person, at=NOW)

        accounts.reactivate_person(SYSTEM, person)

        assert client.get("/settings/").status_code == 302
        client.force_login(Person.objects.get(username="ben"))
        assert client.get("/settings/").status_code == 200

    def test_asks_for_their_jupyter_to_be_stopped(self):
        person = make_person("ben")

        accounts.deactivate_person(SYSTEM, person, at=NOW)

        with connection.cursor() as cursor:
            cursor.execute("SELECT task_name, args->>'person_id' FROM procrastinate_jobs")
            assert ("runtime.stop_environment", str(person.pk)) in cursor.fetchall()

    def test_refuses_to_leave_nobody_in_charge(self):
        boss = make_person("boss", administrator=True)

        with pytest.raises(LastAdministrator):
            accounts.deactivate_person(SYSTEM, boss, at=NOW)
        make_person("vice", administrator=True)
        accounts.deactivate_person(SYSTEM, boss, at=NOW)

        assert not Person.objects.get(username="boss").is_active

    def test_is_for_administrators_in_admin_mode(self):
        person = make_person("ben")

        with pytest.raises(Denied):
            accounts.deactivate_person(actor_of(person), person, at=NOW)


class TestSwitchAdminMode:
    def test_lasts_half_an_hour_and_is_logged(self):
        person = make_person(administrator=True)

        until = own.switch_admin_mode(actor_of(person), is_on=True, at=NOW)

        assert until == NOW + timedelta(minutes=30)
        entry = AuditEntry.objects.get(fact="AdminModeSwitched")
        assert (entry.actor_id, entry.details) == (person.pk, {"is_on": True})

    def test_is_not_for_others_nor_for_programs(self):
        person, boss = make_person("ben"), make_person("boss", administrator=True)

        with pytest.raises(Denied):
            own.switch_admin_mode(actor_of(person), is_on=True, at=NOW)
        with pytest.raises(Denied):
            own.switch_admin_mode(actor_of(boss).limited_to(frozenset()), is_on=True, at=NOW)


class TestForgetExpired:
    def test_deletes_what_has_run_out_and_nothing_else(self):
        person = make_person()
        for days in (1, 200):
            tokens.mint_personal_token(
                SYSTEM,
                person,
                scopes=("notebooks:read",),
                label=f"{days} days",
                expires_at=NOW + timedelta(days=days),
                at=NOW,
            )
        used, unused = invited(), invited()
        joining.join(BEN, secret=used, at=NOW)

        accounts.forget_expired(SYSTEM, at=NOW + timedelta(days=100))

        assert [token.label for token in AccessToken.objects.all()] == ["200 days"]
        assert Invitation.objects.get().used_by.username == "ben"
        with pytest.raises(InvitationRefused):
            queries.invitation_behind(unused, at=NOW)

    def test_is_for_the_system(self):
        with pytest.raises(Denied):
            accounts.forget_expired(actor_of(make_person()), at=NOW)


class TestQueries:
    def test_find_people_by_name_in_any_case(self):
        person = make_person("ben")

        assert queries.person_named(" BEN ") == person
        assert queries.person_named("eve") is None
        assert queries.actor_named("Ben").person_id == person.pk

    def test_give_no_actor_for_somebody_switched_off(self):
        person = make_person("ben")
        accounts.deactivate_person(SYSTEM, person, at=NOW)

        assert queries.actor_named("ben") is None

    def test_give_names_for_a_page_in_one_query(self, django_assert_num_queries):
        ben, eve = make_person("ben", full_name="Ben Adams"), make_person("eve", full_name="")

        with django_assert_num_queries(1):
            names = queries.names_of([ben.pk, eve.pk, ben.pk])

        assert names == {ben.pk: ("ben", "Ben Adams"), eve.pk: ("eve", "eve")}
