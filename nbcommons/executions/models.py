"""Runs of cells, folded into days: storage grows with people, cells and days, not with runs.

Nothing here holds code, output or error text, nor anything a person typed.
"""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q


class CellDay(models.Model):
    """How one person's runs of one cell went on one day (UTC).

    The cell is known by the fingerprint of its code, so that its history survives an edit of the
    cells around it. Cells of one notebook with the same code are told apart by ``copy``: 0 for the
    first of them, 1 for the next, in their order in the notebook.

    The day stands in the key, so the table can be partitioned by month without another key.
    """

    pk = models.CompositePrimaryKey("notebook", "day", "fingerprint", "copy", "person")
    notebook = models.ForeignKey(
        "notebooks.Notebook", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    fingerprint = models.CharField(max_length=32)
    copy = models.PositiveSmallIntegerField(default=0)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    successes = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    runtime_ms_total = models.PositiveBigIntegerField(default=0)
    first_failure_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cellday_holds_a_run", condition=Q(successes__gt=0) | Q(failures__gt=0)
            ),
            models.CheckConstraint(
                name="cellday_success_has_a_time",
                condition=Q(successes=0, last_success_at__isnull=True)
                | Q(successes__gt=0, last_success_at__isnull=False),
            ),
            models.CheckConstraint(
                name="cellday_failure_has_a_time",
                condition=Q(
                    failures=0, first_failure_at__isnull=True, last_failure_at__isnull=True
                )
                | Q(
                    failures__gt=0,
                    first_failure_at__isnull=False,
                    last_failure_at__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-day"], name="cellday_by_person"),
            # Rows come in the order of days, so a few pages of summary find what has expired.
            BrinIndex(fields=["day"], name="cellday_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.fingerprint[:7]} on {self.day}"


class ChangedCellDay(models.Model):
    """Runs of a cell whose code the person had changed: which cell, how often, no more.

    They count for how far people get, not for whether the published code works.
    """

    pk = models.CompositePrimaryKey("notebook", "day", "cell_id", "person")
    notebook = models.ForeignKey(
        "notebooks.Notebook", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    cell_id = models.CharField(max_length=64)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    successes = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="changedcellday_holds_a_run",
                condition=Q(successes__gt=0) | Q(failures__gt=0),
            ),
        ]
        indexes = [BrinIndex(fields=["day"], name="changedcellday_by_day")]

    def __str__(self) -> str:
        return f"{self.cell_id} on {self.day}"


class ReceivedEvent(models.Model):
    """An event that has been counted; a report of the same id changes nothing.

    Kept a little longer than a report may be late, so that none is counted twice.
    """

    id = models.UUIDField(primary_key=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [BrinIndex(fields=["received_at"], name="receivedevent_by_time")]

    def __str__(self) -> str:
        return str(self.id)


class LoadedFile(models.Model):
    """A file of past activity that has been counted: it is never counted a second time."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    executions = models.PositiveBigIntegerField()
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]
