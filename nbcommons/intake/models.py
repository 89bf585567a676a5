"""Drafts: what has come in and is not shared yet; and where notebooks of an import came from."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from nbcommons.notebooks.models import Category, Notebook, Revision, Visibility
from nbcommons.people.models import Team


class Draft(models.Model):
    """A stripped notebook that waits for its author to describe and share it.

    ``data`` is the canonical JSON, compressed with zstd: nothing of what was removed is kept.
    ``removed``, ``notes`` and ``repairs`` tell what happened, in counts and sentences only.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    file_name = models.CharField(max_length=200)
    data = models.BinaryField()
    size_bytes = models.PositiveIntegerField()
    cell_count = models.PositiveIntegerField()
    # What the author is shown: the ledger's lines, notes by cell position, repairs.
    ledger = models.JSONField(default=list)
    notes = models.JSONField(default=dict)
    repairs = models.JSONField(default=list)
    refused_pictures = models.JSONField(default=list)
    raw_bytes = models.PositiveIntegerField()
    # Proposed when it came in, then as the author last left it.
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=1000, blank=True, default="")
    language = models.CharField(max_length=40)
    category = models.CharField(
        max_length=16, choices=Category.choices, default=Category.OPERATIONAL
    )
    visibility = models.CharField(
        max_length=8, choices=Visibility.choices, default=Visibility.EVERYONE
    )
    # A list of objects, each with a name, a reason and whether it is chosen.
    tags = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="draft_expires_later", condition=Q(expires_at__gt=F("created_at"))
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="draft_by_expiry")]

    def __str__(self) -> str:
        return self.title


class DraftPicture(models.Model):
    """A picture from a text cell, made anew from its pixels, that the author may keep."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="pictures")
    position = models.PositiveIntegerField()
    cell_id = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    mime = models.CharField(max_length=20)
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    is_kept = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class ImportedNotebook(models.Model):
    """Where a notebook came from in bulk, so that the same import can be repeated safely.

    It remembers for whom it came in, since its owner may have changed since then.
    """

    notebook = models.OneToOneField(Notebook, on_delete=models.CASCADE, related_name="+")
    # folder, git, nbgallery or commons.
    kind = models.CharField(max_length=10)
    # What the operator named, without passwords, and the notebook's key in it.
    source = models.CharField(max_length=500)
    origin = models.CharField(max_length=300)
    # Null: it belongs to whom the source says.
    for_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    for_team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    # Content address of the newest state that came from there: what differs from it is new.
    sha256 = models.CharField(max_length=64)
    # When the source says it was last changed, if it does.
    source_updated_at = models.DateTimeField(null=True)
    # What the source said and the commons has no place for.
    extra = models.JSONField(default=dict)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "for_person", "for_team"],
                name="imported_origin_once_per_owner",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.origin


class ImportedRevision(models.Model):
    """What a version was called where it came from.

    A git commit, or the id by which a notebook linked in somebody's Jupyter compares itself with
    an nbgallery: kept, so that such copies do not all seem changed.
    """

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="+")
    commit_id = models.CharField(max_length=64, db_index=True)

    def __str__(self) -> str:
        return self.commit_id
