"""The texts of a notebook that are searched."""

import time

from hypothesis import given, strategies as st

from nbcommons.search._texts import headings_of, plain, texts_of


class TestHeadingsOf:
    def test_finds_both_kinds(self):
        markdown = "# One #\ntext\n\nTwo\n===\n\n<h3 align=center>Three</h3>\n\n####### no"

        assert headings_of(markdown) == ["One", "Two", "Three"]

    def test_leaves_comments_of_code_alone(self):
        assert headings_of("```\n# not a heading\n```\n~~~\n# nor this\n~~~\n# Yes") == ["Yes"]

    def test_is_plain(self):
        assert headings_of("## The **`read_csv`** [function](http://x.org/y)") == [
            "The read_csv function"
        ]


class TestPlain:
    def test_keeps_words_and_drops_signs_and_addresses(self):
        link = "[the _page_](https://x.org/a 'b')"
        markdown = f"Look **here**: {link}<br/> `code`\n> said\n![alt](p.png)"

        assert plain(markdown).split() == [
            "Look",
            "here:",
            "the",
            "page",
            "code",
            "said",
            "alt",
        ]

    def test_drops_pictures_in_the_text(self):
        assert plain("a <img src='data:image/png;base64,AAAA'> b").split() == ["a", "b"]

    @given(st.text(alphabet="[](){}<>!*`#-=|\"' \nab:/.h", max_size=400))
    def test_never_fails(self, markdown):
        plain(markdown)
        headings_of(markdown)

    def test_takes_no_longer_on_hostile_text(self):
        started = time.perf_counter()
        for sign in ("[", "](", "<a ", "<!--", "<h1>", "*" * 3, "| ", "http://", "![]("):
            plain(sign * 20_000)
            headings_of(sign * 20_000)

        assert time.perf_counter() - started < 5


class TestTextsOf:
    def test_parts_prose_from_code(self):
        cells = [
            {"cell_type": "markdown", "source": "# Title\nProse"},
            {"cell_type": "code", "source": "a = 1"},
            {"cell_type": "raw", "source": "raw words"},
            {"cell_type": "code", "source": ""},
        ]

        texts = texts_of({"cells": cells})

        assert texts.headings == ("Title",)
        assert texts.markdown.split() == ["Title", "Prose", "raw", "words"]
        assert texts.code == "a = 1"
