"""Hostile notebooks cost seconds at most: each of these once took minutes, or could have.

The bound is processor time and generous, for slow and busy machines; what it must catch grows
with the square of the size.
"""

import time
from contextlib import contextmanager

import pytest

from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.highlighting import LEX_LIMIT, LEXERS, SCAN_LIMIT, Highlighter
from nbcommons_ipynb.imports import _python
from nbcommons_ipynb.markdown import TEXT_LIMIT
from nbcommons_ipynb.parsing import parse
from tests.ipynb.builders import code, html_of, rendered, stripped, text

BOUND_S = 8
FILE_BYTES = 4_000_000
TEXTS = {
    "environments": "\\begin{align}\n",
    "tasks": "- [ ] a\n",
    "brackets": "[",
    "emphasis": "*a **b ",
    "formulas": "$a ",
    "escaped formulas": "\\\\(",
    "pictures": "![[]()",
    "tags": "<div>",
    "headings in headings": "<h1><b>",
    "comments": "<!--",
    "quotes": "> ",
    "footnotes": "[^1] ",
    "tables": "|a|b|\n|-|-|\n",
    "addresses": "http://a",
    "backticks": "`a``b```c",
    "data": "data:a/b,c ",
}
CODES = {
    "strings": '"\\',
    "quotes": "'",
    "triple": '"""a',
    "comments": "#",
    "magics": "\n%",
    "imports": "import a, ",
    "prefixes": "rb'",
    "numbers": "0x",
}
FILES = {
    "strings": b'{"a":"\\"',
    "escapes": b'"\\',
    "lists": b"[],",
    "colons": b'{"a":',
    "digits": b"1",
    "surrogates": b"\\ud800",
}


@contextmanager
def bounded():
    start = time.process_time()
    yield
    assert time.process_time() - start < BOUND_S


def filled(piece, length):
    return (piece * (length // len(piece) + 1))[:length]


class TestTime:
    @pytest.mark.parametrize("piece", TEXTS.values(), ids=TEXTS.keys())
    def test_of_text_is_bounded(self, piece):
        with bounded():
            html_of(filled(piece, TEXT_LIMIT))

    @pytest.mark.parametrize("piece", CODES.values(), ids=CODES.keys())
    def test_of_python_is_bounded(self, piece):
        source = filled(piece, SCAN_LIMIT)

        with bounded():
            Highlighter("python").cell(source)
            list(_python(source))

    @pytest.mark.parametrize("piece", ["\n", "a ", "<?", '"'])
    @pytest.mark.parametrize("language", sorted(set(LEXERS.values())))
    def test_of_other_languages_is_bounded(self, language, piece):
        line = filled(piece, 1_990) if "\n" not in piece else piece
        source = filled(f"{line}\n", LEX_LIMIT)

        with bounded():
            Highlighter(language).cell(source)

    @pytest.mark.parametrize("start", [b"", b'{"cells":['])
    @pytest.mark.parametrize("piece", FILES.values(), ids=FILES.keys())
    def test_of_files_is_bounded(self, start, piece):
        content = start + filled(piece, FILE_BYTES)

        with bounded(), pytest.raises(NotANotebook):
            parse(content)

    def test_of_many_cells_is_bounded(self):
        with bounded():
            rendered(*[text("Some *words* here."), code("x = 1")] * 2_500)

    def test_of_many_written_in_pictures_is_bounded(self):
        names = " ".join(f"picture-{n}" for n in range(20_000))

        with bounded():
            result = stripped(text(names + "![](data:image/png;base64,AAAA) " * 20_000))

        assert len(result.pictures) == 20_000
