"""Code as HTML whose words bear the class of their kind; safe by construction."""

import html
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from pygments.token import (  # type: ignore[import-untyped]
    Comment,
    Generic,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Token,
)

from nbcommons_ipynb import pyscan
from nbcommons_ipynb.pyscan import Piece

CLASSES = frozenset({"k", "s", "mi", "nb", "nf", "nn", "c1"})
"""Every class that highlighted code may bear."""

SCAN_LIMIT = 200_000
"""Longest Python code that is highlighted, in characters."""
LEX_LIMIT = 20_000
"""Longest code in another language that is highlighted, in characters."""
LEX_TOTAL = 200_000
"""Most code in other languages that is highlighted in one notebook, in characters."""
LINE_LIMIT = 2_000
"""Longest line that Pygments is given, in characters: its patterns may be quadratic in it."""

PYTHON = frozenset(
    {"python", "python2", "python3", "ipython", "ipython2", "ipython3", "py", "sage"}
)
# What kernels and writers of text cells use. Others are shown plain: each lexer of Pygments
# is a set of patterns that hostile code may slow down; that of Java takes seconds for one line.
LEXERS = {
    **dict.fromkeys(("bash", "sh", "shell", "zsh", "console"), "bash"),
    **dict.fromkeys(("javascript", "js", "node", "jsx"), "javascript"),
    **dict.fromkeys(("typescript", "ts"), "typescript"),
    **dict.fromkeys(("r", "ir", "rlang", "splus"), "r"),
    **dict.fromkeys(("c++", "cpp", "cling"), "cpp"),
    **dict.fromkeys(("c#", "csharp"), "csharp"),
    **dict.fromkeys(("f#", "fsharp"), "fsharp"),
    **dict.fromkeys(("yaml", "yml"), "yaml"),
    **dict.fromkeys(("matlab", "octave"), "octave"),
    **dict.fromkeys(("powershell", "pwsh"), "powershell"),
    **dict.fromkeys(("sql", "postgresql", "mysql", "sqlite"), "sql"),
    **{
        name: name
        for name in (
            "c",
            "clojure",
            "css",
            "go",
            "haskell",
            "html",
            "ini",
            "json",
            "julia",
            "kotlin",
            "lua",
            "perl",
            "ruby",
            "rust",
            "scala",
            "stata",
            "swift",
            "toml",
            "xml",
        )
    },
}
CELL_MAGICS = {
    "bash": "bash",
    "sh": "bash",
    "script": "bash",
    "javascript": "javascript",
    "js": "javascript",
    "html": "html",
    "r": "r",
    "sql": "sql",
    "bigquery": "sql",
    "perl": "perl",
    "ruby": "ruby",
    "writefile": "",
    "file": "",
    "latex": "",
    "markdown": "",
    "svg": "",
}
"""Language of the rest of a cell that begins with this magic; empty: shown plain."""

# The first parent that stands here decides; the order of kinds does not matter.
_KINDS: dict[Any, str] = {
    Keyword: pyscan.KEYWORD,
    Operator.Word: pyscan.KEYWORD,
    Name.Tag: pyscan.KEYWORD,
    String: pyscan.STRING,
    Number: pyscan.NUMBER,
    Name.Function: pyscan.FUNCTION,
    Name.Class: pyscan.FUNCTION,
    Name.Builtin: pyscan.NAME,
    Name.Namespace: pyscan.MODULE,
    Comment: pyscan.COMMENT,
    Generic.Heading: pyscan.KEYWORD,
}
# The lexers of C and its kin are quadratic in blank lines.
_WIDE_GAP = re.compile(r"\s{200}")
_CELL_MAGIC = re.compile(r"\s*+%%(\w++)[^\n]*+\n?")


class Highlighter:
    """Highlights the code of one notebook within a budget, so that none takes seconds."""

    def __init__(self, language: str) -> None:
        self.language = language.lower()
        self._left = LEX_TOTAL

    def cell(self, source: str) -> list[str]:
        """The lines of a code cell as HTML; every line stands for itself, no tag crosses it."""
        magic = _CELL_MAGIC.match(source) if self.language in PYTHON else None
        if magic is None or magic[1].lower() not in CELL_MAGICS:
            return self.code(source, self.language)
        head, rest = source[: magic.end()], source[magic.end() :]
        first = self.code(head.removesuffix("\n"), self.language)
        if not head.endswith("\n"):
            return first
        return first + self.code(rest, CELL_MAGICS[magic[1].lower()])

    def code(self, source: str, language: str) -> list[str]:
        """The lines of ``source`` as HTML; plain when the language is not known."""
        escaped = html.escape(source, quote=False)
        language = language.lower()
        if language in PYTHON:
            if len(source) <= SCAN_LIMIT:
                return _marked(escaped, pyscan.scan(escaped))
        elif language in LEXERS and self._affords(source):
            self._left -= len(source)
            return _marked(escaped, lexed(source, LEXERS[language]))
        return escaped.split("\n")

    def _affords(self, source: str) -> bool:
        if len(source) > min(LEX_LIMIT, self._left):
            return False
        return max(map(len, source.split("\n"))) <= LINE_LIMIT and not _WIDE_GAP.search(source)


def _marked(escaped: str, pieces: Iterable[Piece]) -> list[str]:
    out: list[str] = []
    at = 0
    for start, end, kind in pieces:
        word = escaped[start:end]
        if "\n" in word:
            word = word.replace("\n", f'</span>\n<span class="{kind}">')
        out.append(f'{escaped[at:start]}<span class="{kind}">{word}</span>')
        at = end
    out.append(escaped[at:])
    return "".join(out).split("\n")


def lexed(source: str, name: str) -> list[Piece]:
    """The pieces that Pygments finds in ``source``, at their places in its escaped form.

    Empty when the lexer changed the text, which would shift every piece.
    """
    pieces: list[Piece] = []
    at = 0
    for _index, token, value in _lexer(name).get_tokens_unprocessed(source):
        end = at + len(html.escape(value, quote=False))
        kind = _kind(token)
        if kind is not None and value.strip():
            pieces.append((at, end, kind))
        at = end
    return pieces if at == len(html.escape(source, quote=False)) else []


@cache
def _lexer(name: str) -> Any:
    # Imported here: most processes never meet another language than Python.
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]  # noqa: PLC0415

    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


@cache
def _kind(token: Any) -> str | None:
    while token is not Token and token is not None:
        if token in _KINDS:
            return _KINDS[token]
        token = token.parent
    return None
