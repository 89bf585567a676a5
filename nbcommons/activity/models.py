"""The audit log. Rows are never updated."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class AuditEntry(models.Model):
    """One fact as it was announced: what, by whom, about which notebook."""

    at = models.DateTimeField()
    fact = models.CharField(max_length=60)
    # Plain numbers, not foreign keys: the log outlives what it tells of.
    actor_id = models.BigIntegerField(null=True)
    notebook_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["-at"], name="audit_by_time"),
            models.Index(fields=["notebook_id", "-at"], name="audit_by_notebook"),
            models.Index(fields=["actor_id", "-id"], name="audit_by_actor"),
            models.Index(fields=["fact", "-id"], name="audit_by_fact"),
            GinIndex(fields=["details"], name="audit_by_details", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.fact} at {self.at:%Y-%m-%d %H:%M}"
