"""A notebook in the words of the protocol: in a list, by itself, and inside its file."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from django.conf import settings
from django.db.models import QuerySet

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.nbgallery.queries.naming import commits_of, git_commit_of
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.notebooks.queries import document_of, keeper_of
from nbcommons.people.models import Person

UNKNOWN = "Unknown"


def moment(at: datetime) -> str:
    """``2025-06-01T12:34:56.000Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def list_items(rows: QuerySet[Notebook]) -> list[dict[str, Any]]:
    """Notebooks of a list that the caller has cut to a page; three queries."""
    notebooks: Sequence[Notebook] = list(
        rows.select_related(
            "owner", "owner_team", "created_by", "current_revision__author"
        ).prefetch_related("tags")
    )
    commits = commits_of(notebooks)
    return [_list_item(notebook, commits[notebook.pk]) for notebook in notebooks]


def metadata_of(actor: Actor, notebook: Notebook) -> dict[str, Any]:
    """All that the protocol tells of a notebook; ``notebook`` comes from ``notebook_named``."""
    commit = commits_of([notebook])[notebook.pk]
    return {
        "id": notebook.pk,
        **_common(notebook, commit),
        "owner_type": "Group" if notebook.owner_team_id else "User",
        "created_at": moment(notebook.created_at),
        "updated_at": moment(notebook.updated_at),
        "deprecated": notebook.deprecated_at is not None,
        "parent_uuid": _parent_of(actor, notebook),
        "verified": False,
        "unapproved": False,
        "owner_name": keeper_of(notebook),
        "owner_url": settings.NBCOMMONS_SITE_URL + _keeper_path(notebook),
        "tags": ",".join(_tags(notebook.tags.all())),
        "url": url_of(notebook),
        "git_commit_id": git_commit_of(notebook, commit),
    }


def file_of(actor: Actor, notebook: Notebook) -> bytes:
    """The newest version as a file that tells clients what it is."""
    if notebook.current_revision is None:
        raise Notebook.DoesNotExist
    document = document_of(notebook.current_revision)
    told = metadata_of(actor, notebook)
    may_edit = guard.allows(actor, Action.NOTEBOOK_EDIT, notebook)
    gallery = {
        **told,
        ("link" if may_edit else "clone"): told["uuid"],
        "commit": told["commit_id"],
        "gallery_url": settings.NBCOMMONS_SITE_URL,
    }
    metadata = {**document.get("metadata", {}), "gallery": gallery}
    return orjson.dumps({**document, "metadata": metadata})


def url_of(notebook: Notebook) -> str:
    """The address of its page."""
    return f"{settings.NBCOMMONS_SITE_URL}/notebooks/{notebook.uuid}/"


def owner_of(notebook: Notebook) -> str:
    """Who looks after it, as the protocol names people and groups."""
    if notebook.owner_team is not None:
        return notebook.owner_team.slug
    return notebook.owner.username if notebook.owner else UNKNOWN


def _list_item(notebook: Notebook, commit: str) -> dict[str, Any]:
    return {
        **_common(notebook, commit),
        "tags": _tags(notebook.tags.all()),
        "url": url_of(notebook),
    }


def _common(notebook: Notebook, commit: str) -> dict[str, Any]:
    revision = notebook.current_revision
    return {
        "uuid": str(notebook.uuid),
        "title": notebook.title,
        "description": notebook.purpose,
        "public": notebook.visibility == Visibility.EVERYONE,
        "lang": notebook.language or "unknown",
        "lang_version": notebook.language_version or None,
        "commit_id": commit,
        "content_updated_at": moment(revision.created_at if revision else notebook.updated_at),
        "owner": owner_of(notebook),
        "creator": _name_of(notebook.created_by),
        "updater": _name_of(revision.author if revision else None),
    }


def _tags(tags: Iterable[Any]) -> list[str]:
    return sorted(tag.name for tag in tags)


def _name_of(person: Person | None) -> str:
    return person.username if person is not None else UNKNOWN


def _keeper_path(notebook: Notebook) -> str:
    if notebook.owner_team is not None:
        return f"/teams/{notebook.owner_team.slug}/"
    return f"/people/{notebook.owner.username}/" if notebook.owner else "/people/"


def _parent_of(actor: Actor, notebook: Notebook) -> str | None:
    """What it was forked from, if the actor may know that."""
    if notebook.forked_from_id is None:
        return None
    parent = guard.notebooks_for(actor).filter(pk=notebook.forked_from_id)
    uuid = parent.values_list("uuid", flat=True).first()
    return str(uuid) if uuid else None
