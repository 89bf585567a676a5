"""When two cells say the same: their words compared, without comments, blanks and layout.

A fingerprint changes with every blank; this does not. Two cells with the same token hash differ
in layout, comments or kind of quotes at most. Whatever stores the hashes computes them again when
``VERSION`` changes.
"""

import hashlib
import re

from nbcommons_ipynb.cells import Document
from nbcommons_ipynb.languages import language_of

VERSION = "1"
"""The first character of every hash; raised whenever the words of a cell are read otherwise."""

LEAST_CODE_WORDS = 3
LEAST_PROSE_WORDS = 8
"""Cells with fewer words say too little: everybody writes them."""

HASH_LENGTH = 32

# Comments by family of languages. What is not listed is read as if it had the comments of most.
_HASH = r"\#[^\n]*+"
_SLASHES = r"//[^\n]*+|/\*(?>[^*]++|\*(?!/))*+(?:\*/|\Z)"
_DASHES = r"--[^\n]*+"
_COMMENTS = {
    **dict.fromkeys(("python", "r", "julia", "bash", "ruby", "perl", "sas"), _HASH),
    **dict.fromkeys(("javascript", "typescript", "java", "scala", "kotlin", "go"), _SLASHES),
    **dict.fromkeys(("rust", "cpp", "c", "csharp", "fsharp", "swift"), _SLASHES),
    **dict.fromkeys(("sql", "haskell", "lua"), f"{_DASHES}|{_SLASHES}"),
    **dict.fromkeys(("matlab", "octave", "erlang", "tex"), rf"{_HASH}|%[^\n]*+"),
}
_ANY_COMMENT = _HASH

# An unfinished string runs to the end of its line, of the text when triple; nothing is tried
# twice. A line comment inside a string is none, hence one expression for both.
_TOKENS = r"""
    (?P<comment>{comments})
  | (?P<triple>(?:(?<!\w)[a-zA-Z]{{1,2}})?(?:
        \"\"\"(?>(?:[^\"\\]++|\\.?|\"(?!\"\"))*)(?:\"\"\"|\Z)
      | '''(?>(?:[^'\\]++|\\.?|'(?!''))*)(?:'''|\Z)))
  | (?P<string>(?:(?<!\w)[a-zA-Z]{{1,2}})?(?:
        \"(?:[^\"\\\n]++|\\.?)*+(?:\"|(?=\n)|\Z)
      | '(?:[^'\\\n]++|\\.?)*+(?:'|(?=\n)|\Z)))
  | (?P<word>\w++)
  | (?P<sign>[^\w\s])
"""
_FLAGS = re.VERBOSE | re.DOTALL
_READERS = {
    language: re.compile(_TOKENS.format(comments=comments), _FLAGS)
    for language, comments in {**_COMMENTS, "": _ANY_COMMENT}.items()
}
_QUOTED = re.compile(r"(?P<prefix>[a-zA-Z]*)'(?P<inside>[^'\"\\\n]*)'")
# What every notebook begins with says nothing about it. Read line by line, strings included: it
# need not be right, only always the same.
_PREPARATION = re.compile(
    r"""^[ \t]*+(?:
        from[ \t]++[\w.]++[ \t]++import[ \t]*+(?:\([^)]*+\)|[^\n;\\]*+(?:\\\n[^\n;\\]*+)*+)
      | import[ \t]++[^\n;\\]*+(?:\\\n[^\n;\\]*+)*+
      | %(?:matplotlib|load_ext|reload_ext|autoreload|config|pylab|pip|conda)\b[^\n]*+
      | !(?:\s*+sudo)?\s*+(?:pip3?|conda|apt(?:-get)?)\b[^\n]*+
    )""",
    re.VERBOSE | re.MULTILINE,
)
_CLOSING = frozenset(")]}")
_PROSE = re.compile(r"[^\W_]+")


def token_hashes(document: Document) -> list[str]:
    """The token hash of each cell of a stripped ``document``, in order; see ``token_hash``."""
    language = language_of(document) or "python"
    return [
        token_hash(cell["source"], kind=cell["cell_type"], language=language)
        for cell in document["cells"]
    ]


def token_hash(source: str, *, kind: str, language: str) -> str:
    """What two cells that say the same have in common: 32 characters, or nothing.

    Empty for cells that say too little to compare: blank ones, imports, ``df.head()``, a heading.
    kind: ``code``, ``markdown`` or ``raw``; cells of two kinds never say the same.
    """
    if kind == "code":
        tokens = code_tokens(source, language=language)
        words = sum(1 for token in tokens if token[-1].isalnum() or token[-1] in "_\"'")
        is_telling = words >= LEAST_CODE_WORDS
    else:
        tokens = _PROSE.findall(source.lower())
        is_telling = len(tokens) >= LEAST_PROSE_WORDS
    if not is_telling:
        return ""
    said = "\x1f".join((kind, *tokens)).encode(errors="replace")
    return (VERSION + hashlib.sha1(said, usedforsecurity=False).hexdigest())[:HASH_LENGTH]


def code_tokens(source: str, *, language: str) -> list[str]:
    """The words and signs of ``source``: no comments, blanks, imports, nor what formatters add."""
    reader = _READERS.get(language, _READERS[""])
    if language == "python":
        source = _PREPARATION.sub("", source)
    tokens: list[str] = []
    for match in reader.finditer(source):
        kind, found = match.lastgroup, match.group()
        if kind == "comment" or found == ";":
            continue
        if kind == "string":
            found = _QUOTED.sub(r'\g<prefix>"\g<inside>"', found)
        elif found in _CLOSING and tokens and tokens[-1] == ",":
            tokens.pop()
        tokens.append(found)
    return tokens
