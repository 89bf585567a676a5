"""Renderings: safe HTML, made once for each content and renderer."""

from django.db import models

from nbcommons.notebooks.models import StoredContent


class Rendering(models.Model):
    """What the renderer made of a stored notebook: bytes of its own form, compressed.

    Derived: can be thrown away at any time. Older ``version`` rows go when new ones are there.
    """

    content = models.ForeignKey(
        StoredContent, on_delete=models.CASCADE, related_name="renderings"
    )
    version = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content", "version"], name="rendering_once_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.content_id[:12]} by renderer {self.version}"
