"""What the floor itself must remember: how often somebody calls."""

from django.db import models


class CallRate(models.Model):
    """How far one caller has used up what they may call in a minute.

    One row per caller, in a table that is not logged: lost in a crash, it starts anew.
    """

    # A token, a person or an address, and what kind of call; never a secret.
    caller = models.CharField(max_length=80, primary_key=True)
    # Until when the calls made so far use up the caller's share. Each adds a step.
    busy_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.caller


class JobFailure(models.Model):
    """Why a job failed when it last did; one row per job, gone some time after the job is.

    Of errors that we do not know it keeps kind and place alone: their texts may quote what people
    wrote.
    """

    # Plain: the table of jobs is procrastinate's.
    job_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=100)
    place = models.CharField(max_length=200, blank=True, default="")
    # The sentence for people, of errors that have one.
    message = models.CharField(max_length=500, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.kind} of job {self.job_id}"
