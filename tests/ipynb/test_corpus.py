"""Every real notebook at hand comes in, and nothing that it held is shown unsafely."""

import ast
import html
import os
import warnings
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from nbcommons_ipynb.cells import code_cells
from nbcommons_ipynb.highlighting import lexed
from nbcommons_ipynb.imports import _python
from nbcommons_ipynb.parsing import parse
from nbcommons_ipynb.proposing import propose
from nbcommons_ipynb.pyscan import scan
from nbcommons_ipynb.rendering import render
from nbcommons_ipynb.stripping import strip
from tests.ipynb.safe_html import faults_in

ROOT = Path(__file__).parents[2]
SAMPLES = (ROOT / os.environ.get("NBCOMMONS_SAMPLES", "../shared/samples")).resolve()
FILES = sorted(SAMPLES.rglob("*.ipynb"))
EXPECTED = 346

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FILES, reason=f"no notebooks in {SAMPLES}; set NBCOMMONS_SAMPLES"),
]


@pytest.fixture(scope="module")
def documents():
    return {path: strip(parse(path.read_bytes()).document).document for path in FILES}


class TestCorpus:
    def test_is_whole(self, documents):
        if "NBCOMMONS_SAMPLES" not in os.environ:
            assert len(documents) == EXPECTED

    def test_fits_the_official_schema(self, documents):
        for path, document in documents.items():
            try:
                nbformat.validate(nbformat.from_dict(document))
            except nbformat.ValidationError as error:
                pytest.fail(f"{path.name}: {error}")

    def test_is_stripped_once_and_for_all(self, documents):
        for path, document in documents.items():
            again = strip(document)
            assert again.document == document, path.name
            assert not again.cells, path.name

    def test_is_shown_safely(self, documents):
        for path, document in documents.items():
            for cell in render(document).cells:
                assert faults_in(cell.html) == [], f"{path.name} cell {cell.position}"

    def test_gets_a_title_and_a_language(self, documents):
        for path, document in documents.items():
            proposal = propose(document, path.name)
            assert proposal.title.strip()
            assert proposal.language == "python"

    def test_imports_what_python_says_it_imports(self, documents):
        compared = 0
        for document in documents.values():
            for cell in code_cells(document):
                expected = _imports_by_ast(cell.source)
                if expected is not None:
                    assert set(_python(cell.source)) == expected
                    compared += bool(expected)
        assert compared > 100

    def test_is_coloured_as_pygments_would(self, documents):
        """Letters on which the quick scan and Pygments agree, of those either gives a kind.

        They differ on purpose in names: Pygments leaves keywords of Python 3 that Python 2
        used as names, and knows more of magics. Strings, comments and numbers agree.
        """
        agree, whole = Counter(), Counter()
        for document in documents.values():
            for cell in code_cells(document)[:8]:
                if "%" in cell.source or "!" in cell.source:
                    continue
                source = html.escape(cell.source, quote=False)
                ours = _kinds(scan(source), len(source))
                theirs = _kinds(lexed(cell.source, "python"), len(source))
                for one, other in zip(ours, theirs, strict=True):
                    whole[other] += 1
                    agree[other] += one == other

        for kind, least in {"s": 0.99, "c1": 0.995, "k": 0.97, "mi": 0.99}.items():
            assert agree[kind] / whole[kind] > least, kind


def _kinds(pieces, length):
    kinds = [""] * length
    for start, end, kind in pieces:
        kinds[start:end] = [kind] * (end - start)
    return kinds


def _imports_by_ast(source):
    """The libraries that the source imports; ``None`` when Python cannot read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source)
        except SyntaxError:
            return None
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.split(".")[0])
    return names
