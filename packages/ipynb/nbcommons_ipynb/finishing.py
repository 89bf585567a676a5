"""The last step of a text cell: its headings join the outline, its pictures find their place."""

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from nbcommons_ipynb.embedded import shown_name
from nbcommons_ipynb.sanitise import ID_PREFIX, LINK_REL, slug

PictureAddress = Callable[[str, str], str]
"""The address of a kept picture, from the id of its cell and its name."""

LOWEST_HEADING = 6

_ATTRIBUTES = r'((?: [a-z-]+="[^"]*")*)'
# The sanitiser closes every tag and escapes quotes in values, so patterns are enough here.
_HEADING = re.compile(rf"<h([1-6]){_ATTRIBUTES}>(.*?)</h\1>", re.DOTALL)
_IMG_OR_LINK = re.compile(rf"<(?:img{_ATTRIBUTES}|(a)(?: [^>]*)?|(/a))>")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_ID = re.compile(rf' id="{ID_PREFIX}([^"]*)"')
_TAG = re.compile(r'<[^>"]*(?:"[^"]*"[^>"]*)*>')
# Tags of these do not part words.
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var)"
    r'(?: [^>"]*(?:"[^"]*"[^>"]*)*)?>'
)
_SPACE = re.compile(r"\s+")
_ATTACHMENT = re.compile(r"attachment:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the notebook. level: 1 to 6 as the author wrote it; anchor: its id."""

    level: int
    text: str
    anchor: str
    position: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A text cell ready to be shown, its headings in order, and its words for the search."""

    html: str
    headings: tuple[Heading, ...]
    text: str


class Finisher:
    """Finishes the text cells of one notebook, so that no two headings share an anchor."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def finish(self, cleaned: str, position: int, pictures: Mapping[str, str]) -> Finished:
        """``cleaned`` is what ``sanitise.clean`` gave.

        pictures: address by name of the pictures that the cell keeps.
        """
        headings: list[Heading] = []
        text = text_of(cleaned)
        if "<h" in cleaned:
            cleaned = _HEADING.sub(lambda m: self._heading(m, position, headings), cleaned)
        if "<img" in cleaned:
            cleaned = _with_pictures(cleaned, pictures)
        return Finished(cleaned, tuple(headings), text)

    def _heading(self, match: re.Match[str], position: int, headings: list[Heading]) -> str:
        level, attributes, inner = int(match[1]), match[2], match[3]
        text = text_of(inner)
        shown = min(level + 1, LOWEST_HEADING)
        if not text:
            return f"<h{shown}{attributes}>{inner}</h{shown}>"
        own = _ID.search(attributes)
        anchor = self._anchor(own[1] if own else slug(text) or "section")
        headings.append(Heading(level, text, anchor, position))
        kept = _ID.sub("", attributes)
        # One step down: the title of the page is its only heading of the first level.
        return f'<h{shown} id="{anchor}"{kept}>{inner}</h{shown}>'

    def _anchor(self, base: str) -> str:
        """``base``, or the first of ``base-1``, ``base-2`` that no heading has yet."""
        self._used[base] += 1
        while self._used[base] > 1 and f"{base}-{self._used[base] - 1}" in self._used:
            self._used[base] += 1
        count = self._used[base]
        if count == 1:
            return ID_PREFIX + base
        numbered = f"{base}-{count - 1}"
        self._used[numbered] += 1
        return ID_PREFIX + numbered


def text_of(markup: str) -> str:
    """The words of sanitised HTML in one line."""
    words = _TAG.sub(" ", _INLINE_TAG.sub("", markup))
    return _SPACE.sub(" ", html.unescape(words)).strip()


def _with_pictures(cleaned: str, pictures: Mapping[str, str]) -> str:
    depth = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2] or match[3]:
            depth += 1 if match[2] else -1
            return match[0]
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        return _picture(attributes, pictures, in_link=depth > 0)

    return _IMG_OR_LINK.sub(replace, cleaned)


def _picture(attributes: dict[str, str], pictures: Mapping[str, str], *, in_link: bool) -> str:
    """A kept picture, or words that say what was here. Values are escaped as they came."""
    address = html.unescape(attributes.get("src", "")).strip()
    name = _ATTACHMENT.sub("", address, count=1) if _ATTACHMENT.match(address) else None
    if name is not None:
        found = pictures.get(name) or pictures.get(unquote(name))
        if found:
            return _img(found, attributes)
        return _gone(f"Picture removed: {shown_name(unquote(name))}")
    host = _host(address)
    if host:
        told = html.escape(f"Picture at {host}")
        if in_link:
            return f"<span>{told}</span>"
        href = html.escape(address if "://" in address else f"https:{address}")
        return f'<a href="{href}" target="_blank" rel="{LINK_REL}">{told}</a>'
    label = address.rsplit("/", 1)[-1] or html.unescape(attributes.get("alt", ""))
    return _gone(f"Picture not in the notebook: {shown_name(unquote(label))}")


def _img(address: str, attributes: dict[str, str]) -> str:
    sizes = "".join(
        f' {name}="{attributes[name]}"' for name in ("width", "height") if name in attributes
    )
    alt = attributes.get("alt", "")
    return f'<img src="{html.escape(address)}" alt="{alt}"{sizes} loading="lazy">'


def _gone(sentence: str) -> str:
    return f'<span class="gone">{html.escape(sentence)}</span>'


def _host(address: str) -> str:
    """The host that a picture would come from, or an empty string."""
    if not address.lower().startswith(("http://", "https://", "//")):
        return ""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
