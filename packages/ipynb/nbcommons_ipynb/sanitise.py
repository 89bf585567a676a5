"""The only place that says which HTML of a notebook may be shown."""

import re
from urllib.parse import unquote

import nh3

from nbcommons_ipynb.highlighting import CLASSES

ID_PREFIX = "user-content-"
"""In front of every id that comes from a notebook, so that none meets one of the page."""

BLOCKS = frozenset(
    {"p", "div", "blockquote", "pre", "hr", "ul", "ol", "li", "dl", "dt", "dd", "section"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "details", "summary", "figure", "figcaption"}
)
TABLES = frozenset({"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"})
WORDS = frozenset(
    {
        "a",
        "abbr",
        "b",
        "br",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "i",
        "img",
        "ins",
        "kbd",
        "mark",
    }
    | {"q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var"}
)
TAGS = BLOCKS | TABLES | WORDS
# Removed with what they hold; of all other tags that are not listed the text stays.
REMOVED_WHOLE = frozenset(
    {"script", "style", "svg", "math", "iframe", "object", "template", "noscript", "textarea"}
    | {"title", "head", "select", "audio", "video", "canvas", "xmp", "noembed", "noframes"}
)
ALIGNED = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "th", "td")
ATTRIBUTES: dict[str, set[str]] = {
    **{tag: {"id"} for tag in TAGS},
    "a": {"id", "name", "href", "title"},
    "abbr": {"id", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"id", "start"},
    "th": {"id", "colspan", "rowspan", "scope"},
    "td": {"id", "colspan", "rowspan"},
    "details": {"id", "open"},
}
FIXED_VALUES: dict[str, dict[str, set[str]]] = {
    **{tag: {"align": {"left", "right", "center"}} for tag in ALIGNED},
    "span": {"data-math": {"inline", "display"}},
}
FIXED_VALUES["div"]["data-math"] = {"display"}
ALLOWED_CLASSES: dict[str, set[str]] = {
    "span": {*CLASSES, "math", "task", "gone"},
    "div": {"math"},
    "pre": {"code"},
    "sup": {"footnote-ref"},
    "section": {"footnotes"},
    "a": {"footnote-backref"},
}
URL_SCHEMES = frozenset({"http", "https", "mailto", "attachment"})
LINK_REL = "noopener noreferrer nofollow"

_NUMBER = re.compile(r"\d{1,4}")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s\\\"<>]+", re.IGNORECASE)
_QUIET = re.compile(r"[^\w\s:./-]")
_GAP = re.compile(r"[\s:./-]+")
_ANCHOR = re.compile(r'<a((?: [a-z-]+="[^"]*")*)>')
_OUTWARD = re.compile(r' (?:target|rel)="[^"]*"')
SLUG_LENGTH = 80


def slug(text: str) -> str:
    """``text`` as part of an address: the same for GitHub's, Jupyter's and a person's spelling."""
    return _GAP.sub("-", _QUIET.sub("", text.strip()).lower()).strip("-")[:SLUG_LENGTH]


def clean(html: str) -> str:
    """``html`` with only what is allowed; ids are prefixed, links are told apart.

    Pictures keep their address and are dealt with next. Links to elsewhere open a new
    page that learns nothing of this one, links within the notebook stay in it.
    """
    cleaned = _CLEANER.clean(html)
    return _ANCHOR.sub(_inward, cleaned) if "<a" in cleaned else cleaned


def _inward(match: re.Match[str]) -> str:
    """A link that does not lead elsewhere needs no new page. Quotes in values are escaped."""
    attributes = match[1]
    if ' href="#' in attributes or ' href="' not in attributes:
        return f"<a{_OUTWARD.sub('', attributes)}>"
    return match[0]


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """The value that an allowed attribute may have; ``None`` removes it."""
    if name in {"id", "name"}:
        return ID_PREFIX + slug(value) if slug(value) else None
    if name == "href":
        return _href(value)
    if name in {"start", "colspan", "rowspan", "width", "height"}:
        return value if _NUMBER.fullmatch(value) else None
    if name == "scope":
        return value if value in {"row", "col"} else None
    if name == "open":
        return ""
    return value


def _href(value: str) -> str | None:
    value = value.strip()
    if value.startswith("#"):
        target = slug(unquote(value[1:]))
        return f"#{ID_PREFIX}{target}" if target else None
    # Relative addresses would lead to pages of the site that shows the notebook.
    return value if _LINK.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=REMOVED_WHOLE,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    tag_attribute_values=FIXED_VALUES,
    set_tag_attribute_values={"a": {"target": "_blank"}},
    allowed_classes=ALLOWED_CLASSES,
    url_schemes=URL_SCHEMES,
    url_relative="pass_through",
    link_rel=LINK_REL,
    strip_comments=True,
)
