"""More can be taken out of a notebook; nothing can be put in."""

from hypothesis import given, strategies as st

from nbcommons_ipynb.redacting import PLACEHOLDER, Removal, redact
from tests.ipynb.builders import code, notebook


def sources(removals, *codes):
    redacted = redact(notebook(*map(code, codes)), removals)
    return [cell["source"] for cell in redacted.document["cells"]], redacted.count


class TestRedact:
    def test_takes_out_spans_and_leaves_the_rest(self):
        removals = [Removal(0, start=4, end=7), Removal(0, start=0, end=3)]

        assert sources(removals, "abc def ghi") == (["REMOVED REMOVED ghi"], 2)

    def test_joins_spans_that_overlap(self):
        removals = [Removal(0, start=0, end=5), Removal(0, start=3, end=7)]

        assert sources(removals, "abc def ghi") == (["REMOVED ghi"], 1)

    def test_passes_over_what_is_not_there(self):
        removals = [
            Removal(9, start=0, end=1),
            Removal(-1, start=0, end=1),
            Removal(0, start=5, end=5),
            Removal(0, start=70, end=90),
            Removal(0, metadata="nothing"),
            Removal(metadata="nothing"),
        ]

        assert sources(removals, "abc") == (["abc"], 0)

    def test_takes_out_metadata_of_cells_and_of_the_notebook(self):
        before = notebook(code("1", metadata={"tags": ["a"], "name": "b"}))

        after = redact(before, [Removal(0, metadata="tags"), Removal(metadata="kernelspec")])

        assert after.document["cells"][0]["metadata"] == {"name": "b"}
        assert "kernelspec" not in after.document["metadata"]
        assert after.count == 2
        assert "kernelspec" in before["metadata"]

    @given(
        st.text(max_size=30),
        st.lists(st.tuples(st.integers(-5, 40), st.integers(-5, 40)), max_size=6),
    )
    def test_never_adds_anything_but_the_placeholder(self, source, spans):
        removals = [Removal(0, start=start, end=end) for start, end in spans]

        ((after,), _count) = sources(removals, source)

        kept = [
            character
            for place, character in enumerate(source)
            if not any(start <= place < end for start, end in spans)
        ]
        assert list(after.replace(PLACEHOLDER, "")) == kept or PLACEHOLDER in source
