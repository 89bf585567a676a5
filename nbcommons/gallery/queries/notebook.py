"""The page of one notebook, and the document that its frame shows."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings

from nbcommons.collaboration.queries.together import Together, together_of
from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_about, path_to
from nbcommons.gallery.queries.cards import TagLink, tag_links
from nbcommons.gallery.queries.short import short_url
from nbcommons.gallery.queries.standing import Standing, standing_of
from nbcommons.gallery.queries.titled import titled_path
from nbcommons.gallery.queries.words import (
    CATEGORY_ICONS,
    category_word,
    duration_words,
    language_word,
)
from nbcommons.health.queries import CellMark, HealthPanel, cell_marks, panel
from nbcommons.notebooks.models import Notebook
from nbcommons.notebooks.queries import attached_to
from nbcommons.rendering.queries import rendered_revision
from nbcommons.rendering.sandbox import CellNote, Leaf, leaf_of
from nbcommons_ipynb.finishing import Heading

OUTLINE_SHOWN = 40
OUTLINE_DEPTH = 3  # headings below this level are left out


@dataclass(frozen=True, slots=True)
class Vital:
    """The band under the title: what the runs of others mean for the reader.

    ``marks`` is JSON for the frame: the health of each cell, to be shown in its margin.
    """

    panel: HealthPanel
    marks: str
    has_marks: bool


@dataclass(frozen=True, slots=True)
class VitalPart:
    """The page when only its band is asked for."""

    url: str
    vital: Vital


@dataclass(frozen=True, slots=True)
class OutlineLink:
    """A heading of the notebook; ``url`` leads to its place in the frame."""

    words: str
    url: str
    is_deep: bool


@dataclass(frozen=True, slots=True)
class NotebookPage:
    """Everything on the page of a notebook except the notebook itself."""

    title: str
    url: str
    canonical_url: str
    run_url: str
    leaf_url: str
    frame_name: str
    purpose: str
    category: str
    category_icon: str
    category_url: str
    language: str
    language_url: str
    idle_words: str
    tags: tuple[TagLink, ...]
    standing: Standing
    together: Together
    version: int
    versions_url: str
    short_url: str
    published_at: datetime
    cell_count: int
    vital: Vital
    outline: tuple[OutlineLink, ...]


def notebook_page(actor: Actor, notebook: Notebook) -> NotebookPage:
    """The page of ``notebook``, which ``actor`` may see; its owner and version are there."""
    revision = notebook.current_revision
    assert revision is not None  # noqa: S101 - the guard lists none without
    url = path_about("gallery:notebook", notebook.uuid)
    leaf_url = path_about("gallery:leaf", notebook.uuid)
    browse = path_to("gallery:browse")
    attached = attached_to(notebook)
    return NotebookPage(
        title=notebook.title,
        url=url,
        canonical_url=settings.NBCOMMONS_SITE_URL + titled_path(notebook.uuid, notebook.title),
        run_url=path_about("gallery:run", notebook.uuid),
        leaf_url=leaf_url,
        frame_name=f"leaf-{notebook.uuid}",
        purpose=notebook.purpose,
        category=category_word(notebook.category),
        category_icon=CATEGORY_ICONS.get(notebook.category, "file-text"),
        category_url=f"{browse}?category={notebook.category}",
        language=language_word(notebook.language),
        language_url=f"{browse}?{urlencode({'language': notebook.language})}",
        idle_words=duration_words(settings.NBCOMMONS_ENVIRONMENT_IDLE_S),
        tags=tag_links(attached.tags),
        standing=standing_of(actor, notebook, attached),
        together=together_of(actor, notebook),
        version=revision.number,
        versions_url=path_about("versions:history", notebook.uuid),
        short_url=settings.NBCOMMONS_SITE_URL + short_url(notebook),
        published_at=revision.created_at,
        cell_count=revision.cell_count,
        vital=_vital(notebook),
        outline=_outline(rendered_revision(revision, pictures=False).outline, leaf_url),
    )


def vital_part(notebook: Notebook) -> VitalPart:
    """The band under the title alone, for a page that keeps it fresh."""
    url = path_about("gallery:notebook", notebook.uuid)
    return VitalPart(url=url, vital=_vital(notebook))


def notebook_leaf(notebook: Notebook, *, theme: str) -> Leaf:
    """The document in the frame: the current version, with the health of its cells."""
    revision = notebook.current_revision
    assert revision is not None  # noqa: S101 - the guard lists none without
    return leaf_of(
        rendered_revision(revision),
        title=notebook.title,
        theme=theme,
        marks=_notes(cell_marks(notebook.pk)),
    )


def _vital(notebook: Notebook) -> Vital:
    shown = panel(notebook)
    # Cells have marks where somebody ran them.
    notes = _notes(cell_marks(notebook.pk)) if shown.runs else {}
    marks = [{"number": number, **asdict(note)} for number, note in sorted(notes.items())]
    return Vital(panel=shown, marks=json.dumps(marks), has_marks=bool(marks))


def _notes(marks: Mapping[int, CellMark]) -> dict[int, CellNote]:
    return {number: _note(mark) for number, mark in marks.items()}


def _note(mark: CellMark) -> CellNote:
    stopped = mark.people - mark.finished_people
    if mark.status == "unhealthy" and stopped:
        return CellNote(
            status=mark.status,
            short=f"{stopped} of {mark.people} stop",
            hidden="here",
            note=mark.sentence,
        )
    return CellNote(
        status=mark.status,
        short=f"{mark.finished_people} of {mark.people}",
        hidden="people got through",
    )


def _outline(headings: tuple[Heading, ...], leaf_url: str) -> tuple[OutlineLink, ...]:
    """Headings near the top of the tree; a lone first title repeats the page's and is dropped."""
    shown = [heading for heading in headings if heading.level <= OUTLINE_DEPTH]
    if not shown:
        return ()
    top = min(heading.level for heading in shown)
    tops = [heading for heading in shown if heading.level == top]
    if len(tops) == 1 and shown[0] is tops[0]:
        shown = shown[1:]
        top = min((heading.level for heading in shown), default=top)
    return tuple(
        OutlineLink(
            words=heading.text,
            url=f"{leaf_url}#{heading.anchor}",
            is_deep=heading.level > top,
        )
        for heading in shown[:OUTLINE_SHOWN]
    )
