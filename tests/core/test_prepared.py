"""Queries put together once answer as those put together each time."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from nbcommons.config.environment import database_from
from nbcommons.core.prepared import KEY, KEYS, MOMENT, TEXT, NotPrepared, Prepared, among
from nbcommons.people.models import BrowserSession, Organisation, Person
from tests.factories.executions import NOW
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


def by_key(key):
    return Person.objects.select_related("organisation").filter(pk=key)


class TestPrepared:
    def test_gives_whole_rows_with_what_is_joined(self, django_assert_num_queries):
        person = make_person("ann")
        person.organisation = Organisation.objects.create(name="Mint")
        person.save()
        make_person("bob")
        prepared = Prepared(by_key, key=KEY)

        with django_assert_num_queries(1):
            found = prepared.first(key=person.pk)

            assert found == person
            assert found.full_name == person.full_name
            assert found.organisation.name == "Mint"
        assert prepared.first(key=0) is None

    def test_asks_what_django_would_ask(self):
        person = make_person("ann")
        prepared = Prepared(by_key, key=KEY)

        with CaptureQueriesContext(connection) as asked:
            prepared.rows(key=person.pk)
            list(by_key(person.pk))

        ours, theirs = (query["sql"] for query in asked.captured_queries)
        # The database is given the value apart.
        assert ours.replace("$1", str(person.pk)) == theirs

    def test_asks_again_with_other_values(self):
        people = [make_person(name) for name in ("ann", "bob")]
        prepared = Prepared(by_key, key=KEY)

        assert [prepared.first(key=person.pk) for person in people] == people

    def test_takes_a_list_as_one_value(self):
        ann, bob, eve = (make_person(name) for name in ("ann", "bob", "eve"))
        prepared = Prepared(lambda keys: Person.objects.filter(among("pk", keys)), keys=KEYS)

        assert set(prepared.rows(keys=[ann.pk, bob.pk])) == {ann, bob}
        assert prepared.rows(keys=[]) == []
        assert prepared.rows(keys=[eve.pk, eve.pk]) == [eve]

    def test_leaves_columns_that_were_not_asked_for_for_later(self):
        person = make_person("ann", full_name="Ann Ames")
        prepared = Prepared(lambda key: Person.objects.filter(pk=key).only("username"), key=KEY)

        found = prepared.first(key=person.pk)

        assert found.get_deferred_fields() >= {"full_name"}
        assert found.full_name == "Ann Ames"

    def test_takes_values_for_what_they_are_and_never_as_sql(self):
        prepared = Prepared(lambda name: Person.objects.filter(username=name), name=TEXT)

        assert prepared.rows(name="x' OR '1'='1") == []
        assert prepared.rows(name=TEXT) == []

    def test_keeps_a_percent_sign_of_the_query_itself(self):
        ann = make_person("ann", full_name="Ann %s")
        make_person("bob", full_name="Bob s")
        named = Person.objects.extra(where=["full_name LIKE '%%\\%%s'"])
        prepared = Prepared(lambda key: named.filter(pk__gt=key), key=KEY)

        assert prepared.rows(key=0) == [ann]

    def test_takes_moments(self):
        row = BrowserSession.objects.create(
            session_key="k", session_data="", expire_date=NOW, last_seen_at=NOW
        )
        prepared = Prepared(
            lambda now: BrowserSession.objects.filter(expire_date__gt=now), now=MOMENT
        )

        assert prepared.rows(now=NOW - timedelta(seconds=1)) == [row]
        assert prepared.rows(now=NOW) == []

    def test_refuses_a_condition_that_would_not_stand_in_the_query(self):
        prepared = Prepared(lambda **_: Person.objects.all(), key=KEY)

        with pytest.raises(NotPrepared):
            prepared.rows(key=1)

    def test_refuses_to_guess_a_value(self):
        prepared = Prepared(by_key, key=KEY)

        with pytest.raises(NotPrepared):
            prepared.rows()
        with pytest.raises(NotPrepared):
            prepared.rows(key=1, other=2)

    def test_asks_nothing_where_nothing_can_be_found(self, django_assert_num_queries):
        prepared = Prepared(lambda key: by_key(key).none(), key=KEY)

        with django_assert_num_queries(0):
            assert prepared.rows(key=1) == []


def plans_kept() -> int:
    """How many statements PostgreSQL keeps for our connection that ask for people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%people_person%'"
        )
        return cursor.fetchone()[0]


class TestPlans:
    def ask(self, times, key=1):
        prepared = Prepared(by_key, key=KEY)
        return [prepared.first(key=key) for _ in range(times)]

    @pytest.fixture(autouse=True)
    def none_kept(self):
        connection.close()
        yield
        connection.close()

    @pytest.mark.django_db(transaction=True)
    def test_are_kept_for_what_comes_again(self):
        ann = make_person("ann")

        self.ask(3)
        assert plans_kept() == 0
        assert self.ask(6, ann.pk) == [ann] * 6
        assert plans_kept() == 1

    @pytest.mark.django_db(transaction=True)
    def test_are_made_anew_after_what_was_taken_back(self):
        ann = make_person("ann")
        self.ask(10)

        with transaction.atomic():
            self.ask(1)
            transaction.set_rollback(True)

        assert self.ask(10, ann.pk) == [ann] * 10

    @pytest.mark.django_db(transaction=True)
    def test_are_made_anew_when_a_column_got_another_type(self):
        """As by a migration of the next release, while this one still answers."""
        ann = make_person("ann")
        column = "ALTER TABLE people_person ALTER COLUMN full_name TYPE"
        length = Person._meta.get_field("full_name").max_length
        self.ask(10)
        beside = connections.create_connection("default")
        try:
            with beside.cursor() as cursor:
                cursor.execute(f"{column} varchar(999)")

            assert self.ask(10, ann.pk) == [ann] * 10
            assert plans_kept() == 1
        finally:
            with beside.cursor() as cursor:
                cursor.execute(f"{column} varchar({length})")
            beside.close()

    @pytest.mark.django_db(transaction=True)
    def test_do_not_outlive_their_connection(self):
        ann = make_person("ann")
        self.ask(10)

        connection.close()

        assert self.ask(10, ann.pk) == [ann] * 10
        assert plans_kept() == 1

    @pytest.mark.django_db(transaction=True)
    def test_are_not_kept_where_a_pooler_would_lose_them(self):
        options = connection.settings_dict["OPTIONS"]
        with mock.patch.dict(
            options, database_from("postgresql:///a", keeps_plans=False)["OPTIONS"]
        ):
            self.ask(10)

            assert plans_kept() == 0
