"""Our own oddities come in, or are refused, as their README says."""

from pathlib import Path

import nbformat
import pytest

from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.parsing import parse
from nbcommons_ipynb.proposing import propose
from nbcommons_ipynb.rendering import render
from nbcommons_ipynb.stripping import strip
from tests.ipynb.safe_html import faults_in

SAMPLES = Path(__file__).parents[1] / "samples"
ALL = sorted(SAMPLES.glob("*.ipynb"))
REFUSED = [path for path in ALL if path.name.startswith("refused_")]
WELCOME = [path for path in ALL if path not in REFUSED]
# What a file must be refused for, where its name does not say it.
KINDS = {
    "refused_cell_no_object": "cells_unreadable",
    "refused_format_9": "format",
    "refused_half_a_character": "broken_character",
    "refused_huge_integer": "huge_number",
    "refused_merge": "merge_conflict",
    "refused_nested": "too_deep",
    "refused_other_json": "not_a_notebook",
    "refused_source_number": "source_unreadable",
    "refused_web_page": "html",
    "refused_zip": "other_format",
}


def name_of(path):
    return path.stem


class TestSamples:
    def test_are_all_told_of(self):
        told = (SAMPLES / "README.md").read_text()

        assert [path.name for path in ALL if f"`{path.name}`" not in told] == []
        assert len(ALL) >= 30

    @pytest.mark.parametrize("path", WELCOME, ids=name_of)
    def test_come_in(self, path):
        stripped = strip(parse(path.read_bytes()).document)
        rendered = render(stripped.document)

        nbformat.validate(nbformat.from_dict(stripped.document))
        assert strip(stripped.document).canonical == stripped.canonical
        assert all(faults_in(cell.html) == [] for cell in rendered.cells)
        assert propose(stripped.document, path.name).title

    @pytest.mark.parametrize("path", REFUSED, ids=name_of)
    def test_are_refused_for_what_is_wrong_with_them(self, path):
        with pytest.raises(NotANotebook) as caught:
            parse(path.read_bytes())

        assert caught.value.kind == KINDS.get(path.stem, path.stem.removeprefix("refused_"))

    def test_of_the_same_content_have_the_same_address(self):
        addresses = {
            strip(parse((SAMPLES / name).read_bytes()).document).sha256
            for name in ("utf16.ipynb", "byte_order_mark.ipynb")
        }

        assert len(addresses) == 1
