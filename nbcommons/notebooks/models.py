"""The records of the catalogue."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from nbcommons.people.models import Label, Team


class Visibility(models.TextChoices):
    """Who may find a notebook, before access labels narrow it."""

    PRIVATE = "private", "Only me"
    SHARED = "shared", "People and teams I name"
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


class StoredPicture(models.Model):
    """A picture that authors kept, made anew from its pixels; once for all notebooks with it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256[:12]


class StoredContent(models.Model):
    """The bytes of a stripped notebook, once for all revisions that hold the same.

    ``data`` is the canonical JSON, compressed with zstd, with the hash of a picture where the
    picture stood (``packing``); ``sha256`` and ``size_bytes`` are those of the whole JSON.
    Kept apart from ``Revision`` so that lists never drag documents along.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveIntegerField()
    data = models.BinaryField()
    pictures = models.ManyToManyField(StoredPicture, related_name="contents")

    def __str__(self) -> str:
        return self.sha256[:12]


class Tag(models.Model):
    """A topic that people search for."""

    name = models.CharField(max_length=40, unique=True)
    # Only administrators may put it on a notebook or take it off.
    is_restricted = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Notebook(models.Model):
    """A notebook of the commons, whatever its versions."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=1000, blank=True, default="")
    language = models.CharField(max_length=40, default="python")
    language_version = models.CharField(max_length=20, blank=True, default="")
    category = models.CharField(
        max_length=16, choices=Category.choices, default=Category.OPERATIONAL
    )
    # A person or a team looks after it, never both.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notebooks",
    )
    owner_team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="notebooks"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    visibility = models.CharField(
        max_length=8, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    # Whoever reads it must hold all of them, its owner too.
    labels = models.ManyToManyField(Label, related_name="notebooks", blank=True)
    # The first version that those who may only read may see: what was written while the
    # notebook was hidden from them stays hidden.
    history_from = models.PositiveIntegerField(default=1)
    # The same for members of the team that looks after it and may only read.
    team_history_from = models.PositiveIntegerField(default=1)
    tags = models.ManyToManyField(Tag, related_name="notebooks", blank=True)
    forked_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="forks"
    )
    forked_from_number = models.PositiveIntegerField(null=True, blank=True)
    # Where a bulk import found it, so that the same import can be repeated safely.
    origin = models.CharField(max_length=300, blank=True, default="")
    # An import found what may be a secret, and nobody has said yet that others may read it.
    has_undecided_secrets = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # Null only inside the transaction that makes the notebook.
    current_revision = models.OneToOneField(
        "notebooks.Revision", null=True, on_delete=models.PROTECT, related_name="+"
    )
    # In the bin from here on.
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    deprecated_at = models.DateTimeField(null=True, blank=True)
    deprecated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    deprecation_reason = models.CharField(max_length=500, blank=True, default="")
    alternatives = models.ManyToManyField(
        "self", symmetrical=False, related_name="alternative_to", blank=True
    )
    # Deprecated, and nobody may run it any more.
    is_frozen = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="notebook_title_not_blank", condition=~Q(title="")),
            models.CheckConstraint(
                name="notebook_has_one_owner",
                condition=Q(owner__isnull=True) ^ Q(owner_team__isnull=True),
            ),
            models.CheckConstraint(
                name="notebook_frozen_is_deprecated",
                condition=Q(is_frozen=False) | Q(deprecated_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="notebook_origin_once_per_owner",
                fields=["owner", "origin"],
                condition=~Q(origin=""),
            ),
            models.UniqueConstraint(
                name="notebook_origin_once_per_team",
                fields=["owner_team", "origin"],
                condition=~Q(origin=""),
            ),
        ]
        indexes = [
            models.Index(fields=["visibility", "-updated_at"], name="notebook_by_visibility"),
            models.Index(fields=["owner", "-updated_at"], name="notebook_by_owner"),
            models.Index(fields=["owner_team", "-updated_at"], name="notebook_by_team"),
            # As Django asks for a title whatever its capitals.
            models.Index(Upper("title"), name="notebook_by_title"),
            # Lists of everybody's notebooks stop after a page of those that may be read.
            models.Index(
                fields=["-updated_at"],
                name="notebook_by_change",
                condition=Q(deleted_at__isnull=True),
            ),
            models.Index(
                fields=["deleted_at"],
                name="notebook_in_bin",
                condition=Q(deleted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NotebookShare(models.Model):
    """That a person or a team may read a notebook, or edit it: then they look after it too.

    It counts while the notebook is shared or open to everyone; a private one keeps its shares for
    later.
    """

    notebook = models.ForeignKey(Notebook, on_delete=models.CASCADE, related_name="shares")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notebook_shares",
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="notebook_shares"
    )
    may_edit = models.BooleanField(default=False)
    # As on the notebook, for those who came to it by this share.
    history_from = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="share_with_one",
                condition=Q(person__isnull=True) ^ Q(team__isnull=True),
            ),
            models.UniqueConstraint(fields=["notebook", "person"], name="share_person_once"),
            models.UniqueConstraint(fields=["notebook", "team"], name="share_team_once"),
        ]

    def __str__(self) -> str:
        return f"share {self.pk}"


class Revision(models.Model):
    """One version of a notebook. Rows are never updated, but for the label."""

    notebook = models.ForeignKey(Notebook, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.ForeignKey(
        StoredContent, on_delete=models.PROTECT, related_name="revisions"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="revisions"
    )
    message = models.CharField(max_length=300, blank=True, default="")
    # A name that people gave it, as "used for the 2026 report".
    label = models.CharField(max_length=40, blank=True, default="")
    # The suggested change that it took over.
    from_change = models.UUIDField(null=True, blank=True)
    cell_count = models.PositiveIntegerField()
    # Code cells that hold more than blanks: those that health counts.
    code_cell_count = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notebook", "number"], name="revision_number_once_per_notebook"
            ),
            models.UniqueConstraint(
                fields=["notebook", "label"],
                name="revision_label_once_per_notebook",
                condition=~Q(label=""),
            ),
        ]
        # The newest on the home page, without a look at all others.
        indexes = [models.Index(fields=["-created_at"], name="revision_newest_first")]

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
    # What cells that say the same have in common; empty when it says too little to compare, null
    # until it has been worked out.
    token_hash = models.CharField(max_length=32, null=True)  # noqa: DJ001
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
            ),
            models.Index(
                fields=["token_hash", "revision"],
                name="cell_by_token_hash",
                condition=Q(token_hash__gt=""),
            ),
            # Empty as a rule: finds what is still to be worked out without reading all cells.
            models.Index(
                fields=["revision"],
                name="cell_without_token_hash",
                condition=Q(token_hash__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"cell {self.position}"
