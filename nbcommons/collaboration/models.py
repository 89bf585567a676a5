"""Stars that people gave, and changes that they suggested."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from nbcommons.notebooks.models import Notebook, Revision, StoredContent


class Star(models.Model):
    """That somebody wants to find a notebook again, and finds it good."""

    notebook = models.ForeignKey(Notebook, on_delete=models.CASCADE, related_name="stars")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stars"
    )
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notebook", "person"], name="star_once_per_person")
        ]
        indexes = [models.Index(fields=["person", "-given_at"], name="star_newest_first")]

    def __str__(self) -> str:
        return f"star {self.pk}"


class ChangeProposal(models.Model):
    """A whole notebook as somebody who may not edit it would have it; pages: suggested change.

    It says nothing of title, tags or who may see the notebook: those stay as they are. Answered
    ones are kept until the notebook goes.
    """

    class Status(models.TextChoices):
        OPEN = "open", "waiting for a decision"
        WITHDRAWN = "withdrawn", "withdrawn"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notebook = models.ForeignKey(Notebook, on_delete=models.CASCADE, related_name="changes")
    # The version that its author began from; null when nobody knows.
    based_on = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    content = models.ForeignKey(StoredContent, on_delete=models.PROTECT, related_name="changes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="suggested_changes"
    )
    # What it is good for; the first line stands for all of it in lists.
    message = models.CharField(max_length=2000)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Why it was declined.
    reason = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="change_says_why", condition=~Q(message="")),
            models.CheckConstraint(
                name="change_closed_has_time",
                condition=Q(status="open", closed_at__isnull=True)
                | (~Q(status="open") & Q(closed_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["notebook", "-created_at"], name="change_by_notebook"),
            models.Index(fields=["author", "-created_at"], name="change_by_author"),
            models.Index(fields=["-created_at"], name="change_newest_first"),
        ]

    def __str__(self) -> str:
        return self.message.split("\n", 1)[0]
