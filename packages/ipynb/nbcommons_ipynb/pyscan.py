"""Python and IPython code split into the few kinds of words that matter, in one quick pass.

Pygments does the same more finely and takes ten times as long, which was four fifths of the
time of showing a notebook. Nearly every notebook is Python, and the pages tell only five kinds
of words apart. A test compares the two on real notebooks.
"""

import builtins
import keyword
import re
from collections.abc import Iterator

KEYWORD, STRING, NUMBER, NAME, FUNCTION, MODULE, COMMENT = (
    "k",
    "s",
    "mi",
    "nb",
    "nf",
    "nn",
    "c1",
)

Piece = tuple[int, int, str]
"""Where a word begins and ends, and its kind."""

_SOFT_BUILTINS = frozenset({"self", "cls", "unicode", "xrange", "raw_input", "basestring"})
_WORDS: dict[str, str] = {
    **{name: NAME for name in dir(builtins) if not name.startswith("_")},
    **dict.fromkeys(_SOFT_BUILTINS, NAME),
    **dict.fromkeys(keyword.kwlist, KEYWORD),
}

# An unfinished string runs to the end of its line (of the text, when triple), and nothing is
# tried twice. Groups with a lookahead are atomic, not possessive: Python before 3.11.4 does
# not step back out of the latter.
_TOKEN = re.compile(
    r"""
    (?P<c1>\#[^\n]*+)
  | (?P<s>(?:(?<!\w)[rRbBuUfF]{1,2})?(?:
        \"\"\"(?>(?:[^\"\\]++|\\.?|\"(?!\"\"))*)(?:\"\"\"|\Z)
      | '''(?>(?:[^'\\]++|\\.?|'(?!''))*)(?:'''|\Z)
      | \"(?:[^\"\\\n]++|\\.?)*+(?:\"|(?=\n)|\Z)
      | '(?:[^'\\\n]++|\\.?)*+(?:'|(?=\n)|\Z)
    ))
  | (?P<word>[^\W\d]\w*+)
  | (?P<mi>(?:0[xXbBoO][\da-fA-F_]++|(?:\d[\d_]*+\.?[\d_]*+|\.\d[\d_]*+)(?:[eE][+-]?\d++)?)[jJL]?)
  | (?P<magic>^[ \t]*+(?:%{1,2}[a-zA-Z]\w*+|!)[^\n]*+)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_MAGIC_NAME = re.compile(r"[ \t]*+%{1,2}\w++")


def scan(source: str) -> Iterator[Piece]:
    """The words of ``source`` that have a kind, in order; what lies between has none.

    ``source`` may have ``&``, ``<`` and ``>`` escaped for HTML.
    """
    previous = ""
    previous_end = 0
    is_import = False
    for match in _TOKEN.finditer(source):
        start, end = match.span()
        kind = match.lastgroup
        if kind == "word":
            word = match.group()
            starts_line = start == 0 or "\n" in source[previous_end:start]
            if starts_line:
                is_import = word in {"import", "from"}
            found = _word_kind(
                word, previous, is_import=is_import, after=source[start - 1 : start]
            )
            if word == "import" and not starts_line:
                is_import = False
            if found is not None:
                yield start, end, found
            previous, previous_end = word, end
            continue
        if kind == "magic":
            name = _MAGIC_NAME.match(source, start)
            if name is not None:
                yield start, name.end(), KEYWORD
        elif kind is not None:
            yield start, end, kind
        previous, previous_end = "", end if "\n" not in match.group() else start


def _word_kind(word: str, previous: str, *, is_import: bool, after: str) -> str | None:
    if previous == "def" or previous == "class":  # noqa: PLR1714 twice as quick as a set
        return FUNCTION
    found = _WORDS.get(word)
    if found == KEYWORD:
        return None if after == "." else KEYWORD
    if is_import:
        return MODULE
    return None if after == "." else found


def bare(source: str) -> str:
    """``source`` with strings, comments and magics made empty: what Python itself would run."""
    return _TOKEN.sub(_emptied, source)


def _emptied(match: re.Match[str]) -> str:
    if match.lastgroup in {"word", "mi"}:
        return match.group()
    return '""' if match.lastgroup == "s" else ""
