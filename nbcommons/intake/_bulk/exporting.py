"""What somebody takes along: their notebooks as files, one after the other, never all at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake._bulk import commons_format as form
from nbcommons.intake.models import ImportedNotebook
from nbcommons.intake.queries.imported import commit_ids_of
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.notebooks.queries import document_of
from nbcommons.people.models import Label, Membership, Person, Team
from nbcommons_ipynb.canonical import file_bytes

CHUNK = 50


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file to be taken along."""

    name: str
    content: bytes
    at: datetime


@dataclass(slots=True)
class _Named:
    """The people, teams and labels that the notebooks so far name."""

    people: set[int] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)
    labels: set[int] = field(default_factory=set)


def notebooks_to_take(actor: Actor) -> int:
    """How many notebooks ``taken_along`` gives."""
    return guard.notebooks_for(actor, Action.NOTEBOOK_EDIT).count()


def taken_along(
    actor: Actor, *, at: datetime, progress: Callable[[int], None]
) -> Iterator[TakenFile]:
    """All that ``actor`` looks after, in our own format: what ``import`` brings in again.

    A person gets the notebooks that they may edit, with the versions that they may see; the
    system all. Nothing of what the actor may not see is named, be it a parent or a replacement.
    """
    rows = guard.notebooks_for(actor, Action.NOTEBOOK_EDIT).order_by("pk")
    named = _Named()
    count = rows.count()
    yield _manifest(actor, count, at)
    for chunk in _chunks(rows.values_list("pk", flat=True).iterator(chunk_size=1000)):
        found = rows.filter(pk__in=chunk).select_related(
            "owner", "owner_team", "created_by", "deprecated_by", "forked_from"
        )
        for notebook in found.prefetch_related("tags", "labels"):
            yield from _notebook(actor, notebook, named)
            progress(1)
    yield from _named_files(actor, named, at)


def _manifest(actor: Actor, count: int, at: datetime) -> TakenFile:
    said = {
        "format": form.FORMAT,
        "version": form.VERSION,
        "site": settings.NBCOMMONS_SITE_URL,
        "made_at": at.isoformat(),
        "of": "everything" if actor.is_system else actor.name,
        "notebooks": count,
    }
    return TakenFile(form.MANIFEST, _json(said), at)


def _notebook(actor: Actor, notebook: Notebook, named: _Named) -> Iterator[TakenFile]:
    revisions = list(
        guard.revisions_for(actor, notebook).order_by("number").select_related("author")
    )
    folder = f"{form.NOTEBOOKS}/{notebook.uuid}"
    said = _metadata(actor, notebook, revisions, named)
    yield TakenFile(f"{folder}/{form.METADATA}", _json(said), notebook.updated_at)
    for revision in revisions:
        yield TakenFile(
            f"{folder}/{form.version_name(revision.number)}",
            file_bytes(document_of(revision)),
            revision.created_at,
        )


def _metadata(
    actor: Actor, notebook: Notebook, revisions: Sequence[Revision], named: _Named
) -> dict[str, Any]:
    record = (
        ImportedNotebook.objects.defer("source_updated_at").filter(notebook=notebook).first()
    )
    commits = commit_ids_of(revision.pk for revision in revisions)
    labels = sorted(notebook.labels.all(), key=lambda label: label.name)
    named.labels.update(label.pk for label in labels)
    return {
        "uuid": str(notebook.uuid),
        "title": notebook.title,
        "purpose": notebook.purpose,
        "language": notebook.language,
        "language_version": notebook.language_version,
        "category": notebook.category,
        "visibility": notebook.visibility,
        "owner": _holder(notebook.owner, notebook.owner_team, named),
        "created_by": _person(notebook.created_by, named),
        "created_at": notebook.created_at.isoformat(),
        "updated_at": notebook.updated_at.isoformat(),
        "tags": sorted(tag.name for tag in notebook.tags.all()),
        "labels": [label.name for label in labels],
        "shares": _shares(actor, notebook, named),
        "history_from": notebook.history_from,
        "team_history_from": notebook.team_history_from,
        **({"has_undecided_secrets": True} if notebook.has_undecided_secrets else {}),
        "forked_from": _forked_from(actor, notebook),
        "deprecated": _deprecated(actor, notebook, named),
        **({"extra": record.extra} if record is not None and record.extra else {}),
        "versions": [
            {
                "number": revision.number,
                "file": form.version_name(revision.number),
                "author": _person(revision.author, named),
                "message": revision.message,
                "label": revision.label,
                "from_change": str(revision.from_change) if revision.from_change else None,
                "created_at": revision.created_at.isoformat(),
                "sha256": revision.content_id,
                **({"commit_id": commits[revision.pk]} if revision.pk in commits else {}),
            }
            for revision in revisions
        ],
    }


def _shares(actor: Actor, notebook: Notebook, named: _Named) -> list[dict[str, Any]]:
    """With whom it is shared, for those who may change that."""
    if not guard.allows(actor, Action.NOTEBOOK_SHARE, notebook):
        return []
    rows = notebook.shares.select_related("person", "team").order_by("pk")
    return [
        {
            **_holder(share.person, share.team, named),
            "may_edit": share.may_edit,
            "history_from": share.history_from,
        }
        for share in rows
    ]


def _forked_from(actor: Actor, notebook: Notebook) -> dict[str, Any] | None:
    parent = notebook.forked_from
    if parent is None or not guard.allows(actor, Action.NOTEBOOK_READ, parent):
        return None
    return {"uuid": str(parent.uuid), "number": notebook.forked_from_number}


def _deprecated(actor: Actor, notebook: Notebook, named: _Named) -> dict[str, Any] | None:
    if notebook.deprecated_at is None:
        return None
    others = guard.notebooks_for(actor).filter(alternative_to=notebook).order_by("uuid")
    return {
        "at": notebook.deprecated_at.isoformat(),
        "by": _person(notebook.deprecated_by, named),
        "reason": notebook.deprecation_reason,
        "alternatives": [str(uuid) for uuid in others.values_list("uuid", flat=True)],
        "is_frozen": notebook.is_frozen,
    }


def _holder(person: Person | None, team: Team | None, named: _Named) -> dict[str, str]:
    if team is not None:
        named.teams.add(team.pk)
        return {"team": team.name}
    return {"person": _person(person, named)}


def _person(person: Person | None, named: _Named) -> str:
    if person is None:
        return ""
    named.people.add(person.pk)
    return person.username


def _named_files(actor: Actor, named: _Named, at: datetime) -> Iterator[TakenFile]:
    """Who is who; who is in a team only for the whole, which an operator takes along."""
    members = Membership.objects.filter(team__in=named.teams if actor.is_system else [])
    by_team: dict[int, list[dict[str, str]]] = {}
    for row in members.select_related("person").order_by("person__username"):
        member = {"person": _person(row.person, named), "role": row.role}
        by_team.setdefault(row.team_id, []).append(member)
    people = Person.objects.filter(pk__in=named.people).order_by("username")
    teams = Team.objects.filter(pk__in=named.teams).order_by("name")
    labels = Label.objects.filter(pk__in=named.labels).order_by("name")
    said: dict[str, list[dict[str, Any]]] = {
        form.PEOPLE: [{"username": one.username, "name": one.full_name} for one in people],
        form.TEAMS: [
            {
                "name": one.name,
                "description": one.description,
                "members": by_team.get(one.pk, []),
            }
            for one in teams
        ],
        form.LABELS: [{"name": one.name, "description": one.description} for one in labels],
    }
    for name, rows in said.items():
        yield TakenFile(name, _json(rows), at)


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"


def _chunks(keys: Iterator[int]) -> Iterator[list[int]]:
    chunk: list[int] = []
    for key in keys:
        chunk.append(key)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
