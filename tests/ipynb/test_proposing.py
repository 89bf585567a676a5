"""What a person is asked to confirm."""

import pytest

from nbcommons_ipynb.imports import imports_of
from nbcommons_ipynb.languages import language_of, shown_language
from nbcommons_ipynb.proposing import DESCRIPTION_LENGTH, TITLE_LENGTH, TagRules, propose
from tests.ipynb.builders import code, stripped, text

R = {"kernelspec": {"name": "ir", "display_name": "R"}}


def proposal(*cells, filename="file.ipynb", metadata=None):
    return propose(stripped(*cells, metadata=metadata).document, filename)


class TestTitle:
    @pytest.mark.parametrize(
        ("source", "title"),
        [
            ("# Rank *customers* by [delay](https://a.example)", "Rank customers by delay"),
            ("Words first\n\n## Then a heading", "Then a heading"),
            ("<h1>In <b>HTML</b></h1>", "In HTML"),
            ("Underlined\n==========", "Underlined"),
            ("# 1. Load the list", "Load the list"),
            ("# GOES-16: true colour", "GOES-16: true colour"),
            ("# Imports\n# Rank customers", "Rank customers"),
            ("# `code` & more", "code & more"),
        ],
    )
    def test_is_the_first_heading_that_names_the_notebook(self, source, title):
        assert proposal(text(source)).title == title

    @pytest.mark.parametrize(
        ("filename", "title"),
        [
            ("late-payments-final-v3.ipynb", "Late payments"),
            ("C:\\Users\\amara\\Late_Payments (1).ipynb", "Late Payments"),
            ("late payments-Copy2.ipynb", "Late payments"),
            ("Untitled3.ipynb", "Untitled notebook"),
            (".ipynb", "Untitled notebook"),
            ("", "Untitled notebook"),
            ("  \0 .ipynb", "Untitled notebook"),
            ("données.IPYNB", "Données"),
        ],
    )
    def test_falls_back_to_the_name_of_the_file(self, filename, title):
        assert proposal(code(), filename=filename).title == title

    def test_prefers_the_title_that_the_notebook_gives_itself(self):
        assert proposal(text("# Heading"), metadata={"title": "Own"}).title == "Own"

    def test_takes_a_part_heading_when_there_is_nothing_else(self):
        assert proposal(text("# Setup"), filename="Untitled.ipynb").title == "Setup"

    def test_is_cut_after_a_word(self):
        title = proposal(text("# " + "word " * 100)).title

        assert len(title) <= TITLE_LENGTH
        assert title.endswith("word…")


class TestDescription:
    def test_is_the_first_paragraph_of_prose(self):
        picture = "![badge](https://a.example/b.png)"
        prose = "Takes a *list* of invoices, ranks them."

        assert (
            proposal(text(f"# T\n\n{picture}\n\nBy me\n\n{prose}\n\nMore.")).description
            == "Takes a list of invoices, ranks them."
        )

    def test_is_cut_after_a_sentence(self):
        source = "This sentence has exactly six words. " * 20

        description = proposal(text(source)).description

        assert len(description) <= DESCRIPTION_LENGTH
        assert description.endswith("six words.")

    def test_is_cut_after_a_word_where_no_sentence_ends(self):
        description = proposal(text("word " * 200)).description

        assert len(description) <= DESCRIPTION_LENGTH
        assert description.endswith("word…")

    def test_may_be_empty(self):
        assert proposal(code()).description == ""


class TestTags:
    def test_say_why_they_are_proposed(self):
        words = "Payments are late. Late payments cost. Such payments are many."

        tags = proposal(
            text(f"# Rank payments\n\n{words}"), code("import pandas, sklearn.svm")
        ).tags

        assert [(tag.name, tag.reason) for tag in tags] == [
            ("payments", "from your title"),
            ("tables", "it uses pandas"),
            ("machine learning", "it uses sklearn"),
        ]

    def test_are_proposed_once(self):
        tags = proposal(code("import matplotlib, seaborn")).tags

        assert [(tag.name, tag.reason) for tag in tags] == [("charts", "it uses matplotlib")]

    def test_follow_the_rules_of_the_site(self):
        cells = (text("# Look\n\n## Ships in port\n\nships"), code("import aisdecoder, pandas"))
        rules = TagRules(
            imports={"aisdecoder": ("ships", "sea"), "pandas": ("restricted",)},
            words={"port": ("harbours",), "ships": ("vessels",), "look": ("restricted",)},
            refused=frozenset({"restricted"}),
        )

        tags = propose(stripped(*cells).document, "f.ipynb", rules=rules).tags

        assert [(tag.name, tag.reason) for tag in tags] == [
            ("ships", "it uses aisdecoder"),
            ("sea", "it uses aisdecoder"),
            ("vessels", "from your headings"),
            ("harbours", "from your headings"),
        ]


class TestCategory:
    @pytest.mark.parametrize(
        ("cells", "category"),
        [
            ([text("# Introduction to pandas"), code()], "course"),
            ([text("# Dates"), text("## Exercise 1"), code()], "course"),
            ([code(metadata={"ordo_success": "Yes"})], "course"),
            ([code("import os"), code("def f(): ..."), code("@x\ndef g(): ...")], "building_block"),
            ([code("def f():\n    pass"), code("f()")], "operational"),
            ([code("import os")], "operational"),
            ([], "operational"),
        ],
    )  # fmt: skip
    def test_is_guessed_from_what_is_there(self, cells, category):
        assert proposal(*cells).category == category


class TestLanguage:
    @pytest.mark.parametrize(
        ("metadata", "language"),
        [
            ({}, "python"),
            (R, "r"),
            ({"language_info": {"name": "Julia"}}, "julia"),
            ({"language_info": {"name": "ipython"}}, "python"),
            ({"kernelspec": {"name": "x", "display_name": "X", "language": "C++"}}, "cpp"),
        ],
    )
    def test_is_named_as_people_name_it(self, metadata, language):
        assert proposal(metadata=metadata).language == language

    def test_is_empty_where_the_notebook_does_not_say(self):
        assert language_of({"metadata": {}}) == ""

    def test_is_shown_in_its_own_spelling(self):
        assert [shown_language(name) for name in ("r", "cpp", "python", "fortran")] == [
            "R", "C++", "Python", "Fortran",
        ]  # fmt: skip


class TestImportsOf:
    @pytest.mark.parametrize(
        ("source", "names"),
        [
            ("import a.b as c, d", ("a", "d")),
            ("from a.b import c\nfrom . import d\nfrom .e import f", ("a",)),
            ("try: import a\nexcept ImportError: import b; import c", ("a", "b", "c")),
            ("def f():\n    import a", ("a",)),
            ("import a, \\\n  b", ("a", "b")),
            ("from a import (b,\n  c", ("a",)),
            ("%matplotlib inline\n!pip install x\nimport a\nprint 'two'", ("a",)),
            ('"""\nimport a\n"""\n# import b\nimport_c = 1', ()),
            ("x = important", ()),
            ('import xa,b"data:a', ("xa",)),
            ('import a,"b"', ("a",)),
        ],
    )
    def test_reads_python_in_any_state(self, source, names):
        assert imports_of(stripped(code(source)).document) == names

    def test_reads_r(self):
        document = stripped(code('library(dplyr)\nrequire("sf")'), metadata=R).document

        assert imports_of(document) == ("dplyr", "sf")

    def test_reads_julia(self):
        metadata = {"language_info": {"name": "julia"}}

        document = stripped(code("using DataFrames, Plots\nimport CSV.File"), metadata=metadata)

        assert imports_of(document.document) == ("DataFrames", "Plots", "CSV")

    def test_reads_nothing_else(self):
        document = stripped(
            code("import x"), metadata={"language_info": {"name": "go"}}
        ).document

        assert imports_of(document) == ()
