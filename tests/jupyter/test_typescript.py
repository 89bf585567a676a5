"""The pure parts of the JupyterLab extension, run by Node, against the Python they agree with."""

import json
import subprocess
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from jupyter_nbcommons.received import NAMED_TAGS, digest_of
from nbcommons_ipynb.cells import code_cells, fingerprint
from scripts import build_labextension

PACKAGE = build_labextension.PACKAGE

COMPARE = """
import { readFileSync } from 'node:fs';
import { fingerprint } from './lib/fingerprint.js';
import { numberCells } from './lib/numbering.js';
import { digestOf } from './lib/commons/digest.js';
const { sources, notebooks } = JSON.parse(readFileSync(0, 'utf8'));
const cell = ({ id, cell_type, source }) => ({ id, type: cell_type, source: () => source });
const text = ({ cell_type, source, metadata }) => ({
  type: cell_type, source, tags: metadata.tags
});
console.log(JSON.stringify({
  fingerprints: sources.map(fingerprint),
  numbers: notebooks.map(cells => [...numberCells(cells.map(cell))]),
  digests: notebooks.map(cells => digestOf(cells.map(text)))
}));
"""

# All of Unicode, half surrogate pairs included, and much of what is blank to someone.
TEXT = st.text(st.characters(), max_size=40) | st.text(
    " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u180e\u2000\u200b\u2028\u202f\u3000\ufeff#",
    max_size=6,
)
KINDS = st.sampled_from(["code", "markdown", "raw"])
TAGS = st.lists(st.sampled_from([*NAMED_TAGS, "other", ""]), max_size=3)
CELLS = st.lists(st.tuples(KINDS, TEXT, TAGS), max_size=8).map(
    lambda cells: [
        {"id": f"c{number}", "cell_type": kind, "source": source, "metadata": {"tags": tags}}
        for number, (kind, source, tags) in enumerate(cells)
    ]
)


@pytest.fixture(scope="module")
def node() -> str:
    """Node, after a build: the compiled parts are what is shipped."""
    build_labextension.build()
    return build_labextension.find_node().node


def run(node: str, *arguments: str, given_to_it: str = "") -> str:
    done = subprocess.run(
        [node, *arguments],
        cwd=PACKAGE,
        input=given_to_it,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pass_their_own_tests(node: str):
    # Named one by one: some versions of Node take a folder for a file to run.
    files = sorted(str(path) for path in (PACKAGE / "test").glob("*.test.js"))

    said = run(node, "--test", "--test-reporter=tap", *files)

    assert "\n# fail 0\n" in said
    assert int(said.partition("\n# pass ")[2].split()[0]) > 30


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@example(
    sources=["a\r\nb", "print('größe 🐧')", "\ud83d", "\ud83d\udc27", "\ufeffx"], notebooks=[]
)
@given(sources=st.lists(TEXT, max_size=30), notebooks=st.lists(CELLS, max_size=10))
def test_agree_with_python(node: str, sources: list[str], notebooks: list[list[Any]]):
    given_to_it = json.dumps({"sources": sources, "notebooks": notebooks})

    answer = json.loads(
        run(node, "--input-type=module", "--eval", COMPARE, given_to_it=given_to_it)
    )

    # As Python reads them: JSON joins two halves that stand side by side.
    understood = json.loads(given_to_it)
    assert answer["fingerprints"] == [fingerprint(source) for source in understood["sources"]]
    assert answer["numbers"] == [
        [[cell.cell_id, cell.number] for cell in code_cells({"cells": cells})]
        for cells in understood["notebooks"]
    ]
    assert answer["digests"] == [
        digest_of({"cells": cells}) for cells in understood["notebooks"]
    ]


def test_nothing_that_a_lock_names_is_an_address():
    """Locks hold versions and hashes; where to get them is everyone's own business."""
    lock = json.loads((PACKAGE / "package-lock.json").read_text())

    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in p for name, p in lock["packages"].items() if name)
