"""A version of a notebook as a file that leaves the commons: it says where it comes from."""

import re
from typing import Any
from urllib.parse import quote

import orjson
from django.conf import settings
from django.http import HttpResponse
from ninja import Schema

from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.notebooks.queries import document_of

ORIGIN_VERSION = 1  # of the form of `metadata.nbcommons`
_NO_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


class NotebookFileOut(Schema):
    """A notebook of the official format, version 4."""

    nbformat: int
    nbformat_minor: int
    metadata: dict[str, Any]
    cells: list[dict[str, Any]]


def file_of(notebook: Notebook, revision: Revision) -> bytes:
    """The notebook's JSON, with ``metadata.nbcommons``.

    By that our Jupyter extension knows which notebook the runs of its cells belong to.
    """
    return copy_of(notebook, document_of(revision), number=revision.number)


def copy_of(notebook: Notebook, document: dict[str, Any], *, number: int) -> bytes:
    """The JSON of ``document`` that says it is the version ``number`` of ``notebook``."""
    document["metadata"] = {
        **document.get("metadata", {}),
        "nbcommons": {
            "v": ORIGIN_VERSION,
            "uuid": str(notebook.uuid),
            "revision": number,
            "site": settings.NBCOMMONS_SITE_URL,
        },
    }
    return orjson.dumps(document)


def file_response(notebook: Notebook, revision: Revision) -> HttpResponse:
    """The file for a program; its number and title stand in headers."""
    answer = HttpResponse(file_of(notebook, revision), content_type="application/json")
    answer.headers["X-Nbcommons-Revision"] = str(revision.number)
    answer.headers["X-Nbcommons-Title"] = quote(notebook.title)
    plain = _NO_FILE_NAME.sub("-", notebook.title).strip("-.")[:80] or "notebook"
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{plain}.ipynb"; '
        f"filename*=UTF-8''{quote(notebook.title.replace('/', '-'), safe='')}.ipynb"
    )
    return answer
