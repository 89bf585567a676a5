"""Addresses of the pages around a notebook's versions."""

from urllib.parse import urlencode

from django.urls import reverse

from nbcommons.notebooks.models import Notebook


def history_url(notebook: Notebook) -> str:
    """The list of its versions."""
    return reverse("versions:history", args=[notebook.uuid])


def notebook_url(notebook: Notebook) -> str:
    """Its own page, which belongs to a room above: the address around ours."""
    return history_url(notebook).removesuffix("versions/")


def version_url(notebook: Notebook, number: int, page: str = "version") -> str:
    """A page of one version: version, leaf, download, restore or label."""
    return reverse(f"versions:{page}", args=[notebook.uuid, number])


def compare_url(notebook: Notebook, old: int, new: int, *, page: int = 1) -> str:
    """The comparison of two versions by their numbers."""
    query = {"from": old, "to": new, **({"page": page} if page > 1 else {})}
    return f"{reverse('versions:compare', args=[notebook.uuid])}?{urlencode(query)}"
