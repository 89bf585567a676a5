"""Which libraries a notebook uses, whatever state its code is in."""

import re
from collections.abc import Iterator

from nbcommons_ipynb import pyscan
from nbcommons_ipynb.cells import Document, code_cells
from nbcommons_ipynb.languages import language_of

# Not ``ast``: it refuses a whole cell for one magic, a Python 2 print or an unfinished line, and
# warns about escapes that are none of our business. A test compares the two.
# Groups are not possessive: Python before 3.11.4 does not step back out of them.
_PYTHON = re.compile(
    r"(?:^|[;:])[ \t]*+(?:from[ \t]++(?P<source>\w[\w.]*+)[ \t]++import\b"
    r"|import[ \t]++(?P<names>\w[\w.]*+(?:[ \t]++as[ \t]++\w++)?"
    r"(?:[ \t]*+,[ \t]*+\w[\w.]*+(?:[ \t]++as[ \t]++\w++)?)*))",
    re.MULTILINE,
)
_R = re.compile(r"\b(?:library|require|requireNamespace)\([ \t]*+[\"']?([\w.]++)")
_JULIA = re.compile(r"^[ \t]*+(?:using|import)[ \t]++([\w., \t]++)", re.MULTILINE)


def imports_of(document: Document) -> tuple[str, ...]:
    """The outermost names of the libraries that a stripped ``document`` uses, first use first."""
    language = language_of(document) or "python"
    reader = {"python": _python, "r": _r, "julia": _julia}.get(language)
    if reader is None:
        return ()
    names = (name for cell in code_cells(document) for name in reader(cell.source))
    return tuple(dict.fromkeys(names))


def _python(source: str) -> Iterator[str]:
    if "import" not in source:
        return
    code = pyscan.bare(source).replace("\\\n", " ")
    for match in _PYTHON.finditer(code):
        for name in (match["source"] or match["names"]).split(","):
            yield name.split()[0].split(".", 1)[0]


def _r(source: str) -> Iterator[str]:
    return (match[1] for match in _R.finditer(source))


def _julia(source: str) -> Iterator[str]:
    for match in _JULIA.finditer(source):
        for name in match[1].split(","):
            if name.strip():
                yield name.split()[0].split(".", 1)[0]
