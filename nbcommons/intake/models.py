"""Drafts: what has come in and is not shared yet; and where notebooks of an import came from."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from nbcommons.notebooks.models import Category, Notebook, Revision, Visibility
from nbcommons.people.models import Label, Team


class Becomes(models.TextChoices):
    """What is made of a draft."""

    NEW = "new", "A new notebook"
    VERSION = "version", "The next version of a notebook"
    FORK = "fork", "My own notebook, begun from another"
    CHANGE = "change", "A change suggested to whoever looks after a notebook"


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
    # The same for programs: how many of each kind were removed, by name.
    removed = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    repairs = models.JSONField(default=list)
    refused_pictures = models.JSONField(default=list)
    raw_bytes = models.PositiveIntegerField()
    # Which notebook of this commons the file says it came from, and which version of it.
    origin_uuid = models.UUIDField(null=True, blank=True)
    origin_number = models.PositiveIntegerField(null=True, blank=True)
    # Of the cells that say enough to compare: finds notebooks that do the same.
    token_hashes = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    # Proposed when it came in, then as the author last left it.
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=1000, blank=True, default="")
    language = models.CharField(max_length=40)
    language_version = models.CharField(max_length=20, blank=True, default="")
    category = models.CharField(
        max_length=16, choices=Category.choices, default=Category.OPERATIONAL
    )
    visibility = models.CharField(
        max_length=8, choices=Visibility.choices, default=Visibility.EVERYONE
    )
    # A list of objects, each with a name, a reason and whether it is chosen.
    tags = models.JSONField(default=list)
    becomes = models.CharField(max_length=7, choices=Becomes.choices, default=Becomes.NEW)
    # The notebook that it becomes a version, a fork or a suggested change of. Asked for again
    # through ``access`` every time: what its author may do to it can have changed.
    target = models.ForeignKey(
        Notebook, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # What is new in a version, or why a change is suggested: then it may have several lines.
    message = models.CharField(max_length=2000, blank=True, default="")
    # Names as they were typed, right or wrong.
    shared_with = models.CharField(max_length=1000, blank=True, default="")
    # The team that will look after it; null: its author.
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    labels = models.ManyToManyField(Label, related_name="+", blank=True)
    # How many secrets were blanked out since it came in.
    blanked_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    # Saved from a Jupyter before its end, so nobody may have looked at it yet: it waits longer.
    is_rescued = models.BooleanField(default=False)
    # An nbgallery client staged it: it knows the notebook, or the version, by the draft's id from
    # then on.
    is_staged = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    # Thrown away from here on; for a few minutes it can be had back.
    discarded_at = models.DateTimeField(null=True, blank=True)

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


class DraftFinding(models.Model):
    """Something in a draft that may be a secret. The secret itself stands nowhere here.

    ``places`` are objects with position, cell (what pages call it), line and an excerpt in which
    the secret is masked; those that are not in the text of a cell also with a field.
    """

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="findings")
    # A keyed hash: finds the same thing again when the file is brought in anew.
    key = models.CharField(max_length=32)
    kind = models.CharField(max_length=30)
    is_hint = models.BooleanField(default=False)
    places = models.JSONField()
    # Its author says that it is none, or may be read by all who may read the notebook.
    is_waved_through = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "key"], name="finding_once_per_draft")
        ]

    def __str__(self) -> str:
        return self.kind


class TagRule(models.Model):
    """What the operator made of a rule that the commons ships with, or a rule of their own.

    It replaces the shipped rule for the same library or word. Without tags it proposes none.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", "uses the library"
        WORD = "word", "has the word in its title or a heading"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    # The outermost name of a library as it is spelled, or a word in small letters.
    pattern = models.CharField(max_length=100)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "pattern"], name="tag_rule_once")
        ]

    def __str__(self) -> str:
        return self.pattern


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
