"""What people keep of their searches: saved ones, wishes, the key of their feeds."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedSearch(models.Model):
    """A list of notebooks that somebody comes back to."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(max_length=80)
    # What stands after the question mark in the address of the list.
    query = models.CharField(max_length=2000, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="savedsearch_name_once"),
            models.CheckConstraint(name="savedsearch_has_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class WantedNotebook(models.Model):
    """A notebook that somebody looked for and nobody has written yet."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wanted_notebooks"
    )
    wish = models.CharField(max_length=200)
    details = models.CharField(max_length=1000, blank=True, default="")
    created_at = models.DateTimeField()
    # The notebook that does it, and who pointed to it.
    answer = models.ForeignKey(
        "notebooks.Notebook",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="wantednotebook_says_what", condition=~Q(wish=""))
        ]
        indexes = [models.Index(fields=["-created_at"], name="wantednotebook_by_time")]

    def __str__(self) -> str:
        return self.wish


class FeedKey(models.Model):
    """That a person's lists may be read by their feed reader, at addresses nobody can guess.

    No secret is stored: the addresses are signed with the site's key, and hold ``generation``.
    Counting that up makes all addresses given out until then worthless.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="feed_key",
    )
    generation = models.PositiveIntegerField(default=1)
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"feed key {self.pk}"


class Withheld(models.Model):
    """That fewer people may read a notebook since the index was told of it.

    Written by the database itself with whatever narrows a notebook's readers (migration 0002), and
    deleted once the index knows: until then, nothing that is made of the index (counts, facets,
    suggestions) knows of the notebook. One that is gone may stand here, so this is no foreign key.
    """

    notebook_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"withheld notebook {self.notebook_id}"
