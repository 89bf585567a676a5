"""What somebody takes along to an nbgallery: the form that its importer reads."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.intake._bulk.exporting import CHUNK, TakenFile
from nbcommons.intake._bulk.nbgallery import METADATA
from nbcommons.intake.models import ImportedNotebook
from nbcommons.intake.queries.imported import commit_ids_of
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.notebooks.queries import canonical_of

# Its default; a larger notebook is refused there.
MOST_BYTES = 1_048_576
_NOT_IN_TAGS = re.compile(r"[^a-z0-9-]+")


def taken_to_nbgallery(
    actor: Actor,
    *,
    at: datetime,
    progress: Callable[[int], None],
    too_large: Callable[[str], None],
) -> Iterator[TakenFile]:
    """The current version of all that ``actor`` looks after, and ``metadata.json`` last.

    ``too_large`` hears the titles of notebooks that an nbgallery refuses by its default limit.
    """
    rows = guard.notebooks_for(actor, Action.NOTEBOOK_EDIT).order_by("pk")
    said: dict[str, dict[str, Any]] = {}
    last = 0
    while chunk := _after(rows.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        extras = _extras(chunk)
        current = [one.current_revision_id for one in chunk if one.current_revision_id]
        commits = commit_ids_of(current)
        for notebook in chunk:
            revision = notebook.current_revision
            if revision is None:
                continue
            content = canonical_of(revision)
            if len(content) > MOST_BYTES:
                too_large(notebook.title)
            yield TakenFile(f"{notebook.uuid}.ipynb", content, notebook.updated_at)
            entry = _entry(notebook, updater=revision.author.username)
            commit = commits.get(revision.pk)
            said[str(notebook.uuid)] = {
                **extras.get(notebook.pk, {}),
                **entry,
                **({"commit_id": commit} if commit else {}),
            }
            progress(1)
    yield TakenFile(METADATA, orjson.dumps(said), at)


def _after(rows: Any) -> Sequence[Notebook]:
    found = rows.select_related(
        "owner", "owner_team", "created_by", "current_revision__author", "forked_from"
    )
    return list(found.prefetch_related("tags"))


def _extras(chunk: Sequence[Notebook]) -> dict[int, dict[str, Any]]:
    """What an nbgallery said about a notebook and we had no place for."""
    rows = ImportedNotebook.objects.filter(notebook__in=chunk, kind="nbgallery")
    return dict(rows.values_list("notebook_id", "extra"))


def _entry(notebook: Notebook, *, updater: str) -> dict[str, Any]:
    tags = (_NOT_IN_TAGS.sub("", tag.name.replace(" ", "-")) for tag in notebook.tags.all())
    team = notebook.owner_team
    creator = notebook.created_by
    return {
        "updated": _moment(notebook.updated_at),
        "created": _moment(notebook.created_at),
        "title": notebook.title,
        # Its importer wants one.
        "description": notebook.purpose or notebook.title,
        "uuid": str(notebook.uuid),
        "public": notebook.visibility == Visibility.EVERYONE and not notebook.labels.exists(),
        "creator": creator.username if creator is not None else updater,
        "updater": updater,
        "owner": team.name
        if team is not None
        else str(notebook.owner and notebook.owner.username),
        "owner_type": "Group" if team is not None else "User",
        **({"tags": found} if (found := sorted({tag for tag in tags if tag})) else {}),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
