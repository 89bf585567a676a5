"""Text cells as HTML: CommonMark with tables, task lists, footnotes and formulas."""

import html
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from nbcommons_ipynb.formulas import inline_formula
from nbcommons_ipynb.highlighting import Highlighter
from nbcommons_ipynb.sanitise import clean

TEXT_LIMIT = 100_000
"""Longest text cell that is formatted, in characters; longer ones are shown as they are."""
TEXT_TOTAL = 1_000_000
"""Most text that is formatted in one notebook, in characters."""
MOST_ENVIRONMENTS = 500
"""Most formulas by ``\\begin`` in one cell: each that is not ended reads to the end of the cell."""
INLINE_LIMIT = 20_000
"""Longest paragraph that is formatted, in characters: some rules are quadratic in it."""

_ALIGN = re.compile(r"text-align:(left|right|center)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]]+[^\s<>\"'`|\\^{}\[\].,;:!?)(*_~]")
_TASK = re.compile(r"\[([ xX])\](?=\s)")


def to_html(source: str, *, highlighter: Highlighter, name: str) -> str:
    """``source`` as safe HTML. name: of the cell; keeps the footnotes of two cells apart."""
    if len(source) > TEXT_LIMIT or source.count("\\begin{") > MOST_ENVIRONMENTS:
        return plain(source)
    env = {"docId": name, "highlighter": highlighter}
    return clean(_markdown().render(source, env))


def plain(source: str) -> str:
    """``source`` as it was typed."""
    return f"<pre>{html.escape(source, quote=False)}</pre>"


@cache
def _markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": 20})
    md.enable(["table", "strikethrough"])
    md.use(dollarmath_plugin, allow_labels=False)
    md.inline.ruler.at("math_inline", inline_formula)
    md.use(amsmath_plugin)
    md.use(footnote_plugin)
    md.core.ruler.before("inline", "long_paragraphs", _leave_long_paragraphs)
    md.core.ruler.push("bare_links", _link_bare_addresses)
    md.core.ruler.push("check_marks", _show_check_marks)
    for rule, render in {
        "math_inline": _inline_math,
        "math_inline_double": _inline_display_math,
        "math_block": _display_math,
        "amsmath": _display_math,
        "fence": _fence,
        "code_block": _code_block,
        "th_open": _table_cell,
        "td_open": _table_cell,
        "footnote_block_open": _footnotes_open,
    }.items():
        md.add_render_rule(rule, render)
    return md


def _leave_long_paragraphs(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > INLINE_LIMIT:
            text = Token("text", "", 0, content=token.content)
            token.type, token.children = "long_paragraph", [text]


def _link_bare_addresses(state: StateCore) -> None:
    """An address in the text becomes a link, as it does in Jupyter."""
    for token in state.tokens:
        if token.type != "inline" or "://" not in token.content or token.children is None:
            continue
        children: list[Token] = []
        depth = 0
        for child in token.children:
            depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type == "text" and depth == 0:
                children.extend(_linked(child))
            else:
                children.append(child)
        token.children = children


def _linked(text: Token) -> list[Token]:
    pieces: list[Token] = []
    at = 0
    for match in _ADDRESS.finditer(text.content):
        pieces.append(Token("text", "", 0, content=text.content[at : match.start()]))
        pieces.append(Token("link_open", "a", 1, attrs={"href": match.group()}))
        pieces.append(Token("text", "", 0, content=match.group()))
        pieces.append(Token("link_close", "a", -1))
        at = match.end()
    if not pieces:
        return [text]
    return [*pieces, Token("text", "", 0, content=text.content[at:])]


def _show_check_marks(state: StateCore) -> None:
    """Marks where Jupyter draws boxes: nothing that looks as if one could press it."""
    item = ("list_item_open", "paragraph_open", "inline")
    for first, second, text in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        if (first.type, second.type, text.type) != item or not text.children:
            continue
        task = _TASK.match(text.children[0].content)
        if text.children[0].type == "text" and task is not None:
            mark = Token("html_inline", "", 0, content=_MARKS[task[1].lower()])
            text.children[0].content = text.children[0].content[task.end() :]
            text.children.insert(0, mark)


_MARKS = {" ": '<span class="task">☐</span>', "x": '<span class="task">☑</span>'}


Tokens = Sequence[Token]


def _inline_math(_r: RendererHTML, tokens: Tokens, i: int, _o: OptionsDict, _e: EnvType) -> str:
    return f'<span class="math" data-math="inline">{_escaped(tokens[i])}</span>'


def _inline_display_math(
    _r: RendererHTML, tokens: Tokens, i: int, _o: OptionsDict, _e: EnvType
) -> str:
    return f'<span class="math" data-math="display">{_escaped(tokens[i])}</span>'


def _display_math(
    _r: RendererHTML, tokens: Tokens, i: int, _o: OptionsDict, _e: EnvType
) -> str:
    return f'<div class="math" data-math="display">{_escaped(tokens[i])}</div>\n'


def _escaped(token: Token) -> str:
    return html.escape(token.content.strip(), quote=False)


def _fence(_r: RendererHTML, tokens: Tokens, i: int, _o: OptionsDict, env: EnvType) -> str:
    language = tokens[i].info.strip().split(" ", 1)[0].strip("{}.")
    return _code(tokens[i].content, language, env)


def _code_block(_r: RendererHTML, tokens: Tokens, i: int, _o: OptionsDict, env: EnvType) -> str:
    return _code(tokens[i].content, "", env)


def _code(source: str, language: str, env: EnvType) -> str:
    highlighter: Any = env["highlighter"]
    lines = highlighter.code(source.removesuffix("\n"), language)
    return f'<pre class="code"><code>{chr(10).join(lines)}</code></pre>\n'


def _table_cell(_r: RendererHTML, tokens: Tokens, i: int, _o: OptionsDict, _e: EnvType) -> str:
    align = _ALIGN.search(str(tokens[i].attrs.get("style", "")))
    return f'<{tokens[i].tag} align="{align[1]}">' if align else f"<{tokens[i].tag}>"


def _footnotes_open(
    _r: RendererHTML, _tokens: Tokens, _i: int, _o: OptionsDict, _e: EnvType
) -> str:
    return '<section class="footnotes"><ol>\n'
