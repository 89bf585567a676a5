"""The page of one version, its document, and what may be done with it."""

from dataclasses import dataclass
from datetime import datetime

import orjson

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.notebooks.files import file_of
from nbcommons.notebooks.models import Notebook, Revision
from nbcommons.rendering.queries import rendered_revision
from nbcommons.rendering.sandbox import Leaf, leaf_of
from nbcommons.versions.queries.addresses import (
    compare_url,
    history_url,
    notebook_url,
    version_url,
)
from nbcommons.versions.queries.finding import version_of
from nbcommons_ipynb.canonical import file_bytes


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version and the ways on from it; an address is empty where there is nothing to do."""

    title: str
    number: int
    newest: int
    label: str
    message: str
    author: str
    username: str
    created_at: datetime
    cell_count: int
    is_from_change: bool
    frame_name: str
    notebook_url: str
    history_url: str
    leaf_url: str
    download_url: str
    compare_url: str
    restore_url: str
    label_url: str

    @property
    def is_newest(self) -> bool:
        return self.number == self.newest


def version_page(actor: Actor, notebook: Notebook, number: int) -> VersionPage:
    """The page of a version of ``notebook``, which ``actor`` may see; raises ``NoSuchVersion``."""
    revision = version_of(actor, notebook, number)
    current = notebook.current_revision
    assert current is not None  # noqa: S101 - the guard lists none without
    may_edit = guard.allows(actor, Action.NOTEBOOK_EDIT, notebook)
    is_old = revision.pk != current.pk
    return VersionPage(
        title=notebook.title,
        number=number,
        newest=current.number,
        label=revision.label,
        message=revision.message,
        author=str(revision.author),
        username=revision.author.username,
        created_at=revision.created_at,
        cell_count=revision.cell_count,
        is_from_change=revision.from_change is not None,
        frame_name=f"leaf-{notebook.uuid}-{number}",
        notebook_url=notebook_url(notebook),
        history_url=history_url(notebook),
        leaf_url=version_url(notebook, number, "leaf"),
        download_url=version_url(notebook, number, "download"),
        compare_url=compare_url(notebook, number, current.number) if is_old else "",
        restore_url=version_url(notebook, number, "restore") if may_edit and is_old else "",
        label_url=version_url(notebook, number, "label") if may_edit else "",
    )


def version_leaf(actor: Actor, notebook: Notebook, number: int, *, theme: str) -> Leaf:
    """The document in the frame, without health: runs are counted for the newest version.

    Raises ``NoSuchVersion``.
    """
    revision = version_of(actor, notebook, number)
    title = f"{notebook.title}, version {number}"
    return leaf_of(rendered_revision(revision), title=title, theme=theme)


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A version to take away: ``content`` is as Jupyter itself writes it."""

    name: str
    content: bytes


def version_file(actor: Actor, notebook: Notebook, number: int) -> VersionFile:
    """The file of a version; it says in its metadata which it is. Raises ``NoSuchVersion``."""
    revision: Revision = version_of(actor, notebook, number)
    content = file_bytes(orjson.loads(file_of(notebook, revision)))
    title = " ".join(notebook.title.replace("/", "-").replace("\\", "-").split())[:120]
    return VersionFile(f"{title.strip('. ') or 'notebook'} (version {number}).ipynb", content)
