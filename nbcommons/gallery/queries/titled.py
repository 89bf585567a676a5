"""The address of a notebook with its title in it, as people like to pass it on."""

from uuid import UUID

from django.urls import resolve, reverse
from django.utils.text import slugify

LONGEST = 80  # letters of the title that stand in the address


def slug_of(title: str) -> str:
    """``title`` as an address may hold it; empty when nothing of it can stand there."""
    return slugify(title)[:LONGEST].strip("-_")


def titled_path(uuid: UUID, title: str) -> str:
    """The canonical address of a notebook: with its title, as far as that can stand there.

    It cannot where a page of the notebook has that name, such as "Versions".
    """
    slug = slug_of(title)
    plain = reverse("gallery:notebook", args=[uuid])
    if not slug:
        return plain
    path = f"{plain}{slug}/"
    return path if resolve(path).view_name == "gallery:by_title" else plain
