"""Facts: announced only inside a transaction, heard at once, and jobs that share its fate."""

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
@pytest.mark.usefixtures("no_jobs_left", "heard")
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
