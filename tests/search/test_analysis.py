"""How text becomes words."""

import pytest
from hypothesis import given, strategies as st

from nbcommons.search import _analysis


class TestStems:
    @pytest.mark.parametrize(
        ("text", "stems"),
        [
            ("Matching queries", ["match", "queri"]),
            ("Café naïve ÜBER", ["cafe", "naiv", "uber"]),
            ("read_csv", ["read", "csv"]),
            ("数据 data", ["数", "据", "data"]),
            ("x" * 41, []),
            ("!?…", []),
        ],
    )
    def test_gives_words_without_endings_and_accents(self, text, stems):
        assert _analysis.stems(text) == stems


class TestIdents:
    def test_keeps_identifiers_whole(self):
        assert _analysis.idents("pd.read_csv(Path)") == ["pd", "read_csv", "path"]


class TestSplitCode:
    @pytest.mark.parametrize(
        ("code", "split"),
        [
            ("readCsvFile", "read Csv File"),
            ("HTTPServer", "HTTP Server"),
            ("parseHTML5Page", "parse HTML5 Page"),
            ("snake_case", "snake_case"),
        ],
    )
    def test_takes_camel_case_apart(self, code, split):
        assert _analysis.split_code(code) == split


class TestFold:
    @given(st.text())
    def test_keeps_every_place(self, text):
        assert len(_analysis.fold(text)) == len(text)

    def test_takes_accents_and_capitals_away(self):
        assert _analysis.fold("ÀÉÎ straße İ") == "aei straße i"


class TestSpellings:
    @pytest.mark.parametrize("slip", ["nmaes", "nams", "namees", "nanes", "naems"])
    def test_reaches_a_word_one_slip_away(self, slip):
        assert "names" in set(_analysis.spellings(slip))

    def test_stays_in_the_script_of_the_word(self):
        assert "данные" in set(_analysis.spellings("даные"))

    @given(st.text(alphabet="abcxyz", min_size=1, max_size=8))
    def test_never_gives_the_word_itself(self, word):
        assert word not in set(_analysis.spellings(word))
