"""The query language."""

from datetime import date

import pytest
from hypothesis import example, given, strategies as st

from nbcommons.search._language import (
    FIELDS,
    MAX_PARTS,
    MAX_WANTED,
    Misread,
    Part,
    Question,
    parse,
    part_of,
)
from nbcommons.search._periods import Period, period_of


def phrase(text: str, field: str = "", **changes) -> Part:
    return Part(text, field, is_phrase=True, **changes)


def but(text: str, field: str = "") -> Part:
    return Part(text, field, is_unwanted=True)


def question(*parts: Part | str) -> Question:
    return Question(tuple(Part(part) if isinstance(part, str) else part for part in parts))


# What people type, and what they nearly type.
pieces = st.lists(
    st.sampled_from(
        [
            *('"', "“", "-", ":", " ", "\0", "*", "(", "/", "\n", "..", "é", "数"),
            *(f"{name}:" for name in FIELDS),
            *(
                "foo:",
                "std::",
                "http://",
                "AND",
                "OR",
                "OR:",
                "NOT ",
                "NOT:",
                "\u2212",
                "-foo:",
                "localhost:80",
            ),
            *("a", "b c", "x", "9", "healthy", "deprecated", "lesson", "2026", ">2026-01-01"),
            *(">=", "<2026-13", "2025..2026-02", "…2026"),
        ]
    ),
    max_size=14,
).map("".join)


class TestParse:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", question()),
            ("match names", question("match", "names")),
            ('"match names" fast', question(phrase("match names"), "fast")),
            ('"open to  the end', question(phrase("open to the end"))),
            ("“curly quotes”", question(phrase("curly quotes"))),
            ("-pandas", question(but("pandas"))),
            ('-"two words"', question(phrase("two words", is_unwanted=True))),
            ("title:chart", question(Part("chart", "title"))),
            ('tag:"name matching"', question(phrase("name matching", "tag"))),
            ("Lang:R", question(Part("R", "language"))),
            ("-by:priya", question(but("priya", "owner"))),
            ("uses:pandas org:finance", question(Part("pandas", "package"),
                                                Part("finance", "organisation"))),
            ("type:lesson health:Broken", question(Part("lesson", "category"),
                                                   Part("Broken", "health"))),
            ("updated:>2026-01-01", question(Part(">2026-01-01", "updated"))),
            ("created:2025…2026-03", question(Part("2025..2026-03", "created"))),
            ("is:deprecated label:red", question(Part("deprecated", "is"),
                                                 Part("red", "label"))),
            ("http://example.org", question("http://example.org")),
            ("std::vector C:\\temp localhost:8888", question("std::vector", "C:\\temp",
                                                             "localhost:8888")),
            ("cats AND dogs AND birds", question("cats", "dogs", "birds")),
            ("cats NOT dogs NOT tag:a", question("cats", but("dogs"), but("a", "tag"))),
            ("cats \u2212dogs \u2013tag:a", question("cats", but("dogs"), but("a", "tag"))),
            ("NOT tag:NOT x NOT", question(but("NOT", "tag"), "x")),
            ("- -- a-b", question("-", "--", "a-b")),
            ('""', question()),
        ],
    )  # fmt: skip
    def test_takes_apart(self, text, expected):
        assert parse(text) == expected
        assert parse(text).misread == ()

    @pytest.mark.parametrize(
        ("text", "words", "misread"),
        [
            ("subtitle:x", ("subtitle", "x"), Misread("subtitle")),
            ("health:great", ("health", "great"), Misread("health", is_known=True)),
            ("updated:soon", ("updated", "soon"), Misread("updated", is_known=True)),
            (
                "updated:2026-02-30",
                ("updated", "2026-02-30"),
                Misread("updated", is_known=True),
            ),
            ("health:/x", ("health", "/x"), Misread("health", is_known=True)),
            ("is:nice", ("is", "nice"), Misread("is", is_known=True)),
            ("title: late", ("title:", "late"), Misread("title", is_known=True, is_apart=True)),
            ("late OR early", ("late", "early"), Misread("OR", is_joiner=True)),
        ],
    )
    def test_takes_what_is_no_filter_for_words_and_says_so(self, text, words, misread):
        found = parse(text)

        assert found.words == words
        assert found.misread == (misread,)

    @pytest.mark.parametrize(
        "text", ["title:", "title: ", "note: late", "late AND early", "or"]
    )
    def test_says_nothing_of_what_is_no_mistake(self, text):
        assert parse(text).misread == ()

    def test_excludes_what_is_no_filter_as_a_whole(self):
        assert parse('-foo:"a b" -foo:x') == question(
            phrase("foo: a b", is_unwanted=True), but("foo:x")
        )

    @given(st.text(max_size=300))
    def test_never_fails(self, text):
        parse(text)

    @given(pieces | st.text(max_size=80))
    @example('health:title:"x" -is:')
    @example("OR:tag:a")
    def test_reads_what_it_has_written_as_the_same(self, text):
        read = parse(text)

        assert parse(str(read)) == read
        assert str(parse(str(read))) == str(read)

    @given(pieces)
    def test_loses_no_letter_that_was_typed(self, text):
        read = parse(text)
        if len(read.wanted) == MAX_WANTED or len(read.parts) == MAX_PARTS:
            return

        kept = "".join(part.text for part in read.parts)

        for letter in "数9é":
            assert kept.count(letter) == text.count(letter)

    def test_takes_so_many_phrases_and_no_more(self):
        assert len(parse('"a b" ' * 20).wanted) == MAX_WANTED

    def test_reads_no_further_than_a_person_would_write(self):
        assert len(parse("word " * 5000).parts) == MAX_PARTS

    def test_counts_what_is_repeated_once(self):
        filters = parse("language:python " * 8 + "tag:weather puzzle")
        words = parse("puzzle " * 24 + "-sudoku")

        assert (filters.values_of("tag"), filters.misread) == (("weather",), ())
        assert ([part.text for part in words.unwanted], words.misread) == (["sudoku"], ())
        assert parse("new york new york").words == ("new", "york", "new", "york")

    def test_tells_of_what_it_leaves_out(self):
        tags = " ".join(f"tag:t{number}" for number in range(10))
        words = " ".join(f"w{number}" for number in range(24))

        assert parse(tags).misread == tuple(
            Misread(f"tag:t{number}", is_left_out=True) for number in (8, 9)
        )
        asked = parse(f"{words} -draft tag:new")
        assert [part.text for part in asked.unwanted + asked.wanted] == ["draft", "new"]
        assert [one.name for one in asked.misread] == ["w22", "w23"]
        assert [str(one) for one in parse("a " * 500 + "tag:late").misread] == [
            "tag:late… (too much at once: left out)"
        ]


class TestQuestion:
    def test_tells_words_wanted_and_unwanted_apart(self):
        asked = parse('late "by month" tag:money -draft -tag:old')

        assert asked.words == ("late",)
        assert [str(part) for part in asked.wanted] == ['"by month"', "tag:money"]
        assert [str(part) for part in asked.unwanted] == ["-draft", "-tag:old"]
        assert [str(part) for part in asked.filters] == ["tag:money", "-tag:old"]

    def test_is_written_without_a_part_that_was_taken_off(self):
        asked = parse('late tag:money tag:"two words"')

        assert str(asked.without(asked.filters[1])) == "late tag:money"
        assert str(asked.without_filters()) == "late"

    def test_gives_the_value_that_was_meant(self):
        asked = parse('type:lesson type:"Building block" health:broken')

        assert asked.values_of("category") == ("course", "building_block")
        assert asked.values_of("health") == ("unhealthy",)


class TestPartOf:
    @given(st.sampled_from(["", "title", "tag", "owner", "package"]), st.text(max_size=40))
    def test_is_read_back_as_one_part_whatever_was_typed_into_a_form(self, field, text):
        part = part_of(field, text.replace("\0", ""))
        if not part.text or not part.text.isprintable():
            return

        read = parse(f"first {part}")

        assert read.parts[0] == Part("first")
        if field:
            assert [(one.field, one.text) for one in read.parts[1:]] == [(field, part.text)]


class TestPeriodOf:
    @pytest.mark.parametrize(
        ("text", "since", "until"),
        [
            ("2026-01-31", date(2026, 1, 31), date(2026, 2, 1)),
            ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
            ("2026", date(2026, 1, 1), date(2027, 1, 1)),
            (">2026-01-31", date(2026, 2, 1), None),
            (">2026-01", date(2026, 2, 1), None),
            (">=2026-1-5", date(2026, 1, 5), None),
            ("<2026", None, date(2026, 1, 1)),
            ("<=2026", None, date(2027, 1, 1)),
            ("2025-03..2026-02-01", date(2025, 3, 1), date(2026, 2, 2)),
            ("2025..", date(2025, 1, 1), None),
            ("..2025", None, date(2026, 1, 1)),
        ],
    )
    def test_reads_days_months_years_and_ranges(self, text, since, until):
        assert period_of(text) == Period(since, until)

    @pytest.mark.parametrize(
        "text", ["", "..", "soon", "2026-13", "2026-02-30", "20260101", ">"]
    )
    def test_is_none_for_what_is_no_time(self, text):
        assert period_of(text) is None

    @given(st.text(alphabet="0123456789-.<>=", max_size=24))
    def test_never_fails(self, text):
        period = period_of(text)

        assert period is None or period.since_s is None or period.since_s > -(10**12)
