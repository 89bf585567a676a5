"""Health as last judged. All of it can be made again from the runs: ``rebuild health``."""

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Status(models.TextChoices):
    """How a cell or a notebook is doing, in the words of the pages."""

    HEALTHY = "healthy", "Healthy"
    UNHEALTHY = "unhealthy", "Unhealthy"
    UNKNOWN = "unknown", "Not known yet"


class NotebookHealth(models.Model):
    """How one notebook is doing: every measure of the published model over the last days.

    Ratios and depths are shares of the notebook's code cells, in [0, 1]; what is undefined
    without runs is null. Cells are counted from 0.
    """

    notebook = models.OneToOneField(
        "notebooks.Notebook", on_delete=models.CASCADE, primary_key=True, related_name="health"
    )
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.UNKNOWN)
    score = models.FloatField(null=True)
    cells = models.PositiveIntegerField()
    executions = models.PositiveBigIntegerField(default=0)
    successes = models.PositiveBigIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    people_failed = models.PositiveIntegerField(default=0)
    # A session is a person's day; one has stopped when a cell was left failing.
    sessions = models.PositiveIntegerField(default=0)
    sessions_stopped = models.PositiveIntegerField(default=0)
    # People whose newest session stopped, and where most of them did.
    people_stopped = models.PositiveIntegerField(default=0)
    stop_number = models.PositiveIntegerField(null=True)
    stop_people = models.PositiveIntegerField(default=0)
    usage_factor = models.FloatField(null=True)
    success_rate = models.FloatField(null=True)
    good_cell_ratio = models.FloatField(default=0)
    bad_cell_ratio = models.FloatField(default=0)
    first_bad_cell = models.FloatField(default=1)
    last_good_cell = models.FloatField(default=0)
    first_failure_depth = models.FloatField(default=1)
    execution_depth = models.FloatField(null=True)
    # Whatever the version, however long ago.
    last_run_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    # Sessions a day, oldest first, up to and with ``last_day``.
    last_day = models.DateField()
    finished_by_day = ArrayField(models.PositiveIntegerField())
    stopped_by_day = ArrayField(models.PositiveIntegerField())
    computed_at = models.DateTimeField()
    model_version = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notebookhealth_score_is_a_share",
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1),
            ),
        ]
        indexes = [models.Index(fields=["status"], name="notebookhealth_by_status")]

    def __str__(self) -> str:
        return f"{self.status} ({self.score})"

    @property
    def first_day(self) -> date:
        """The first of the days that were looked at; ``last_day`` is the last."""
        return self.last_day - timedelta(days=len(self.finished_by_day) - 1)


class CellHealth(models.Model):
    """How one cell of the current version is doing; cells that nobody ran have no row."""

    pk = models.CompositePrimaryKey("notebook", "number")
    notebook = models.ForeignKey(
        "notebooks.Notebook", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=9, choices=Status.choices)
    score = models.FloatField()
    executions = models.PositiveBigIntegerField()
    successes = models.PositiveBigIntegerField()
    people = models.PositiveIntegerField()
    people_failed = models.PositiveIntegerField()
    # People for whom the cell worked the last time they ran it.
    people_finished = models.PositiveIntegerField()
    # People whose newest session stopped here.
    people_stopped = models.PositiveIntegerField()
    runtime_mean_ms = models.FloatField()
    # The median over people of each person's mean: one person's slow day does not move it.
    runtime_median_ms = models.FloatField()
    last_run_at = models.DateTimeField()
    last_failure_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"cell {self.number + 1}: {self.status}"
