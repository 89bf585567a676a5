"""Entries of a person, a kind or a subject are found without reading the whole log.

The log is long and in use, so the indexes are made beside it.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("activity", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            "auditentry", models.Index(fields=["actor_id", "-id"], name="audit_by_actor")
        ),
        AddIndexConcurrently(
            "auditentry", models.Index(fields=["fact", "-id"], name="audit_by_fact")
        ),
        AddIndexConcurrently(
            "auditentry",
            GinIndex(fields=["details"], name="audit_by_details", opclasses=["jsonb_path_ops"]),
        ),
    ]
