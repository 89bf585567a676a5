"""Facts: announced only inside a transaction, heard at once, and jobs that share its fate."""

import json
from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from nbcommons.core import events, jobs
from nbcommons.core.events import Listeners, NotInTransaction, UnknownFact


@dataclass(frozen=True, slots=True)
class KettleBoiled:
    kettle_id: int


@jobs.job("tests.pour_tea", coalesce_by="kettle_id")
def pour_tea(*, kettle_id, **_later):
    del kettle_id


@pytest.fixture
def heard(monkeypatch):
    facts = []
    wiring = {KettleBoiled: Listeners(inline=(facts.append,), jobs=(pour_tea,))}
    monkeypatch.setattr(events, "_wiring", wiring)
    return facts


def waiting_jobs():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tests.pour_tea'"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("heard")
class TestPublish:
    def test_refuses_to_run_outside_a_transaction(self, heard):
        with pytest.raises(NotInTransaction):
            events.publish(KettleBoiled(1))

        assert heard == []

    def test_refuses_a_fact_that_the_wiring_does_not_list(self):
        @dataclass(frozen=True)
        class Unlisted:
            pass

        with transaction.atomic(), pytest.raises(UnknownFact):
            events.publish(Unlisted())

    def test_tells_listeners_at_once_and_inserts_the_job_with_the_fact(self, heard):
        with transaction.atomic():
            events.publish(KettleBoiled(1))

        assert heard == [KettleBoiled(1)]
        assert waiting_jobs() == 1

    def test_takes_the_job_back_when_the_fact_does_not_hold(self):
        with transaction.atomic():
            events.publish(KettleBoiled(1))
            transaction.set_rollback(True)

        assert waiting_jobs() == 0

    def test_adds_no_second_job_for_the_same_thing_and_the_transaction_lives_on(self):
        with transaction.atomic():
            events.publish(KettleBoiled(1))
        with transaction.atomic():
            events.publish(KettleBoiled(1))
            events.publish(KettleBoiled(2))

        assert waiting_jobs() == 2


@jobs.job("tests.pour_many_teas")
def pour_many_teas(*, kettle_ids, **_later):
    del kettle_ids


@jobs.job(
    "tests.pour_one_tea", many=jobs.Many(pour_many_teas, one="kettle_id", all="kettle_ids")
)
def pour_one_tea(*, kettle_id, **_later):
    del kettle_id


def deferred():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")
        return [(name, json.loads(args)) for name, args in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("heard")
class TestPublishMany:
    def test_refuses_to_run_outside_a_transaction(self):
        with pytest.raises(NotInTransaction):
            events.publish_many([KettleBoiled(1)])

    def test_tells_each_fact_and_puts_off_one_job_for_all(self, monkeypatch):
        facts = []
        wiring = {KettleBoiled: Listeners(inline=(facts.append,), jobs=(pour_one_tea,))}
        monkeypatch.setattr(events, "_wiring", wiring)
        with transaction.atomic():
            events.publish_many([KettleBoiled(1), KettleBoiled(2), KettleBoiled(1)])

        assert facts == [KettleBoiled(1), KettleBoiled(2), KettleBoiled(1)]
        assert deferred() == [("tests.pour_many_teas", {"kettle_ids": [1, 2]})]

    def test_parts_what_would_be_too_long_for_one_job(self, monkeypatch):
        monkeypatch.setattr(events, "_wiring", {KettleBoiled: Listeners(jobs=(pour_one_tea,))})
        with transaction.atomic():
            events.publish_many([KettleBoiled(number) for number in range(250)])

        assert [len(args["kettle_ids"]) for _, args in deferred()] == [100, 100, 50]

    def test_puts_off_each_where_there_is_no_job_for_many(self):
        with transaction.atomic():
            events.publish_many([KettleBoiled(1), KettleBoiled(2), KettleBoiled(1)])

        assert waiting_jobs() == 2

    def test_does_nothing_for_nothing(self):
        events.publish_many([])
