"""What leaves the browser is what the site would make of it: two strippers, one result."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from nbcommons_ipynb import embedded, removal
from scripts import build_labextension
from scripts.stripping_rules import shared_pattern
from tests.ipynb.builders import notebook, text
from tests.ipynb.test_properties import SEED, VALUES, WORDS, mutated
from tests.jupyter.stripping_twins import (
    EXPECTED,
    VECTORS,
    disagreement,
    expected,
    in_python,
    in_the_browser,
    without_sum,
)

ROOT = Path(__file__).parents[2]
SAMPLES = (ROOT / os.environ.get("NBCOMMONS_SAMPLES", "../shared/samples")).resolve()
FILES = sorted(SAMPLES.rglob("*.ipynb"))

# What addresses are made of, so that many of them are nearly one.
PIECES = st.sampled_from(
    ["data", "d&#97;ta", "DATA", ":", "&colon;", "image/png", "text/a+b", "&sol;", "a", "/", ";",
     "base64", "charset=x", "&semi;", ",", "&comma;", "QUJD", "A" * 44, "==", "\n", "\n\n", "\r\n",
     " ", "\t", "\u3000", "\ufeff", '"', "'", "(", ")", "](", "<", ">", "=", "src=", "<img ",
     "url(", "%20", "picture-1", "é", "😀", "\u017f", "\u212a", "\u0661"]
)  # fmt: skip
ADDRESSES = st.lists(PIECES | WORDS, max_size=30).map("".join)
NOTEBOOKS = (
    mutated(SEED)
    | st.lists(ADDRESSES, max_size=6).map(lambda texts: notebook(*map(text, texts)))
    | st.builds(
        lambda cell, whole: notebook(text(metadata=cell), metadata=whole), VALUES, VALUES
    )
)

IS_USUAL = "NBCOMMONS_STRIPPING_EXAMPLES" not in os.environ
EXAMPLES = int(os.environ.get("NBCOMMONS_STRIPPING_EXAMPLES", "12"))


@pytest.fixture(scope="module")
def node() -> str:
    build_labextension.build()
    return build_labextension.find_node().node


class TestVectors:
    def test_have_an_outcome_each(self):
        names = {path.stem for path in VECTORS}

        assert len(names) == len(VECTORS)
        assert names == {path.stem for path in EXPECTED.glob("*.json")}

    @pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
    def test_come_out_of_python_as_expected(self, path: Path):
        assert without_sum(in_python(path.read_bytes())) == expected(path)[0]

    def test_come_out_of_the_browser_as_expected(self, node: str):
        outcomes = in_the_browser(node, [path.read_bytes() for path in VECTORS])

        for path, outcome in zip(VECTORS, outcomes, strict=True):
            assert without_sum(outcome) == expected(path)[1], path.stem

    @pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
    def test_differ_only_where_a_browser_cannot_know_better(self, path: Path):
        assert disagreement(*expected(path)) is None


class TestStrippers:
    @settings(
        # The same ones each time; others, and more, with ``NBCOMMONS_STRIPPING_EXAMPLES=100``.
        max_examples=EXAMPLES,
        derandomize=IS_USUAL,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(documents=st.lists(NOTEBOOKS, min_size=20, max_size=60))
    def test_agree_on_anything(self, node: str, documents: list[Any]):
        raws = [json.dumps(document).encode() for document in documents]

        for raw, outcome in zip(raws, in_the_browser(node, raws), strict=True):
            assert disagreement(in_python(raw), outcome) is None, raw

    @pytest.mark.corpus
    @pytest.mark.skipif(not FILES, reason=f"no notebooks in {SAMPLES}; set NBCOMMONS_SAMPLES")
    def test_agree_on_every_real_notebook(self, node: str):
        raws = [path.read_bytes() for path in FILES]

        outcomes = in_the_browser(node, raws)

        assert sum("sha256" in outcome for outcome in outcomes) == len(FILES)
        for path, raw, outcome in zip(FILES, raws, outcomes, strict=True):
            assert disagreement(in_python(raw), outcome) is None, path.name


class TestSharedPattern:
    @pytest.mark.parametrize("pattern", [r"\s", r"a\w", r"(?i)a", r"a++", r"(?>a)", r"\#"])
    def test_refuses_what_the_languages_read_differently(self, pattern: str):
        with pytest.raises(ValueError, match="something else in JavaScript"):
            shared_pattern(pattern)

    def test_names_groups_and_ends_as_javascript_does(self):
        assert shared_pattern(r"(?P<a>x)\Z") == "(?<a>x)$"
        assert "(?<subtype>" in shared_pattern(embedded.HEADER)
        assert shared_pattern(removal.TABLE) == removal.TABLE
