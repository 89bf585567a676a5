"""A stripped notebook as safe HTML, cell by cell, with its outline and its words."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from nbcommons_ipynb.cells import MAY_FAIL_TAGS, OPTIONAL_TAGS, Document, fingerprint, tags_of
from nbcommons_ipynb.finishing import Finished, Finisher, Heading, PictureAddress
from nbcommons_ipynb.highlighting import Highlighter
from nbcommons_ipynb.languages import highlighting_language
from nbcommons_ipynb.markdown import TEXT_TOTAL, plain, to_html

RENDERER_VERSION = 1
"""Raised whenever the HTML changes, so that stored renderings are made again."""

FOLD_AFTER_LINES = 12
KEPT_PICTURE_TYPES = ("image/png", "image/jpeg")

CellKind = Literal["markdown", "code", "raw"]


@dataclass(frozen=True, slots=True)
class RenderedCell:
    """One cell as a page shows it.

    number: 0-based among code cells with code, else ``None``; position: among all cells.
    html_first, html_rest: of a text cell all of it, and nothing; of others the first lines and
    those folded away, both the inside of ``<pre class="code"><code>``.
    lines: of source; anchor: id for the page's own frame around the cell.
    """

    kind: CellKind
    number: int | None
    position: int
    cell_id: str
    fingerprint: str
    anchor: str
    tags: tuple[str, ...]
    is_optional: bool
    may_fail: bool
    is_hidden: bool
    lines: int
    html_first: str
    html_rest: str

    @property
    def html(self) -> str:
        """The whole cell."""
        if self.kind == "markdown":
            return self.html_first
        code = f"{self.html_first}\n{self.html_rest}" if self.html_rest else self.html_first
        return f'<pre class="code"><code>{code}</code></pre>'

    @property
    def rest_lines(self) -> int:
        """How many lines are folded away."""
        return max(self.lines - FOLD_AFTER_LINES, 0) if self.html_rest else 0


@dataclass(frozen=True, slots=True)
class Words:
    """What the search knows of a notebook, as plain text."""

    title: str
    headings: str
    prose: str
    code: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notebook as a page shows it."""

    version: int
    language: str
    cells: tuple[RenderedCell, ...]
    outline: tuple[Heading, ...]
    words: Words


def render(document: Document, *, picture_address: PictureAddress | None = None) -> Rendered:
    """``document``, as ``strip`` gave it or with kept images, as safe HTML.

    picture_address: where a kept picture is served; by default it is written into the page.
    """
    language = highlighting_language(document["metadata"])
    highlighter = Highlighter(language)
    finisher = Finisher()
    cells: list[RenderedCell] = []
    texts: list[Finished] = []
    number = 0
    text_left = TEXT_TOTAL
    for position, cell in enumerate(document["cells"]):
        if cell["cell_type"] == "code":
            own = number if cell["source"].strip() else None
            number += own is not None
            lines = highlighter.cell(cell["source"].rstrip("\n"))
            cells.append(_folded(cell, position, lines, own))
        elif cell["cell_type"] == "markdown":
            text_left -= len(cell["source"])
            shown = (
                to_html(cell["source"], highlighter=highlighter, name=str(position + 1))
                if text_left >= 0
                else plain(cell["source"])
            )
            text = finisher.finish(shown, position, _pictures(cell, picture_address))
            texts.append(text)
            cells.append(_cell(cell, position, html_first=text.html))
        else:
            lines = html.escape(cell["source"], quote=False).split("\n")
            cells.append(_folded(cell, position, lines))
    outline = tuple(heading for text in texts for heading in text.headings)
    words = _words(document, outline, texts)
    return Rendered(RENDERER_VERSION, language, tuple(cells), outline, words)


def _folded(
    cell: dict[str, Any], position: int, lines: list[str], number: int | None = None
) -> RenderedCell:
    return _cell(
        cell,
        position,
        number=number,
        html_first="\n".join(lines[:FOLD_AFTER_LINES]),
        html_rest="\n".join(lines[FOLD_AFTER_LINES:]),
        lines=len(lines),
    )


def _cell(
    cell: dict[str, Any],
    position: int,
    *,
    html_first: str,
    html_rest: str = "",
    number: int | None = None,
    lines: int | None = None,
) -> RenderedCell:
    tags = tags_of(cell)
    source = cell["source"]
    return RenderedCell(
        kind=cell["cell_type"],
        number=number,
        position=position,
        cell_id=cell["id"],
        fingerprint=fingerprint(source),
        anchor=f"part-{position + 1}" if number is None else f"cell-{number + 1}",
        tags=tags,
        is_optional=not OPTIONAL_TAGS.isdisjoint(tags),
        may_fail=not MAY_FAIL_TAGS.isdisjoint(tags),
        is_hidden=bool(cell["metadata"].get("jupyter", {}).get("source_hidden", False)),
        lines=source.count("\n") + 1 if lines is None else lines,
        html_first=html_first,
        html_rest=html_rest,
    )


def _pictures(cell: dict[str, Any], address: PictureAddress | None) -> Mapping[str, str]:
    """Where each kept picture of a cell is found."""
    found: dict[str, str] = {}
    for name, bundle in cell.get("attachments", {}).items():
        for mime in KEPT_PICTURE_TYPES:
            if mime in bundle:
                written_in = f"data:{mime};base64,{bundle[mime]}"
                found[name] = written_in if address is None else address(cell["id"], name)
    return found


def _words(document: Document, outline: tuple[Heading, ...], texts: list[Finished]) -> Words:
    sources = [cell["source"] for cell in document["cells"] if cell["cell_type"] == "code"]
    return Words(
        title=outline[0].text if outline else "",
        headings="\n".join(heading.text for heading in outline),
        prose="\n".join(text.text for text in texts if text.text),
        code="\n".join(sources),
    )


def to_bytes(rendered: Rendered) -> bytes:
    """``rendered`` for storing; ``from_bytes`` reads it back."""
    return orjson.dumps(rendered)


def from_bytes(stored: bytes) -> Rendered:
    """What ``to_bytes`` stored, by this version of the renderer."""
    value = orjson.loads(stored)
    cells = (RenderedCell(**{**cell, "tags": tuple(cell["tags"])}) for cell in value["cells"])
    return Rendered(
        version=value["version"],
        language=value["language"],
        cells=tuple(cells),
        outline=tuple(Heading(**heading) for heading in value["outline"]),
        words=Words(**value["words"]),
    )
