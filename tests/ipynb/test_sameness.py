"""Cells that say the same have one hash; cells that say something else have another."""

import time

import pytest
from hypothesis import given, strategies as st

from nbcommons_ipynb.sameness import HASH_LENGTH, VERSION, code_tokens, token_hash, token_hashes
from tests.ipynb.builders import code, notebook, text


def said(source, kind="code", language="python"):
    return token_hash(source, kind=kind, language=language)


class TestTokenHash:
    @pytest.mark.parametrize(
        "other",
        [
            "late = invoices[invoices['paid'] > invoices['due']]  # who is late",
            "import pandas as pd\n\nlate=invoices[ invoices['paid']>invoices['due'] ];",
            "# Late payers\nlate = invoices[\n    invoices['paid'] > invoices['due'],\n]",
            "%matplotlib inline\nimport a\nlate = invoices[invoices['paid'] > invoices['due']]",
            "late = invoices[\r\n\tinvoices['paid'] > invoices['due']]",
        ],
        ids=["comment", "import", "black", "magic", "line-ends"],
    )
    def test_is_the_same_for_cells_that_say_the_same(self, other):
        first = said('late = invoices[invoices["paid"] > invoices["due"]]')

        assert first.startswith(VERSION)
        assert len(first) == HASH_LENGTH
        assert said(other) == first

    @pytest.mark.parametrize(
        "other",
        [
            "late = invoices[invoices['paid'] >= invoices['due']]",
            "late = invoices[invoices['paid'] > invoices['sent']]",
            "late = invoices[invoices['paid #'] > invoices['due']]",
        ],
    )
    def test_differs_for_cells_that_say_something_else(self, other):
        assert said(other) != said('late = invoices[invoices["paid"] > invoices["due"]]')

    @pytest.mark.parametrize(
        "source",
        ["", "  \n", "import pandas as pd\nimport os, sys", "df.head()", "# only a comment here",
         "from a import (\n    b,\n    c,\n)", "%matplotlib inline", "!pip install pandas numpy x",
         "plt.show()"],
    )  # fmt: skip
    def test_is_empty_for_cells_that_say_too_little(self, source):
        assert said(source) == ""

    def test_takes_comment_signs_in_strings_for_text(self):
        assert said("a = paint('#fff', 1, 2)") != said("a = paint('#000', 1, 2)")
        assert said('"""\n# one\n"""; f(a, b, c)') != said('"""\n# two\n"""; f(a, b, c)')

    @pytest.mark.parametrize(
        ("language", "one", "two"),
        [
            ("sql", "select a, b from t -- all", "select a,b\nfrom t"),
            ("javascript", "let a = b + c; // sum", "let a = b + c /* sum */"),
            ("r", "x <- mean(y, na.rm = TRUE) # mean", "x <- mean(y, na.rm=TRUE)"),
            ("befunge", "a b c d # e", "a b c d"),
        ],
    )
    def test_knows_the_comments_of_other_languages(self, language, one, two):
        assert said(one, language=language) == said(two, language=language) != ""

    def test_compares_text_by_its_words(self):
        one = "**Read** the invoices, and say who pays _late_ most often."
        two = "Read the invoices and say:\n\nwho pays late most often"

        assert said(one, "markdown") == said(two, "markdown") != ""
        assert said(one, "raw") != said(one, "markdown")
        assert said("# Read the invoices", "markdown") == ""

    @given(st.text(), st.sampled_from(["python", "r", "sql", "javascript", ""]))
    def test_bears_any_text(self, source, language):
        assert len(said(source, language=language)) in {0, HASH_LENGTH}

    @given(st.text(alphabet="ab\"'\\\n#/*-% ();,=.1", max_size=60))
    def test_reads_every_sign_or_leaves_it_out_on_purpose(self, source):
        tokens = code_tokens(source, language="julia")

        assert all(token.strip() for token in tokens)

    @pytest.mark.parametrize(
        "piece", ['"', "'''", "/*", "\\", "import (", "from a import (", "#"]
    )
    def test_takes_time_in_proportion(self, piece):
        started = time.perf_counter()
        for language in ("python", "javascript", "sql"):
            said(piece * 100_000, language=language)

        assert time.perf_counter() - started < 3


class TestTokenHashes:
    def test_reads_the_language_of_the_notebook(self):
        document = notebook(
            code("select a, b from t -- all"),
            text("# A heading"),
            metadata={"kernelspec": {"name": "s", "display_name": "SQL", "language": "sql"}},
        )

        assert token_hashes(document) == [said("select a, b from t", language="sql"), ""]
