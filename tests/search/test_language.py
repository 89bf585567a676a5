"""The query language."""

import pytest
from hypothesis import given, strategies as st

from nbcommons.search._language import MAX_PARTS, MAX_WANTED, Part, Question, parse


def phrase(text: str, field: str = "") -> Part:
    return Part(text, field, is_phrase=True)


class TestParse:
    @pytest.mark.parametrize(
        ("text", "question"),
        [
            ("", Question()),
            ("match names", Question(words=("match", "names"))),
            ('"match names" fast', Question(("fast",), (phrase("match names"),))),
            ('"open to the end', Question((), (phrase("open to the end"),))),
            ("“curly quotes”", Question((), (phrase("curly quotes"),))),
            ("-pandas", Question((), (), (Part("pandas"),))),
            ('-"two words"', Question((), (), (phrase("two words"),))),
            ("title:chart", Question((), (Part("chart", "title"),))),
            ('tag:"name matching"', Question((), (phrase("name matching", "tags"),))),
            ("Lang:R", Question((), (Part("R", "languages"),))),
            ("-by:priya", Question((), (), (Part("priya", "by"),))),
            ("http://example.org", Question(("http://example.org",))),
            ("title: chart", Question(("title:", "chart"))),
            ("cats AND dogs OR birds", Question(("cats", "dogs", "birds"))),
            ("- -- a-b", Question(("-", "--", "a-b"))),
            ('""', Question()),
            ("subtitle:x", Question(("subtitle:x",))),
        ],
    )
    def test_takes_apart(self, text, question):
        assert parse(text) == question

    @given(st.text(max_size=300))
    def test_never_fails(self, text):
        parse(text)

    @given(st.lists(st.sampled_from(['"', "-", "title:", "tag:", "a", " ", "\0", "*", "("])))
    def test_never_fails_on_its_own_signs(self, pieces):
        question = parse("".join(pieces))

        assert len(question.words) + len(question.wanted) <= MAX_PARTS

    def test_takes_so_many_phrases_and_no_more(self):
        assert len(parse('"a b" ' * 20).wanted) == MAX_WANTED

    def test_reads_no_further_than_a_person_would_write(self):
        question = parse("word " * 5000)

        assert len(question.words) == MAX_PARTS
