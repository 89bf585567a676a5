"""The records of the room: one row for each time somebody's Jupyter was started."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from nbcommons.people.models import AccessToken


class Spawn(models.Model):
    """One life of a person's Jupyter, from its start to its end."""

    spawn_id = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="spawns"
    )
    token = models.OneToOneField(
        AccessToken, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-started_at"], name="spawn_newest_first"),
        ]
        constraints = [
            models.CheckConstraint(
                name="spawn_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.spawn_id
