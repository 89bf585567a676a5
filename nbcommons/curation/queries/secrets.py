"""What may be a secret in anything of a notebook that somebody it is shared with could read."""

from django.conf import settings

from nbcommons.curation.queries.describing import details_of, texts_of
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.notebooks.queries import document_of
from nbcommons.notebooks.secrets.findings import Finding, find_secrets
from nbcommons_ipynb.cells import Document


def secrets_of(notebook: Notebook) -> list[tuple[Finding, str]]:
    """What may be a secret in ``notebook``, each once and with where it is, newest version first.

    In all versions, because who may edit reads them all, with what is said of each, and in the
    description. Versions that hold the same are read once.
    """
    found: dict[str, tuple[Finding, str]] = {}
    read: set[str] = set()
    texts = texts_of(details_of(notebook))
    for revision in Revision.objects.filter(notebook=notebook).order_by("-number").iterator():
        said = {**texts, "message": revision.message, "label": revision.label}
        document: Document = {"cells": [], "metadata": {}}
        if revision.content_id not in read:
            document = document_of(revision)
        read.add(revision.content_id)
        for finding in find_secrets(document, said, ignored=settings.NBCOMMONS_SECRETS_IGNORED):
            is_current = revision.pk == notebook.current_revision_id
            where = _where(finding, revision.number, is_current=is_current)
            found.setdefault(finding.key, (finding, where))
        texts = {}
    return list(found.values())


def _where(finding: Finding, number: int, *, is_current: bool) -> str:
    place = finding.places[0]
    version = "" if is_current else f" of version {number}"
    if place.position is not None:
        return f" in cell {place.position + 1}{version}"
    return f" in the {_FIELDS.get(place.field, place.field)}{version}"


_FIELDS = {"purpose": "description", "message": "message", "language_version": "language"}
