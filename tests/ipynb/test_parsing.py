"""Bytes become a notebook, or a sentence that says why not."""

import json

import pytest

from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.limits import Limits
from nbcommons_ipynb.parsing import parse
from tests.ipynb.builders import code, notebook, parsed, raw, text


def refusal(content: bytes, **limits: int) -> NotANotebook:
    with pytest.raises(NotANotebook) as caught:
        parse(content, limits=Limits(**limits))
    return caught.value


class TestParse:
    def test_joins_lines_of_source(self):
        document = parsed(code(["a = 1\n", "b = 2"])).document

        assert document["cells"][0]["source"] == "a = 1\nb = 2"

    def test_keeps_a_good_notebook_without_repairs(self):
        result = parsed(code(), text())

        assert result.repairs == ()
        assert result.found_format == (4, 5)

    def test_keeps_what_looks_like_structure_inside_of_strings(self):
        source = 'x = "[[[{{{ \\" : NaN 123456789012345678901234567890"' + "[" * 500

        assert parsed(code(source)).document["cells"][0]["source"] == source

    def test_takes_a_string_that_ends_in_a_backslash(self):
        assert parsed(code("a\\")).document["cells"][0]["source"] == "a\\"

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"", "empty"),
            (b" \n ", "empty"),
            (b"PK\x03\x04....", "other_format"),
            (b"\x1f\x8b\x08....", "other_format"),
            (b"%PDF-1.7", "other_format"),
            (b"<html></html>", "html"),
            (b"name;age\nAsh;3", "table"),
            (b"hello there", "not_json"),
            (b"# A title", "script"),
            (b"[1, 2]", "not_a_notebook"),
            (b'"text"', "not_a_notebook"),
            (b"{}", "not_a_notebook"),
            (b"{", "truncated"),
            (b'{"cells": [{"source": "abc', "truncated"),
            (b'{"cells": [{"source": "abc\\', "truncated"),
            (b'{"cells": [] "metadata": {}}', "not_json"),
            (b'{"cells": [\x00]}', "nul_bytes"),
            (b'{"cells": ["\xff"]}', "encoding"),
            (b"\xff\xfe{\x00\x00\xd8", "encoding"),
            (b'{"cells": [NaN]}', "nan"),
            (b'{"cells": [-Infinity]}', "nan"),
            (b'{"cells": ["\\ud800"]}', "broken_character"),
            (b'{"cells": ["\\udc00"]}', "broken_character"),
            (b'{"cells": [1e999]}', "not_json"),
            (b'{"cells": [99999999999999999999]}', "huge_number"),
            (b'{"cells": [-9223372036854775809]}', "huge_number"),
            (b'{"cells": [], "cells": []}', "repeated_key"),
            (b'{"cells": [], "metadata": {"a": {"b": 1, "b": 1}}}', "repeated_key"),
            (b'{"cells": 3, "nbformat": 4}', "cells_unreadable"),
            (b'{"cells": ["x"], "nbformat": 4}', "cells_unreadable"),
            (b'{"cells": [null], "nbformat": 4}', "cells_unreadable"),
            (b'{"cells": [{"source": 3}], "nbformat": 4}', "source_unreadable"),
            (b'{"cells": [{"source": [3]}], "nbformat": 4}', "source_unreadable"),
            (b'{"cells": [{"source": {}}], "nbformat": 4}', "source_unreadable"),
            (b'{"cells": [], "nbformat": 5}', "format"),
            (b'{"cells": [], "nbformat": 0}', "format"),
            (b'{"cells": [], "nbformat": "4"}', "format"),
            (b'{"cells": [], "nbformat": true}', "format"),
            (b'{"worksheets": 3, "nbformat": 3}', "old_format"),
            (b'{"worksheets": [{"cells": [7]}], "nbformat": 3}', "old_format"),
        ],
    )
    def test_refuses_with_a_sentence(self, content, kind):
        error = refusal(content)

        assert error.kind == kind
        assert str(error).endswith(".")
        assert "Traceback" not in str(error)

    @pytest.mark.parametrize(
        "number",
        ["18446744073709551615", "-9223372036854775808", "1.12345678901234567890123e5"],
    )
    def test_takes_numbers_that_every_reader_agrees_on(self, number):
        document = json.dumps(notebook(code(metadata={"n": 0}))).replace(": 0", f": {number}")

        assert parse(document.encode()).document["cells"]

    def test_refuses_files_over_the_limit_without_reading_them(self):
        assert refusal(b"x" * 101, raw_bytes=100).kind == "too_big"

    def test_refuses_too_many_cells(self):
        content = raw(notebook(*[code()] * 4))

        assert refusal(content, cells=3).kind == "too_many_cells"
        assert len(parse(content, limits=Limits(cells=4)).document["cells"]) == 4

    def test_measures_depth_to_the_level(self):
        # The innermost list of this notebook is nested in five other values.
        content = raw(notebook(code(metadata={"a": [[]]})))

        assert refusal(content, depth=5).kind == "too_deep"
        assert parse(content, limits=Limits(depth=6)).document["cells"]

    def test_refuses_nesting_that_would_end_a_recursive_reader(self):
        assert refusal(b'{"cells":' + b"[" * 999_000).kind == "too_deep"

    def test_refuses_millions_of_small_parts(self):
        assert refusal(b'{"cells":[' + b"[]," * 50_000, containers=100_000).kind != "too_big"
        assert refusal(b'{"cells":[' + b"[]," * 50_000, containers=40_000).kind == "too_big"

    def test_names_the_key_that_is_repeated(self):
        assert "“source”" in str(
            refusal(b'{"cells":[{"source":"a","source":"b"}],"nbformat":4}')
        )

    @pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
    def test_reads_what_other_editors_save(self, codec):
        content = json.dumps(notebook(text("Größe")), ensure_ascii=False).encode(codec)

        result = parse(content)

        assert result.document["cells"][0]["source"] == "Größe"
        assert len(result.repairs) == 1


class TestRepair:
    def test_gives_missing_ids_that_follow_from_the_content(self):
        one, two = code("x = 1", id=None), code("x = 2", id=None)

        first = [cell["id"] for cell in parsed(one, two).document["cells"]]
        second = [cell["id"] for cell in parsed(text("New"), one, two).document["cells"]]

        assert first == second[1:]

    def test_gives_equal_cells_different_ids(self):
        cells = parsed(*[code("", id=None)] * 3_000).document["cells"]

        assert len({cell["id"] for cell in cells}) == 3_000

    @pytest.mark.parametrize("cell_id", ["with space", "", "a" * 65, "new\n", 7, ["x"]])
    def test_replaces_ids_that_are_not_allowed(self, cell_id):
        result = parsed(code(id=cell_id))

        assert result.document["cells"][0]["id"] != cell_id
        assert len(result.repairs) == 1

    def test_keeps_the_first_of_two_equal_ids(self):
        cells = parsed(code("1", id="a"), code("2", id="a")).document["cells"]

        assert cells[0]["id"] == "a"
        assert cells[1]["id"] != "a"

    def test_tells_once_that_an_older_format_had_no_ids(self):
        content = {**notebook(), "cells": [code(), code()], "nbformat_minor": 2}

        assert len(parse(raw(content)).repairs) == 1

    @pytest.mark.parametrize(
        ("cell", "kind", "source"),
        [
            ({"cell_type": "heading", "level": 2, "source": "A\nb"}, "markdown", "## A b"),
            ({"cell_type": "heading", "level": 99, "source": "A"}, "markdown", "# A"),
            ({"cell_type": "html", "source": "<b>x</b>"}, "markdown", "<b>x</b>"),
            ({"cell_type": "sketch", "source": "x"}, "raw", "x"),
            ({"cell_type": ["code"], "source": "x"}, "raw", "x"),
            ({"source": "x", "outputs": []}, "code", "x"),
            ({"source": "x"}, "raw", "x"),
            ({"cell_type": "code", "source": None}, "code", ""),
            ({"cell_type": "code"}, "code", ""),
            ({"cell_type": "code", "source": "a\0b"}, "code", "ab"),
        ],
    )
    def test_puts_right_what_is_harmless_and_says_so(self, cell, kind, source):
        result = parsed({"metadata": {}, **cell})

        assert result.document["cells"][0]["cell_type"] == kind
        assert result.document["cells"][0]["source"] == source
        assert len(result.repairs) == 1

    @pytest.mark.parametrize("metadata", [[], 3, "x"])
    def test_starts_with_no_metadata_where_it_is_unreadable(self, metadata):
        result = parsed(code(metadata=metadata), metadata=metadata)

        assert result.document["metadata"] == {}
        assert result.document["cells"][0]["metadata"] == {}
        assert len(result.repairs) == 2

    @pytest.mark.parametrize(
        ("kernel", "names"),
        [
            ({"name": "ir"}, ("ir", "ir")),
            ({"display_name": "R"}, ("R", "R")),
            ({"name": "ir", "display_name": 3}, ("ir", "ir")),
            ({"language": "R", "name": ""}, ("R", "R")),
        ],
    )
    def test_completes_the_name_of_a_kernel(self, kernel, names):
        result = parsed(metadata={"kernelspec": kernel})

        found = result.document["metadata"]["kernelspec"]
        assert (found["name"], found["display_name"]) == names
        assert len(result.repairs) == 1

    @pytest.mark.parametrize("kernel", [[], 3, {}, {"name": 3}])
    def test_leaves_out_a_kernel_without_any_name(self, kernel):
        result = parsed(metadata={"kernelspec": kernel})

        assert "kernelspec" not in result.document["metadata"]
        assert len(result.repairs) == 1


class TestLogs:
    def test_say_nothing_of_what_an_old_notebook_holds(self, caplog):
        document = {
            "nbformat": 3,
            "nbformat_minor": 0,
            "metadata": {},
            "worksheets": [
                {
                    "cells": [
                        {
                            "cell_type": "code",
                            "input": "1",
                            "language": "python",
                            "collapsed": False,
                            "metadata": {},
                            "outputs": [{"output_type": "stream", "text": "CANARY"}],
                        }
                    ]
                }
            ],
        }

        parse(json.dumps(document).encode())

        assert "CANARY" not in caplog.text
