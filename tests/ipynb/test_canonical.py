"""One spelling for one notebook."""

import hashlib
import json

import nbformat
import pytest

from nbcommons_ipynb.canonical import canonical_bytes, content_address, file_bytes
from nbcommons_ipynb.cells import code_cells, fingerprint
from nbcommons_ipynb.errors import NotANotebook
from tests.ipynb.builders import code, stripped, text


class TestCanonicalBytes:
    def test_does_not_depend_on_the_order_of_keys(self):
        assert canonical_bytes({"b": 1, "a": {"d": 1, "c": 2}}) == b'{"a":{"c":2,"d":1},"b":1}'

    def test_writes_characters_as_they_are(self):
        assert canonical_bytes({"a": "Größe\u2028\n"}) == '{"a":"Größe\u2028\\n"}'.encode()

    def test_refuses_half_a_character(self):
        with pytest.raises(NotANotebook):
            canonical_bytes({"a": "\ud800"})

    def test_is_what_is_hashed(self):
        result = stripped(code())

        assert result.sha256 == hashlib.sha256(result.canonical).hexdigest()
        assert content_address(result.canonical) == result.sha256


class TestFileBytes:
    def test_writes_what_jupyter_writes(self):
        document = stripped(code("a\nb\n"), text("Größe"), text("")).document

        expected = nbformat.writes(nbformat.from_dict(document)) + "\n"

        assert json.loads(file_bytes(document)) == json.loads(expected)
        assert file_bytes(document).decode() == expected

    def test_parts_lines_where_jupyter_does(self):
        source = "a\x0bb\u2028c\r\nd\re"

        written = json.loads(file_bytes(stripped(code(source)).document))

        assert "".join(written["cells"][0]["source"]) == source


class TestFingerprint:
    def test_is_the_md5_of_the_source_in_utf8(self):
        assert fingerprint("print('ö')") == hashlib.md5("print('ö')".encode()).hexdigest()


class TestCodeCells:
    def test_numbers_cells_that_hold_code(self):
        document = stripped(
            text(), code("a"), code(" \n"), code("b", metadata={"tags": ["optional"]})
        ).document

        cells = code_cells(document)

        assert [(cell.number, cell.position) for cell in cells] == [(0, 1), (1, 3)]
        assert [cell.is_optional for cell in cells] == [False, True]
        assert cells[0].fingerprint == fingerprint("a")

    def test_knows_cells_meant_to_fail_and_parameters(self):
        tags = ["raises-exception", "parameters"]

        (cell,) = code_cells(stripped(code(metadata={"tags": tags})).document)

        assert cell.may_fail
        assert cell.has_parameters
