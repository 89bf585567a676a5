"""Whatever comes: a notebook that fits the schema and is safe to show, or a refusal."""

import copy
import json

import nbformat
from hypothesis import given, settings, strategies as st

from nbcommons_ipynb.cells import code_cells
from nbcommons_ipynb.errors import NotANotebook
from nbcommons_ipynb.images import offer
from nbcommons_ipynb.parsing import parse
from nbcommons_ipynb.proposing import propose
from nbcommons_ipynb.removal import ledger
from nbcommons_ipynb.rendering import from_bytes, render, to_bytes
from nbcommons_ipynb.stripping import strip
from tests.ipynb.builders import code, coded, notebook, picture, text
from tests.ipynb.safe_html import faults_in

SEED = notebook(
    text("# A *title*\n\nSome words of prose, at least five.\n\n![p](attachment:p.png)",
         attachments={"p.png": {"image/png": coded(picture())}}),
    text(f"[l](#a) ![d](data:image/png;base64,{coded(picture())}) $x$ <b>c</b>\n\n- [ ] t"),
    code(["import pandas\n", "x = '1'"], execution_count=3, metadata={"tags": ["optional"]},
         outputs=[{"output_type": "stream", "name": "stdout", "text": ["a\n"]},
                  {"output_type": "display_data", "data": {"text/html": "<table>"}}]),
    {"cell_type": "raw", "metadata": {"format": "x"}, "source": "raw"},
)  # fmt: skip
OLD_SEED = {
    "metadata": {"name": "old"},
    "nbformat": 3,
    "nbformat_minor": 0,
    "worksheets": [
        {
            "cells": [
                {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["T"]},
                {"cell_type": "code", "input": ["x"], "outputs": [
                    {"output_type": "pyout", "text": ["1"], "metadata": {}, "prompt_number": 1}
                ], "language": "python", "metadata": {}},
            ]
        }
    ],
}  # fmt: skip

KEYS = st.sampled_from(
    [
        "cells",
        "metadata",
        "nbformat",
        "nbformat_minor",
        "cell_type",
        "source",
        "id",
        "outputs",
        "tags",
        "name",
        "kernelspec",
        "language_info",
        "attachments",
        "data",
        "output_type",
        "text",
        "trusted",
        "widgets",
        "worksheets",
        "jupyter",
        "title",
        "authors",
        "execution_count",
    ]
)
WORDS = st.sampled_from(
    [
        "code",
        "markdown",
        "raw",
        "heading",
        "html",
        "stream",
        "display_data",
        "a,b",
        "a\x00b",
        "\r\n",
        "data:image/png;base64,AAAA",
        '"data:a/b,c',
        "attachment:p.png",
        "picture-1",
        "<script>",
        "# a",
        "$",
        "```",
        "[^1]: x",
        "[x](#y)",
        "<b",
        "\\begin{align}",
        "| a |\n|-|",
        "import x",
    ]
)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | WORDS | KEYS
    | st.text(max_size=20)
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip


def places_in(value, path=()):
    """Every place in a JSON value, as the keys that lead to it."""
    yield path
    pairs = enumerate(value) if isinstance(value, list) else ()
    for key, inner in value.items() if isinstance(value, dict) else pairs:
        yield from places_in(inner, (*path, key))


@st.composite
def mutated(draw, seed):
    """``seed`` with up to four of its values replaced, removed or given a sibling."""
    document = copy.deepcopy(seed)
    for _ in range(draw(st.integers(1, 4))):
        places = [place for place in places_in(document) if place]
        *way, last = draw(st.sampled_from(places))
        holder = document
        for key in way:
            holder = holder[key]
        change = draw(st.sampled_from(["replace", "remove", "add", "wrap"]))
        if change == "replace":
            holder[last] = draw(VALUES)
        elif change == "remove":
            del holder[last]
            if not list(places_in(document))[1:]:
                break
        elif change == "wrap":
            holder[last] = [holder[last]]
        elif isinstance(holder, dict):
            holder[draw(KEYS)] = draw(VALUES)
        else:
            holder.insert(last, draw(VALUES))
    return document


def check_all(content):
    """The whole way of a file through this package. True when it came in."""
    try:
        parsed = parse(content)
        stripped = strip(parsed.document, bytes_before=len(content))
    except NotANotebook as error:
        refusal = error
    else:
        check_shared(parsed.repairs, stripped)
        return True
    assert str(refusal).endswith(".")
    assert refusal.kind
    return False


def check_shared(repairs, stripped):
    """What must hold for every notebook that came in."""
    assert all(sentence.endswith(".") for sentence in repairs)
    nbformat.validate(nbformat.from_dict(stripped.document))
    again = strip(stripped.document)
    assert again.canonical == stripped.canonical
    assert (
        again.removed.outputs == again.removed.attachments == again.removed.metadata_keys == 0
    )
    assert strip(parse(stripped.canonical).document).canonical == stripped.canonical
    removed = stripped.removed
    kinds = (removed.tables, removed.charts, removed.texts, removed.errors, removed.widgets)
    assert removed.outputs == sum(kinds) + removed.others
    assert sum(cell.removed.outputs for cell in stripped.cells) == removed.outputs
    assert all(line.count > 0 for line in ledger(removed))
    rendered = render(stripped.document)
    assert from_bytes(to_bytes(rendered)) == rendered
    for cell in rendered.cells:
        assert faults_in(cell.html) == []
    anchors = [heading.anchor for heading in rendered.outline]
    assert len(set(anchors)) == len(anchors)
    assert [cell.number for cell in rendered.cells if cell.number is not None] == [
        cell.number for cell in code_cells(stripped.document)
    ]
    offer(stripped.pictures)
    assert propose(stripped.document, "x.ipynb").title


class TestPackage:
    @settings(max_examples=150, deadline=None)
    @given(st.binary(max_size=200))
    def test_refuses_arbitrary_bytes(self, content):
        assert not check_all(content)

    @settings(max_examples=150, deadline=None)
    @given(VALUES)
    def test_takes_or_refuses_arbitrary_json(self, value):
        check_all(json.dumps(value).encode())

    @settings(max_examples=250, deadline=None)
    @given(mutated(SEED))
    def test_takes_or_refuses_mutated_notebooks(self, document):
        check_all(json.dumps(document).encode())

    @settings(max_examples=150, deadline=None)
    @given(mutated(OLD_SEED))
    def test_takes_or_refuses_mutated_old_notebooks(self, document):
        check_all(json.dumps(document).encode())

    @settings(max_examples=150, deadline=None)
    @given(st.data())
    def test_takes_or_refuses_damaged_bytes(self, data):
        content = bytearray(json.dumps(SEED).encode())
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(st.integers(0, len(content)))
            length = data.draw(st.integers(0, 30))
            content[start : start + length] = data.draw(st.binary(max_size=8))

        check_all(bytes(content))

    @settings(max_examples=150, deadline=None)
    @given(st.lists(WORDS | st.text(max_size=20), max_size=12).map("".join))
    def test_shows_any_text_safely(self, source):
        assert check_all(json.dumps(notebook(text(source), code(source))).encode())

    def test_takes_the_seeds_themselves(self):
        assert check_all(json.dumps(SEED).encode())
        assert check_all(json.dumps(OLD_SEED).encode())
