"""The quick scan of Python agrees with Pygments, and loses no character of the code."""

import html
import re

import pytest
from hypothesis import given, settings, strategies as st

from nbcommons_ipynb import pyscan
from nbcommons_ipynb.highlighting import LEXERS, Highlighter

WORDS = [
    *(
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        "\n",
        "#",
        "%",
        "!",
        " ",
        "r",
        "f",
        "b'",
        "0x1f",
        "1e5",
        ".5",
    ),
    *(
        "import ",
        "from ",
        "def ",
        "class ",
        "as ",
        "x",
        "é",
        "&",
        "<",
        ">",
        "{",
        "}",
        "\U0001d54f",
    ),
    *("\r", "print", ".print", "None", "%%bash\n", "/*", "*/", "--", "$", "`"),
]
PIECES = st.lists(
    st.sampled_from(WORDS) | st.characters(codec="utf-8"),
    max_size=40,
).map("".join)


IMPORT_A = [("import", "k"), ("a", "nn")]


def text_of(lines):
    return html.unescape(re.sub(r"</?span[^>]*>", "", "\n".join(lines)))


def words_of(source):
    """Each word that has a kind, with it."""
    return [(source[start:end], kind) for start, end, kind in pyscan.scan(source)]


class TestScan:
    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ("import a.b as c", [*IMPORT_A, ("b", "nn"), ("as", "k"), ("c", "nn")]),
            ("from a import b", [("from", "k"), ("a", "nn"), ("import", "k")]),
            ("raise A from None", [("raise", "k"), ("from", "k"), ("None", "k")]),
            ("def print(len): pass", [("def", "k"), ("print", "nf"), ("len", "nb"), ("pass", "k")]),
            ("class A(B): pass", [("class", "k"), ("A", "nf"), ("pass", "k")]),
            ("a.print(b.if_)", []),
            ("x.None", []),
            ("0x1F + 1_0.5e-3j", [("0x1F", "mi"), ("1_0.5e-3j", "mi")]),
            ("x1 = x", []),
            ('r"a\\" b" + u\'c\'', [('r"a\\" b"', "s"), ("u'c'", "s")]),
            ('"""a "" \\""" b"""', [('"""a "" \\""" b"""', "s")]),
            ("'''a\n'b' ''' ", [("'''a\n'b' '''", "s")]),
            ('"never closed\nx', [('"never closed', "s")]),
            ('"""never closed\nx', [('"""never closed\nx', "s")]),
            ('"ends in a backslash\\', [('"ends in a backslash\\', "s")]),
            ('""', [('""', "s")]),
            ("a # if 'x'\nb", [("# if 'x'", "c1")]),
            ("%matplotlib inline", [("%matplotlib", "k")]),
            ("%%time\nx", [("%%time", "k")]),
            ("!echo don't\nif x", [("if", "k")]),
            ("a % b != c", []),
            ("größe = dict()", [("dict", "nb")]),
        ],
    )  # fmt: skip
    def test_tells_words_apart(self, source, words):
        assert words_of(source) == words

    @settings(max_examples=300, deadline=None)
    @given(PIECES)
    def test_keeps_the_order_and_the_bounds(self, source):
        at = 0
        for start, end, _kind in pyscan.scan(source):
            assert at <= start < end <= len(source)
            at = end


class TestBare:
    def test_leaves_what_python_would_run(self):
        source = 'x = "import a"  # import b\n%run import c\nimport d'

        assert pyscan.bare(source) == 'x = ""  \n\nimport d'


class TestHighlighter:
    @settings(max_examples=300, deadline=None)
    @given(PIECES, st.sampled_from(["python", *sorted(set(LEXERS)), "unknown"]))
    def test_loses_no_character(self, source, language):
        lines = Highlighter(language).cell(source)

        assert text_of(lines) == source
        for line in lines:
            assert line.count("<span") == line.count("</span>")
