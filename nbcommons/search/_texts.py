"""The texts of a notebook that are searched: headings, prose, code.

Taken from the Markdown by a few patterns, not from the rendered page: that would be cleaner by a
hair and forty times slower, and the whole index must be rebuilt in minutes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbcommons_ipynb.imports import imports_of

_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{3,})[ \t]*$")
_HTML_HEADING = re.compile(
    r"<h[1-6][^<>]{0,300}>(?P<text>[^<>]{1,300})</h[1-6]>", re.IGNORECASE
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
# What a link or picture points to is no prose; what it says is.
_TARGET = re.compile(r"(?<=\])\([^()\n]{0,2000}\)")
_ADDRESS = re.compile(
    r"<?\b(?:https?|ftp|mailto|data|attachment):[^\s<>)\"']+>?", re.IGNORECASE
)
_MARKUP = re.compile(
    r"[*`\[\]|]+|!(?=\[)|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)"
    r"|^ {0,3}(?:#{1,6} |> ?|[-+] |[-=]{3,}[ \t]*$)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Texts:
    """What a notebook says, in the order of its cells."""

    headings: tuple[str, ...]
    markdown: str
    code: str
    packages: tuple[str, ...] = ()


def texts_of(notebook: Mapping[str, Any]) -> Texts:
    """The texts of a stripped notebook (its JSON, sources as strings)."""
    headings: list[str] = []
    prose: list[str] = []
    code: list[str] = []
    for cell in notebook.get("cells", ()):
        if cell["cell_type"] == "code":
            code.append(cell["source"])
        elif cell["cell_type"] == "markdown":
            headings += headings_of(cell["source"])
            prose.append(plain(cell["source"]))
        else:
            prose.append(cell["source"])
    return Texts(
        headings=tuple(headings),
        markdown="\n".join(filter(None, prose)),
        code="\n".join(filter(None, code)),
        packages=imports_of(dict(notebook)) if "metadata" in notebook else (),
    )


def headings_of(markdown: str) -> list[str]:
    """The headings of a Markdown cell as plain text, in order."""
    found: list[str] = []
    fence = before = ""
    for line in markdown.splitlines():
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
        elif not fence:
            heading = _HEADING.match(line)
            if heading:
                found.append(plain(heading["text"]))
            elif before.strip() and _UNDERLINE.match(line):
                found.append(plain(before))
            found += (plain(match["text"]) for match in _HTML_HEADING.finditer(line))
        before = line
    return [text for text in found if text]


def plain(markdown: str) -> str:
    """``markdown`` as prose: without tags, addresses and most of its signs."""
    text = _without_comments(markdown)
    text = _TARGET.sub(" ", text)
    text = _ADDRESS.sub(" ", text)
    text = _TAG.sub(" ", text)
    text = _MARKUP.sub("", text)
    return text.strip()


def _without_comments(markdown: str) -> str:
    """By hand: a pattern takes quadratic time over comments that are never closed."""
    kept: list[str] = []
    place = 0
    while (start := markdown.find("<!--", place)) >= 0:
        end = markdown.find("-->", start)
        if end < 0:
            break
        kept.append(markdown[place:start])
        place = end + len("-->")
    kept.append(markdown[place:])
    return " ".join(kept)
