"""How much each version changed, counted ahead so that a list need not compare documents."""

from django.db import models

from nbcommons.notebooks.models import Revision


class ChangeSize(models.Model):
    """What a version changed against the one before it, in cells.

    Derived: can be thrown away at any time. ``algorithm`` says by which comparison it was counted;
    rows of an older one are counted again.
    """

    revision = models.OneToOneField(
        Revision, on_delete=models.CASCADE, primary_key=True, related_name="change_size"
    )
    algorithm = models.PositiveSmallIntegerField()
    changed = models.PositiveIntegerField()
    moved = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    # Metadata of the notebook that matters: kernel, language, title, authors.
    has_other_changes = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"size of {self.revision_id}"
