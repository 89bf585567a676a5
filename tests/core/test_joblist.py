"""Jobs as administrators see them: why one failed, run again, taken away, forgotten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate import sql
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job

from nbcommons.core import failures, joblist, jobs, paging
from nbcommons.core.errors import CommonsError
from nbcommons.core.models import JobFailure

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_nothing_noted"),
]


class KettleEmpty(CommonsError):
    """Nothing to pour."""


kettles = {"are_empty": True}


@jobs.job("tests.boil", retry=1)
def boil(*, kettle_id, words="", **_later):
    del kettle_id
    if kettles["are_empty"]:
        raise KettleEmpty("Fill the kettle first.") if words == "" else ValueError(words)


@jobs.job("tests.boil_once", retry=1, coalesce_by="kettle_id")
def boil_once(*, kettle_id, **_later):
    del kettle_id
    raise KettleEmpty("Fill the kettle first.")


@pytest.fixture
def _nothing_noted():
    kettles["are_empty"] = True
    JobFailure.objects.all().delete()


def work():
    """Do what waits as a worker would, with no second try."""
    for row in ProcrastinateJob.objects.filter(status="todo"):
        task = app.tasks[row.task_name]
        under_way = Job(
            id=row.pk,
            queue=row.queue_name,
            lock=None,
            queueing_lock=row.queueing_lock,
            task_name=row.task_name,
        )
        context = JobContext(
            app=app, job=under_way, start_timestamp=0.0, abort_reason=lambda: None
        )
        try:
            task.func(context, **row.args)
            end = "succeeded"
        except (KettleEmpty, ValueError):
            end = "failed"
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [row.pk]
            )
            app.job_manager.connector.get_sync_connector().execute_query(
                sql.queries["finish_job"],
                job_id=row.pk,
                status=end,
                delete_job=end == "succeeded",
            )


def listed(state):
    return joblist.rows(state, at=timezone.now())


class TestFailures:
    def test_are_kept_with_the_sentence_of_errors_that_have_one(self):
        boil.defer(kettle_id=7)

        work()

        (row,) = listed("failed")
        assert (row.task, row.kind, row.message) == (
            "tests.boil",
            "KettleEmpty",
            "Fill the kettle first.",
        )
        assert row.about == (("kettle_id", "7"),)
        assert row.can_run_again

    def test_quote_nothing_of_other_errors(self):
        boil.defer(kettle_id=7, words="what somebody wrote")

        work()

        (row,) = listed("failed")
        assert row.kind == "ValueError"
        assert "somebody" not in repr(row)

    def test_of_ours_say_where(self):
        with pytest.raises(TypeError) as raised:
            paging.pager_of(page=1, page_count="two", url_of=str)

        assert failures.place_of(raised.value).startswith("core/paging.py, line ")


class TestRunAgain:
    def test_runs_it(self):
        boil.defer(kettle_id=7)
        work()
        (row,) = listed("failed")

        kettles["are_empty"] = False
        assert joblist.run_again(row.job_id, at=timezone.now()) == "tests.boil"
        work()

        assert joblist.counts() == {"failed": 0, "doing": 0, "todo": 0, "cancelled": 0}

    def test_refuses_what_waits_or_is_gone(self):
        boil.defer(kettle_id=7)
        (row,) = listed("todo")

        for job_id in (row.job_id, 10**9):
            with pytest.raises(joblist.NoSuchJob):
                joblist.run_again(job_id, at=timezone.now())

    def test_says_when_an_equal_one_waits(self):
        boil_once.defer(kettle_id=1)
        work()
        boil_once.defer(kettle_id=1)
        (row,) = listed("failed")

        with pytest.raises(joblist.EqualJobWaits):
            joblist.run_again(row.job_id, at=timezone.now())

    def test_helps_a_job_whose_worker_is_gone(self):
        boil.defer(kettle_id=7)
        (row,) = listed("todo")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")

        (row,) = listed("doing")
        assert row.is_stranded
        joblist.run_again(row.job_id, at=timezone.now())

        assert joblist.counts()["todo"] == 1

    def test_leaves_a_job_whose_worker_lives(self):
        boil.defer(kettle_id=7)
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH w AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id) "
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM w)"
            )

        (row,) = listed("doing")

        assert not row.is_stranded
        with pytest.raises(joblist.NoSuchJob):
            joblist.run_again(row.job_id, at=timezone.now())
        with pytest.raises(joblist.NoSuchJob):
            joblist.cancel(row.job_id)


class TestCancel:
    def test_takes_away_what_waits_and_what_failed(self):
        boil.defer(kettle_id=7)
        work()
        boil.defer(kettle_id=8)

        for state in ("failed", "todo"):
            (row,) = listed(state)
            assert joblist.cancel(row.job_id) == "tests.boil"

        assert sum(joblist.counts().values()) == 0
        assert not JobFailure.objects.exists()


class TestForgetEnded:
    def test_forgets_old_failures_and_leaves_what_waits(self):
        boil.defer(kettle_id=7)
        work()
        boil.defer(kettle_id=8)
        now = timezone.now()

        assert joblist.forget_ended(before=now - timedelta(days=1)) == 0
        assert joblist.forget_ended(before=now + timedelta(days=1)) == 1
        assert joblist.counts()["todo"] == 1
        assert not JobFailure.objects.exists()


class TestWaiting:
    def test_tells_since_when_the_oldest_waits_whose_turn_it_is(self):
        now = timezone.now()
        assert joblist.oldest_waiting(at=now) is None
        boil.defer(kettle_id=7, delay_s=3600)
        assert joblist.oldest_waiting(at=now) is None

        boil.defer(kettle_id=8)

        found = joblist.oldest_waiting(at=timezone.now())
        assert found is not None
        assert abs(found - now) < timedelta(minutes=1)
        assert joblist.counts_by_task("todo") == [("tests.boil", 2)]
