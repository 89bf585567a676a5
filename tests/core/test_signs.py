"""Signs that nobody sees in names and titles."""

import pytest
from hypothesis import given, strategies as st

from nbcommons.core.signs import alike, one_line, several_lines

UNSEEN = [
    *"\x00\x08\x1b\x7f\x85\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f",
    *"\u202a\u202d\u202e\u2060\u2066\u2069\u2800\u3164\ufe00\ufeff\uffa0\ufff9",
    *"\U000e0001\U000e0041\U000e0100",
    "\ud800",
]


@pytest.mark.parametrize("sign", UNSEEN, ids=[f"U+{ord(sign):04X}" for sign in UNSEEN])
class TestUnseenSigns:
    def test_go_from_a_name(self, sign):
        assert one_line(f"T{sign}gpj").replace(" ", "") == "Tgpj"
        assert one_line(sign) == ""

    def test_go_from_a_text(self, sign):
        assert several_lines(f"one\ntw{sign}o") == "one\ntwo"

    def test_make_no_other_name(self, sign):
        assert alike(f"cu{sign}stoms").replace(" ", "") == "customs"


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Ångström",
        "日本語 チーム",
        "مرحبا",
        "👩‍💻 Data",
        "🏳️‍🌈",
        "👩🏽‍🔬",
        "☃️",
        "a \u2013 b",
        "हिन्दी",
    ],
)
def test_what_shows_stays(name):
    assert one_line(name) == name
    assert several_lines(name) == name


def test_lines_stay_lines_in_a_text_and_are_spaces_in_a_name():
    assert several_lines("one\r\n\r\n  - two\u2028three") == "one\n\n  - twothree"
    assert one_line("one\r\n\r\n  two\u2028three") == "one two three"


@given(st.text())
def test_doing_it_again_changes_nothing(text):
    assert one_line(one_line(text)) == one_line(text)
    assert several_lines(several_lines(text)) == several_lines(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Customs", "\uff23\uff35\uff33\uff34\uff2f\uff2d\uff33"),
        ("files", "\ufb01les"),
        ("Straße", "STRASSE"),
        ("é", "e\u0301"),
    ],
)
def test_names_that_people_take_for_the_same_are_alike(one, other):
    assert alike(one) == alike(other)


def test_other_names_are_not_alike():
    assert alike("Customs") != alike("Custom")


def test_what_unicode_never_makes_a_sign_of_goes():
    assert one_line("Ra\ufffenk\uffff \ufdd0late\U0001fffe") == "Rank late"
    assert several_lines("one\ufffe\ntwo \ufffd") == "one\ntwo \ufffd"
