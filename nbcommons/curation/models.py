"""Offers of a notebook to somebody who may look after it next."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from nbcommons.notebooks.models import Notebook
from nbcommons.people.models import Team


class OwnershipOffer(models.Model):
    """That a person or a team is asked to look after a notebook, and what they said.

    Nothing changes until it is accepted. Answered offers are kept until the notebook goes.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting for an answer"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"
        EXPIRED = "expired", "not answered in time"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notebook = models.ForeignKey(
        Notebook, on_delete=models.CASCADE, related_name="ownership_offers"
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="ownership_offers",
    )
    to_team = models.ForeignKey(
        Team,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="ownership_offers",
    )
    message = models.CharField(max_length=500, blank=True, default="")
    # Whoever gives it away goes on as one who may edit it.
    keeps_editing = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offer_to_one",
                condition=Q(to_person__isnull=True) ^ Q(to_team__isnull=True),
            ),
            models.CheckConstraint(
                name="offer_closed_has_time",
                condition=Q(state="waiting", closed_at__isnull=True)
                | (~Q(state="waiting") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="offer_expires_later", condition=Q(expires_at__gt=F("created_at"))
            ),
            models.UniqueConstraint(
                name="offer_waiting_once_per_notebook",
                fields=["notebook"],
                condition=Q(state="waiting"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="offer_by_expiry", condition=Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"
