"""The records of the room: notices that stand on every page, and who has put them away."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class SiteNotice(models.Model):
    """Something that everybody should know, on top of every page for a while."""

    class Tone(models.TextChoices):
        INFO = "info", "For information"
        WARNING = "warning", "A warning"

    # A little Markdown (core.prose).
    text = models.CharField(max_length=1000)
    tone = models.CharField(max_length=7, choices=Tone.choices, default=Tone.INFO)
    is_dismissible = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    begins_at = models.DateTimeField()
    # Null: until somebody ends it.
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sitenotice_ends_later",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("begins_at")),
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]


class NoticeDismissal(models.Model):
    """That somebody has put a notice away."""

    notice = models.ForeignKey(SiteNotice, on_delete=models.CASCADE, related_name="dismissals")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "notice"], name="noticedismissal_once")
        ]

    def __str__(self) -> str:
        return f"dismissal {self.pk}"
