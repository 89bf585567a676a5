"""The building block that reads CSV files, tried on files as offices save them."""

import contextlib
import json
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

FILE = resources.files("nbcommons.intake").joinpath("starter", "read-a-csv-file.ipynb")
STEPS = ("read-letters", "cut-into-columns", "understand-values", "read-csv-kindly")


@pytest.fixture(scope="module")
def block() -> dict[str, Any]:
    """What the notebook's cells define."""
    made: dict[str, Any] = {}
    for cell in json.loads(FILE.read_text("utf-8"))["cells"]:
        if cell["id"] in STEPS:
            exec("".join(cell["source"]), made)
    return made


class TestReadCsvKindly:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"]
    )
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("line_end", ["\n", "\r\n"])
    def test_reads_the_same_table_however_it_was_saved(
        self, block, tmp_path, encoding, separator, line_end
    ):
        rows = [["name", "city", "n"], ["Jörg", "Köln", "1"], ["Inés", "León", "25"]]
        text = line_end.join(separator.join(row) for row in rows)
        (tmp_path / "a.csv").write_bytes(text.encode(encoding))

        table = block["read_csv_kindly"](tmp_path / "a.csv")

        assert table.columns.tolist() == rows[0]
        assert table.to_numpy().tolist() == [["Jörg", "Köln", 1], ["Inés", "León", 25]]

    def test_leaves_out_lines_above_the_table_and_says_so(self, block, tmp_path, capsys):
        (tmp_path / "a.csv").write_text("Export\n12 March\n\na,b\n1,2\n3,4\n5,6\n7\n")

        table = block["read_csv_kindly"](tmp_path / "a.csv")

        assert table.to_dict("list") == {"a": [1, 3, 5], "b": [2, 4, 6]}
        said = capsys.readouterr().out
        assert "left out above the table: 2" in said
        assert "more or fewer columns: 1" in said

    def test_keeps_a_separator_and_a_line_end_inside_quotes(self, block, tmp_path):
        (tmp_path / "a.csv").write_text(
            'a,b\n"one, two","three\nfour"\n"x\u2028y",z\n', "utf-8"
        )

        table = block["read_csv_kindly"](tmp_path / "a.csv")

        assert table["a"].tolist() == ["one, two", "x\u2028y"]
        assert table["b"].tolist() == ["three\nfour", "z"]

    def test_names_columns_that_have_no_name_or_the_same(self, block, tmp_path):
        (tmp_path / "a.csv").write_text("a,,a\n1,2,3\n")

        assert block["read_csv_kindly"](tmp_path / "a.csv").columns.tolist() == [
            "a",
            "column 2",
            "a (3)",
        ]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(raw=st.binary(max_size=300))
    def test_answers_any_bytes_with_a_table_or_a_sentence(self, block, tmp_path, raw):
        path = Path(tmp_path) / "any.csv"
        path.write_bytes(raw)

        with contextlib.suppress(block["CannotRead"]):
            assert isinstance(block["read_csv_kindly"](path), pd.DataFrame)


class TestUnderstand:
    @pytest.mark.parametrize(
        ("values", "understood"),
        [
            (["1", "2.5", "-3"], [1, 2.5, -3]),
            (["1,200.50", "75"], [1200.5, 75]),
            (["1.250,50", "80,00"], [1250.5, 80]),
            (["2026-03-04", "2026-11-02"], [date(2026, 3, 4), date(2026, 11, 2)]),
            (["31.12.2026", "1.2.2026"], [date(2026, 12, 31), date(2026, 2, 1)]),
            (["12/31/2026", "02/01/2026"], [date(2026, 12, 31), date(2026, 2, 1)]),
            (["00417", "418"], ["00417", "418"]),
            (["9876543210987654321", "1"], ["9876543210987654321", "1"]),
            (["1,250", "2,500"], ["1,250", "2,500"]),
            (["03/04/2026", "05/06/2026"], ["03/04/2026", "05/06/2026"]),
            (["31.02.2026", "01.02.2026"], ["31.02.2026", "01.02.2026"]),
            (["1", "two"], ["1", "two"]),
            (["2\u0661"], ["2\u0661"]),  # digits of another script
        ],
    )
    def test_converts_only_what_can_be_read_in_one_way(self, block, values, understood):
        column, _ = block["understand"](pd.Series(values, dtype=str))

        found = [value.date() if isinstance(value, pd.Timestamp) else value for value in column]
        assert found == understood

    def test_lets_a_person_decide_what_the_comma_means(self, block):
        column, remark = block["understand"](pd.Series(["1,250"], dtype=str), ",")

        assert (column.tolist(), remark) == ([1.25], "")

    def test_keeps_whole_numbers_whole_beside_an_empty_place(self, block):
        column, _ = block["understand"](pd.Series(["7", ""], dtype=str))

        assert column[0] == 7
        assert column.isna().tolist() == [False, True]
        assert str(column.dtype) == "Int64"
