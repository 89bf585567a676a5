"""What programs sign in with."""

from datetime import timedelta

import pytest
from django.db import connection

from nbcommons.core.errors import Denied
from nbcommons.people import tokens
from nbcommons.people.errors import TokenRefused
from nbcommons.people.models import AccessToken, Person
from nbcommons.people.operations import accounts
from tests.factories.people import NOW, SYSTEM, actor_of, make_person

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def person():
    return make_person()


def minted_for(person, *, scopes=("notebooks:read",), expires_at=None):
    return tokens.mint_personal_token(
        SYSTEM, person, scopes=scopes, label="notes", expires_at=expires_at, at=NOW
    )


def use(secret, scope=None, *, at=NOW):
    return tokens.authenticate_bearer(f"Bearer {secret}", scope, at=at)


class TestAuthenticateBearer:
    def test_gives_the_person_limited_to_the_scopes(self, person):
        secret = minted_for(person).secret

        actor = use(secret, "notebooks:read")

        assert (actor.person_id, actor.name) == (person.pk, "amara.osei")
        assert actor.scopes == {"notebooks:read"}
        assert not actor.is_admin_mode

    def test_refuses_another_scope(self, person):
        with pytest.raises(Denied, match="notebooks:write") as refusal:
            use(minted_for(person).secret, "notebooks:write")

        assert refusal.value.status == 403

    @pytest.mark.parametrize(
        "header",
        [
            None,
            "",
            "Bearer",
            "Bearer ",
            "Bearer nbc_",
            "Bearer nbc_wrong",
            "Basic bmJjXw==",
            "nbc_x",
            "Bearer other_x",
            "Bearer nbc_\0",
            "Bearer nbc_é",
        ],
    )
    def test_refuses_what_is_no_token(self, header):
        with pytest.raises(TokenRefused) as refusal:
            tokens.authenticate_bearer(header, at=NOW)

        assert refusal.value.status == 401

    def test_refuses_a_token_from_its_expiry_on(self, person):
        secret = minted_for(person, expires_at=NOW + HOUR).secret

        assert use(secret, at=NOW + HOUR - timedelta(seconds=1))
        with pytest.raises(TokenRefused):
            use(secret, at=NOW + HOUR)

    def test_refuses_a_revoked_token(self, person):
        minted = minted_for(person)

        assert tokens.revoke_token(actor_of(person), token_id=minted.token.pk, at=NOW)

        with pytest.raises(TokenRefused):
            use(minted.secret)

    def test_refuses_the_token_of_somebody_switched_off(self, person):
        secret = minted_for(person).secret
        Person.objects.filter(pk=person.pk).update(is_active=False)

        with pytest.raises(TokenRefused):
            use(secret)

    def test_notes_the_use_at_most_once_a_minute(self, person, django_assert_num_queries):
        secret = minted_for(person).secret

        def last_use():
            return AccessToken.objects.get().last_used_at

        use(secret, at=NOW)
        assert last_use() == NOW
        with django_assert_num_queries(1):
            use(secret, at=NOW + MINUTE - timedelta(seconds=1))
        assert last_use() == NOW
        use(secret, at=NOW + MINUTE)
        assert last_use() == NOW + MINUTE

    def test_does_not_give_admin_powers_to_programs_of_administrators(self, person):
        accounts.change_administrator(SYSTEM, person, is_administrator=True)

        assert not use(minted_for(person).secret).sees_everything


class TestMinting:
    def test_keeps_a_hash_alone(self, person):
        secret = minted_for(person).secret

        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(t)::text FROM people_accesstoken t")
            [(row,)] = cursor.fetchall()
        assert secret.startswith("nbc_")
        assert len(secret) > 40
        assert secret not in row
        assert secret[12:] not in row

    def test_is_for_the_person_themselves(self, person):
        eve = make_person("eve")

        for actor in (
            actor_of(eve),
            actor_of(person).limited_to(frozenset({"notebooks:read"})),
        ):
            with pytest.raises(Denied):
                tokens.mint_personal_token(
                    actor, person, scopes=("notebooks:read",), label="", expires_at=None, at=NOW
                )

    @pytest.mark.parametrize("scopes", [(), ("everything",)])
    def test_knows_its_scopes(self, person, scopes):
        with pytest.raises(ValueError, match="not a scope"):
            minted_for(person, scopes=scopes)

    def test_of_a_spawn_replaces_an_earlier_one_of_the_same_spawn(self, person):
        def mint():
            return tokens.mint_spawn_token(
                SYSTEM, person, spawn_id="s1", expires_at=NOW + HOUR, at=NOW
            ).secret

        first, second = mint(), mint()

        assert use(second, "executions:write")
        with pytest.raises(TokenRefused):
            use(first)

    def test_of_a_spawn_is_for_the_system(self, person):
        with pytest.raises(Denied):
            tokens.mint_spawn_token(
                actor_of(person), person, spawn_id="s1", expires_at=NOW + HOUR, at=NOW
            )


class TestRevokeToken:
    def test_leaves_those_of_others(self, person):
        minted = minted_for(person)

        assert not tokens.revoke_token(
            actor_of(make_person("eve")), token_id=minted.token.pk, at=NOW
        )
        assert use(minted.secret)

    def test_says_when_there_was_nothing_to_do(self, person):
        minted = minted_for(person)
        tokens.revoke_token(SYSTEM, token_id=minted.token.pk, at=NOW)

        assert not tokens.revoke_token(SYSTEM, token_id=minted.token.pk, at=NOW)
