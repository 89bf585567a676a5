"""A little Markdown that people write about themselves, as HTML that is safe by construction.

Paragraphs, lists, emphasis, code, quotes and links; whatever else is written stays text. Every
piece goes through ``format_html``: nothing that was typed can become a tag.
"""

from collections.abc import Sequence
from functools import cache
from urllib.parse import urlsplit

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST = 10_000
_SCHEMES = frozenset({"http", "https", "mailto"})
# Headings of a text would break the order of headings of the page that shows it.
_BLOCKS = {
    "paragraph": "p",
    "heading": "p",
    "bullet_list": "ul",
    "ordered_list": "ol",
    "list_item": "li",
    "blockquote": "blockquote",
}
_INLINE = {"em": "em", "strong": "strong"}


def prose(text: str) -> SafeString:
    """``text`` as HTML; what is longer than ``LONGEST`` signs is shown as it was typed."""
    if len(text) > LONGEST:
        return format_html("<p>{}</p>", text)
    tokens = _markdown().parse(text)
    return _block(tokens)


@cache
def _markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": 10})
    md.disable(["image", "html_block", "html_inline", "reference", "autolink"])
    return md


def _block(tokens: Sequence[Token]) -> SafeString:
    """A run of whole blocks."""
    pieces: list[SafeString] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.nesting == 1:
            end = _end_of(tokens, place)
            pieces.append(_wrapped(token, tokens[place + 1 : end]))
            place = end
        elif token.type == "inline":
            pieces.append(_inline(token.children or []))
        elif token.type in {"fence", "code_block"}:
            pieces.append(format_html("<pre><code>{}</code></pre>", token.content))
        elif token.type == "hr":
            pieces.append(format_html("<{}>", "hr"))
        place += 1
    return _joined(pieces)


def _wrapped(token: Token, inside: Sequence[Token]) -> SafeString:
    name = token.type.removesuffix("_open")
    content = _block(inside)
    if name == "heading":
        return format_html("<p><strong>{}</strong></p>", content)
    if token.hidden or name not in _BLOCKS:  # a tight list shows no paragraphs
        return content
    return _tagged(_BLOCKS[name], content)


def _inline(tokens: Sequence[Token]) -> SafeString:
    """A run of whole pieces inside a paragraph."""
    pieces: list[SafeString] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.nesting == 1:
            end = _end_of(tokens, place)
            pieces.append(_spanned(token, _inline(tokens[place + 1 : end])))
            place = end
        elif token.type == "code_inline":
            pieces.append(format_html("<code>{}</code>", token.content))
        elif token.type == "hardbreak":
            pieces.append(format_html("<{}>", "br"))
        elif token.type == "softbreak":
            pieces.append(SafeString("\n"))
        else:
            pieces.append(format_html("{}", token.content))
        place += 1
    return _joined(pieces)


def _spanned(token: Token, content: SafeString) -> SafeString:
    name = token.type.removesuffix("_open")
    if name == "link":
        address = str(token.attrGet("href") or "")
        if not _is_safe(address):
            return content
        return format_html('<a href="{}" rel="nofollow noopener">{}</a>', address, content)
    return _tagged(_INLINE[name], content) if name in _INLINE else content


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in _SCHEMES
    # One of our own pages; "//host" and "/\host" would leave the site.
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def _end_of(tokens: Sequence[Token], begin: int) -> int:
    depth = 0
    for place in range(begin, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place
    return len(tokens)


def _tagged(tag: str, content: SafeString) -> SafeString:
    return format_html("<{0}>{1}</{0}>", tag, content)


def _joined(pieces: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))
