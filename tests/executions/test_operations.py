"""Reports are counted exactly once, for the right cell, and only where the person may look."""

import threading
import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.executions.models import CellDay, ChangedCellDay, ReceivedEvent
from nbcommons.executions.operations import (
    Receipt,
    forget_old_executions,
    record_executions,
)
from nbcommons.notebooks.models import Notebook, Visibility
from tests.factories.executions import (
    NOW,
    actor_for,
    edit_notebook,
    event,
    fingerprint_of,
    make_notebook,
    make_person,
    run,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def notebook():
    return make_notebook("a = 1", "b = 2", "c = 3")


def record(person, *events, at=NOW):
    return record_executions(actor_for(person), events, at=at)


class TestRecordExecutions:
    def test_folds_runs_of_a_day_into_one_row(self, ann, notebook):
        """Three runs of cell 1: ok 10:00, failed 10:01, ok 10:02; 100, 200 and 300 ms."""
        start = NOW.replace(hour=10)
        events = [
            event(
                notebook,
                ok=ok,
                at=start + timedelta(minutes=minute),
                runtime_ms=100 * (minute + 1),
            )
            for minute, ok in enumerate([True, False, True])
        ]

        receipt = record(ann, *events)

        assert receipt == Receipt(accepted=3, repeated=0, unmatched=0)
        row = CellDay.objects.get()
        assert (row.notebook_id, row.person_id, row.day) == (notebook.pk, ann.pk, NOW.date())
        assert (row.fingerprint, row.copy) == (fingerprint_of("a = 1"), 0)
        assert (row.successes, row.failures, row.runtime_ms_total) == (2, 1, 600)
        assert row.first_failure_at == row.last_failure_at == start + timedelta(minutes=1)
        assert row.last_success_at == start + timedelta(minutes=2)

    def test_adds_to_the_row_of_an_earlier_report(self, ann, notebook):
        first, last = NOW - timedelta(hours=3), NOW - timedelta(hours=1)
        record(ann, event(notebook, ok=False, at=last))

        record(ann, event(notebook, ok=False, at=first), event(notebook, at=first))

        row = CellDay.objects.get()
        assert (row.successes, row.failures) == (1, 2)
        assert (row.first_failure_at, row.last_failure_at) == (first, last)
        assert row.last_success_at == first

    def test_counts_a_repeated_report_once(self, ann, notebook):
        events = [event(notebook), event(notebook, ok=False)]
        record(ann, *events)

        receipt = record(ann, *events, event(notebook))

        assert receipt == Receipt(accepted=1, repeated=2, unmatched=0)
        row = CellDay.objects.get()
        assert (row.successes, row.failures) == (2, 1)

    def test_counts_an_id_repeated_within_a_report_once(self, ann, notebook):
        one = event(notebook)

        receipt = record(ann, one, one, one)

        assert receipt == Receipt(accepted=1, repeated=2, unmatched=0)
        assert CellDay.objects.get().successes == 1

    def test_keeps_people_days_and_cells_apart(self, ann, notebook):
        record(
            ann,
            event(notebook),
            event(notebook, "b = 2"),
            event(notebook, at=NOW - timedelta(days=1)),
        )
        record(make_person("bob"), event(notebook))

        assert CellDay.objects.count() == 4

    def test_takes_the_day_in_utc(self, ann, notebook):
        late = datetime.fromisoformat("2026-11-20T01:30:00+02:00")

        record(ann, event(notebook, at=late))

        assert CellDay.objects.get().day == date(2026, 11, 19)

    def test_does_not_match_notebooks_the_person_may_not_see(self, ann):
        private = make_notebook(visibility=Visibility.PRIVATE)
        unknown = event(private, notebook=uuid.uuid4())

        receipt = record(ann, event(private), unknown)

        assert receipt == Receipt(accepted=0, repeated=0, unmatched=2)
        assert not CellDay.objects.exists()
        assert not ReceivedEvent.objects.exists()

    def test_matches_the_owners_private_notebook(self):
        private = make_notebook(visibility=Visibility.PRIVATE)

        assert record(private.owner, event(private)).accepted == 1

    def test_does_not_match_code_that_the_notebook_never_held(self, ann, notebook):
        receipt = record(ann, event(notebook, "print('mine')"), event(notebook))

        assert receipt == Receipt(accepted=1, repeated=0, unmatched=1)
        assert CellDay.objects.count() == 1
        assert not ChangedCellDay.objects.exists()

    def test_keeps_changed_code_of_a_known_cell_as_a_run_with_changes(self, ann, notebook):
        changed = event(notebook, "a = 42", cell_id="c0", ok=False)

        receipt = record(ann, changed, event(notebook, "a = 43", cell_id="c0"))

        assert receipt == Receipt(accepted=0, repeated=0, unmatched=2)
        assert record(ann, changed).repeated == 1
        row = ChangedCellDay.objects.get()
        assert (row.cell_id, row.successes, row.failures) == ("c0", 1, 1)
        assert not CellDay.objects.exists()

    def test_counts_runs_of_an_older_version(self, ann, notebook):
        edit_notebook(notebook, "a = 10", "b = 2")

        receipt = record(ann, event(notebook, "a = 1", revision=1), event(notebook, "a = 10"))

        assert receipt.accepted == 2

    def test_confirms_no_code_of_versions_that_the_person_may_not_read(self, ann):
        bob = make_person("bob")
        notebook = make_notebook("secret = 'Winter-2026'", owner=bob)
        edit_notebook(notebook, "secret = ask()")
        guess = event(notebook, "secret = 'Winter-2026'")
        assert record(bob, guess).accepted == 1
        Notebook.objects.filter(pk=notebook.pk).update(history_from=2)

        told = record(ann, event(notebook, "secret = 'Winter-2026'"), event(notebook, "x = 0"))
        assert (told.accepted, told.unmatched) == (0, 2)
        assert record(ann, event(notebook, "secret = ask()")).accepted == 1
        token = actor_for(ann).limited_to(frozenset({"executions:write"}))
        again = event(notebook, "secret = ask()")
        assert record_executions(token, [again], at=NOW).accepted == 1

    def test_tells_copies_of_the_same_code_apart(self, ann):
        notebook = make_notebook("x", "y", "x", "x")

        record(
            ann,
            event(notebook, "x", cell_id="c3"),
            event(notebook, "x", index=2),
            event(notebook, "x", index=0, cell_id="new"),
            event(notebook, "x"),
        )

        rows = CellDay.objects.order_by("copy").values_list("copy", "successes")
        assert list(rows) == [(0, 2), (1, 1), (2, 1)]

    def test_takes_a_clock_that_is_ahead_as_now(self, ann, notebook):
        record(ann, event(notebook, at=NOW + timedelta(days=3)))

        row = CellDay.objects.get()
        assert (row.day, row.last_success_at) == (NOW.date(), NOW)

    def test_does_not_count_what_comes_too_late(self, ann, notebook, settings):
        settings.NBCOMMONS_EXECUTIONS_MAX_AGE_DAYS = 7

        receipt = record(
            ann,
            event(notebook, at=NOW - timedelta(days=7, seconds=1)),
            event(notebook, at=NOW - timedelta(days=7)),
        )

        assert receipt == Receipt(accepted=1, repeated=0, unmatched=1)

    def test_refuses_when_nobody_is_behind_it(self, notebook):
        for actor in (Actor.nobody(), Actor.system("tests")):
            with pytest.raises(Denied):
                record_executions(actor, [event(notebook)], at=NOW)

    def test_matches_nothing_for_a_token_without_the_scope(self, ann, notebook):
        reader = actor_for(ann).limited_to(frozenset({"notebooks:read"}))

        assert record_executions(reader, [event(notebook)], at=NOW).unmatched == 1

    def test_takes_few_queries_however_many_events(
        self, ann, notebook, django_assert_max_num_queries
    ):
        """A transaction around: visible notebooks, lock, count, and the job in a savepoint."""
        events = [event(notebook) for _ in range(500)]

        with django_assert_max_num_queries(9):
            assert record(ann, *events).accepted == 500


@pytest.mark.django_db(transaction=True)
class TestRecordExecutionsAtTheSameTime:
    def test_counts_each_id_once_when_reports_are_sent_again_meanwhile(self):
        """8 threads send the same 200 events, shuffled, in 10 reports each: 200 count."""
        ann, notebook = make_person("ann"), make_notebook("a = 1", "b = 2")
        codes = ["a = 1", "b = 2"]
        events = [event(notebook, codes[n % 2], ok=n % 3 > 0) for n in range(200)]
        receipts, failures = [], []
        start = threading.Barrier(8)

        def send(seed):
            try:
                start.wait()
                for part in range(10):
                    first = (part + seed) % 10
                    batch = sorted(events[first::10], key=lambda e: hash((seed, e.id)))
                    receipts.append(record(ann, *batch))
            except Exception as error:  # noqa: BLE001 - shown by the assertion
                failures.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=send, args=(seed,)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        assert sum(receipt.accepted for receipt in receipts) == 200
        assert sum(receipt.repeated for receipt in receipts) == 7 * 200
        rows = CellDay.objects.all()
        assert sum(row.successes + row.failures for row in rows) == 200
        assert sum(row.failures for row in rows) == len([e for e in events if not e.success])

    def test_does_not_lock_itself_up_over_several_notebooks(self):
        """4 people report on 3 notebooks, each in another order, 15 times."""
        notebooks = [make_notebook("a = 1", title=f"Count {n}") for n in range(3)]
        people = [make_person(f"p{n}") for n in range(4)]
        failures = []

        def send(place):
            try:
                for turn in range(15):
                    order = [notebooks[(turn + place + n) % 3] for n in range(3)]
                    record(people[place], *(event(each) for each in order))
            except Exception as error:  # noqa: BLE001 - shown by the assertion
                failures.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=send, args=(place,)) for place in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        assert sum(row.successes for row in CellDay.objects.all()) == 4 * 15 * 3


class TestForgetOldExecutions:
    def test_drops_whole_months_and_old_ids(self, ann, notebook, settings):
        settings.NBCOMMONS_EXECUTIONS_RETENTION_MONTHS = 1
        for days in (0, 19, 20, 49, 50, 51):
            run(ann, notebook, ("a = 1", True), days_ago=days)

        dropped = forget_old_executions(Actor.system("tests"), at=NOW)

        days = CellDay.objects.order_by("day").values_list("day", flat=True)
        assert [f"{day:%d %b}" for day in days] == [
            "01 Oct",
            "02 Oct",
            "31 Oct",
            "01 Nov",
            "20 Nov",
        ]
        assert ReceivedEvent.objects.count() == 1
        assert dropped == 1 + 5

    def test_is_for_the_system(self, ann):
        with pytest.raises(Denied):
            forget_old_executions(actor_for(ann), at=NOW)


def test_stores_neither_code_nor_output():
    """The columns are all there is: none could hold what somebody wrote or got."""
    columns = {
        field.attname
        for model in (CellDay, ChangedCellDay, ReceivedEvent)
        for field in model._meta.concrete_fields
    }

    assert columns == {
        "notebook_id", "day", "fingerprint", "copy", "person_id", "successes",
        "failures", "runtime_ms_total", "first_failure_at", "last_failure_at",
        "last_success_at", "cell_id", "last_at", "id", "received_at",
    }  # fmt: skip
