"""The sandboxed view of a notebook: the one place where foreign HTML becomes part of a page.

The HTML has passed the allow-list of ``nbcommons_ipynb.sanitise``. Here it is shown in a document
without an origin, which has no cookies, reaches nothing of the site, and runs our scripts only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe

from nbcommons_ipynb.rendering import Rendered, RenderedCell

SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
THEMES = frozenset({"light", "dark"})
TEXT_SIZES = frozenset({"large", "larger"})
DENSITIES = frozenset({"dense"})


@dataclass(frozen=True, slots=True)
class CellNote:
    """What stands in the margin of a code cell: its health in a word, and a note above the code.

    status: healthy, unhealthy or unknown. short is seen ("4 of 6"), hidden is read aloud after it.
    """

    status: str
    short: str
    hidden: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LeafCell:
    """A cell as ``rendering/leaf.html`` shows it; ``gone`` tells what was removed from it."""

    kind: str
    number: int | None
    anchor: str
    label: str
    flags: tuple[str, ...]
    html_first: SafeString
    html_rest: SafeString
    rest_lines: int
    is_optional: bool
    mark: CellNote | None
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """The whole document."""

    title: str
    theme: str
    cells: tuple[LeafCell, ...]
    has_math: bool
    text_size: str = ""
    density: str = ""
    has_line_numbers: bool = False


def leaf_of(
    rendered: Rendered,
    *,
    title: str,
    theme: str = "",
    marks: Mapping[int, CellNote] | None = None,
    gone: Mapping[int, Sequence[str]] | None = None,
) -> Leaf:
    """A leaf for ``rendered``; ``marks`` by number of code cell, ``gone`` by position."""
    return Leaf(
        title=title,
        theme=theme if theme in THEMES else "",
        cells=tuple(
            _cell(
                cell,
                None if cell.number is None else (marks or {}).get(cell.number),
                tuple((gone or {}).get(cell.position, ())),
            )
            for cell in rendered.cells
        ),
        has_math=any(
            cell.kind == "markdown" and "data-math" in cell.html_first
            for cell in rendered.cells
        ),
    )


def leaf_response(request: HttpRequest, leaf: Leaf) -> HttpResponse:
    """``leaf`` as a document of its own, to be framed by our pages and nowhere else.

    The address says how the reader likes it: ``text``, ``density``, ``lines=1``.
    """
    response = render(request, "rendering/leaf.html", {"leaf": _as_asked(leaf, request.GET)})
    # The sandbox takes the document's origin away, so 'self' is spelt out for browsers that
    # would compare with the origin that is gone.
    site = urlsplit(settings.NBCOMMONS_SITE_URL)
    own = f"'self' {site.scheme}://{site.netloc}"
    response.headers["Content-Security-Policy"] = "; ".join(
        [
            "default-src 'none'",
            f"script-src {own}",
            f"style-src {own}",
            f"font-src {own}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
            f"sandbox {SANDBOX}",
        ]
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _as_asked(leaf: Leaf, asked: QueryDict) -> Leaf:
    text, density = asked.get("text", ""), asked.get("density", "")
    has_numbers = asked.get("lines") == "1"
    return replace(
        leaf,
        text_size=text if text in TEXT_SIZES else "",
        density=density if density in DENSITIES else "",
        has_line_numbers=has_numbers,
        cells=tuple(map(_numbered, leaf.cells)) if has_numbers else leaf.cells,
    )


def _numbered(cell: LeafCell) -> LeafCell:
    if cell.kind != "code":
        return cell
    return replace(
        cell,
        html_first=_lines(cell.html_first),
        html_rest=_lines(cell.html_rest) if cell.html_rest else cell.html_rest,
    )


def _lines(html: SafeString) -> SafeString:
    # No element of highlighted code reaches over the end of a line (nbcommons_ipynb.highlighting).
    lines = html.split("\n")
    return mark_safe(  # noqa: S308 - the same HTML, line by line
        "\n".join(f'<span class="code__line">{line}</span>' for line in lines)
    )


def _cell(cell: RenderedCell, mark: CellNote | None, gone: tuple[str, ...]) -> LeafCell:
    flags = [word for is_so, word in _flags(cell) if is_so]
    return LeafCell(
        kind=cell.kind,
        number=cell.number,
        anchor=cell.anchor,
        label="" if cell.number is None else f"Cell {cell.number + 1}",
        flags=tuple(flags),
        html_first=mark_safe(cell.html_first),  # noqa: S308 - sanitised by nbcommons_ipynb
        html_rest=mark_safe(cell.html_rest),  # noqa: S308 - sanitised by nbcommons_ipynb
        rest_lines=cell.rest_lines,
        is_optional=cell.is_optional,
        mark=mark,
        gone=gone,
    )


def _flags(cell: RenderedCell) -> list[tuple[bool, str]]:
    return [
        (cell.is_optional, "optional"),
        (cell.may_fail, "expected to fail"),
        ("parameters" in cell.tags, "change me"),
        (cell.kind == "raw", "plain text"),
    ]
