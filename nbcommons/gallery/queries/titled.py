"""The address of a notebook with its title in it, as people like to pass it on."""

from functools import lru_cache
from uuid import UUID

from django.urls import resolve
from django.utils.text import slugify

from nbcommons.core.addresses import path_about

LONGEST = 80  # letters of the title that stand in the address


def slug_of(title: str) -> str:
    """``title`` as an address may hold it; empty when nothing of it can stand there."""
    return slugify(title)[:LONGEST].strip("-_")


def titled_path(uuid: UUID, title: str) -> str:
    """The canonical address of a notebook: with its title, as far as that can stand there.

    It cannot where a page of the notebook has that name, such as "Versions".
    """
    slug = slug_of(title)
    plain = path_about("gallery:notebook", uuid)
    if not slug:
        return plain
    return f"{plain}{slug}/" if _is_free(slug) else plain


@lru_cache(maxsize=10_000)
def _is_free(slug: str) -> bool:
    """Whether no page about a notebook has ``slug`` for its own name."""
    path = f"{path_about('gallery:notebook', UUID(int=0))}{slug}/"
    return str(resolve(path).view_name) == "gallery:by_title"
