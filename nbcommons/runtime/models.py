"""The records of the room: each time somebody's Jupyter was started, and how they want it."""

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
    # The end as it stands: the hub asks for it, and people may put it off.
    expires_at = models.DateTimeField()
    # The end beyond which it cannot be put off; null: it cannot be put off at all.
    latest_at = models.DateTimeField(null=True, blank=True)
    # The kind of Jupyter (``profiles.Profile``), empty where there is one kind only.
    profile = models.CharField(max_length=40, blank=True, default="")
    # What the Jupyter last said of itself (``reports.Report`` as JSON), and when.
    report = models.JSONField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
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


class JupyterPreferences(models.Model):
    """How a person wants their Jupyter to begin; no row: as everybody's does.

    ``settings`` holds what they set in JupyterLab itself: the text of each settings file, by its
    path below the folder of settings (see ``lab_settings``).
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    # The kind of Jupyter they chose last; empty, or gone meanwhile: the default one.
    profile = models.CharField(max_length=40, blank=True, default="")
    fills_home = models.BooleanField(default=True)
    keeps_settings = models.BooleanField(default=True)
    settings = models.JSONField(default=dict, blank=True)
    settings_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"preferences {self.pk}"


class RegisteredEnvironment(models.Model):
    """A Jupyter in which a person works with the client of an nbgallery.

    Pages of its origin act in the person's name as that client does, and in no other way.
    """

    class Interface(models.TextChoices):
        LAB = "lab", "JupyterLab"
        NOTEBOOK = "notebook", "Notebook"
        CLASSIC = "classic", "Classic notebook"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="registered_environments",
    )
    name = models.CharField(max_length=100)
    # With a slash at the end; its scheme, host and port are the origin.
    url = models.CharField(max_length=500)
    origin = models.CharField(max_length=300)
    interface = models.CharField(max_length=8, choices=Interface.choices, default=Interface.LAB)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"], name="registered_name_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["person", "url"], name="registered_url_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_default=True),
                name="registered_default_once_per_person",
            ),
        ]
        indexes = [models.Index(fields=["person", "origin"], name="registered_by_origin")]

    def __str__(self) -> str:
        return self.name


class ClientPreferences(models.Model):
    """What a person's nbgallery client keeps here; only that client knows what it means.

    lab_preferences: the text of its settings files by their paths, as JSON in the words it was
    sent in. values: the other preferences by name.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    lab_preferences = models.TextField(blank=True, default="")
    values = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"client preferences {self.pk}"
