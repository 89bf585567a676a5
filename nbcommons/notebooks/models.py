"""The records of the catalogue."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Visibility(models.TextChoices):
    """Who may find a notebook, before access labels narrow it."""

    PRIVATE = "private", "Only me"
    EVERYONE = "everyone", "Everyone"


class Category(models.TextChoices):
    """What a notebook is for; pages call it its type."""

    OPERATIONAL = "operational", "Working notebook"
    BUILDING_BLOCK = "building_block", "Building block"
    COURSE = "course", "Lesson"


class CellKind(models.TextChoices):
    """The three kinds of cell of the notebook format."""

    CODE = "code", "code"
    MARKDOWN = "markdown", "text"
    RAW = "raw", "raw"


class StoredContent(models.Model):
    """The bytes of a stripped notebook, once for all revisions that hold the same.

    ``data`` is the canonical JSON, compressed with zstd; ``sha256`` addresses the JSON itself.
    Kept apart from ``Revision`` so that lists never drag documents along.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Tag(models.Model):
    """A topic that people search for."""

    name = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.name


class Notebook(models.Model):
    """A notebook of the commons, whatever its versions."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=1000, blank=True, default="")
    language = models.CharField(max_length=40, default="python")
    category = models.CharField(
        max_length=16, choices=Category.choices, default=Category.OPERATIONAL
    )
    visibility = models.CharField(
        max_length=8, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notebooks"
    )
    tags = models.ManyToManyField(Tag, related_name="notebooks", blank=True)
    # Where a bulk import found it, so that the same import can be repeated safely.
    origin = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # Null only inside the transaction that makes the notebook.
    current_revision = models.OneToOneField(
        "notebooks.Revision", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="notebook_title_not_blank", condition=~Q(title="")),
            models.UniqueConstraint(
                name="notebook_origin_once_per_owner",
                fields=["owner", "origin"],
                condition=~Q(origin=""),
            ),
        ]
        indexes = [
            models.Index(fields=["visibility", "-updated_at"], name="notebook_by_visibility"),
            models.Index(fields=["owner", "-updated_at"], name="notebook_by_owner"),
        ]

    def __str__(self) -> str:
        return self.title


class Revision(models.Model):
    """One version of a notebook. Rows are never updated."""

    notebook = models.ForeignKey(Notebook, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.ForeignKey(
        StoredContent, on_delete=models.PROTECT, related_name="revisions"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="revisions"
    )
    message = models.CharField(max_length=300, blank=True, default="")
    cell_count = models.PositiveIntegerField()
    # Code cells that hold more than blanks: those that health counts.
    code_cell_count = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notebook", "number"], name="revision_number_once_per_notebook"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Cell(models.Model):
    """One cell of one revision, without its text."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="cells")
    # Place among all cells, from 0.
    position = models.PositiveIntegerField()
    # Place among the code cells that are not blank, from 0; null for all others.
    number = models.PositiveIntegerField(null=True)
    cell_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=CellKind.choices)
    # MD5 of the source in hex, as existing clients report it; not a security measure.
    fingerprint = models.CharField(max_length=32)
    tags = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "position"], name="cell_position_once_per_revision"
            )
        ]
        indexes = [
            models.Index(
                fields=["revision", "fingerprint"],
                name="cell_by_fingerprint",
                condition=Q(number__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"cell {self.position}"
