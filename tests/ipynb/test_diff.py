"""What people would call it: changed, moved, added, removed, and which words."""

import json
import time

import pytest

from nbcommons_ipynb.diff.comparing import apply, diff
from nbcommons_ipynb.diff.lines import changed_lines, with_lines_changed
from nbcommons_ipynb.diff.model import (
    ABSENT,
    CellStep,
    ChangedLines,
    DoesNotApply,
    FieldChange,
    Kind,
    SameCells,
    SameLines,
    counts_of,
)
from nbcommons_ipynb.diff.sequences import Budget
from nbcommons_ipynb.diff.wire import from_json, to_json
from nbcommons_ipynb.diff.words import changed_spans
from tests.ipynb.builders import code, notebook, text

BOUND_S = 4
LOAD = "import pandas as pd\nlist_of_all = pd.read_csv('suppliers.csv')"
RANK = "ranked = list_of_all.sort_values('days_late', ascending=False)"
DRAW = "ranked.head(20).plot.barh(x='name', y='days_late')"


def steps_of(old, new):
    """Every step as (kind, place here, place there)."""
    return [
        ("same", step.old, step.new, step.count)
        if isinstance(step, SameCells)
        else (step.kind.value, step.old, step.new)
        for step in diff(old, new).steps
    ]


def unnamed(*sources):
    """Cells whose ids tell nothing: each notebook has its own."""
    mark = hash(sources) & 0xFFFF
    return notebook(*(code(source, id=f"{mark}-{n}") for n, source in enumerate(sources)))


class TestCells:
    def test_with_the_same_id_are_the_same_cell_however_much_changed(self):
        old = notebook(code(LOAD, id="a"), code(RANK, id="b"))
        new = notebook(code(LOAD, id="a"), code("something else entirely", id="b"))

        assert steps_of(old, new) == [("same", 0, 0, 1), ("changed", 1, 1)]

    def test_numbered_by_their_place_are_not_believed(self):
        """A cell put in on top gives all below it the ids of their neighbours."""
        old = notebook(*map(code, (LOAD, RANK, DRAW)))
        new = notebook(*map(code, ("print('hello')", LOAD, RANK + "[:9]", DRAW)))

        found = steps_of(old, new)

        assert ("added", None, 0) in found
        assert ("changed", 1, 2) in found
        assert counts_of(diff(old, new)).same + 1 == len(old["cells"])

    def test_without_ids_are_found_by_likeness(self):
        old = unnamed(LOAD, RANK, DRAW)
        new = unnamed(LOAD, RANK.replace("False", "True"), DRAW)

        assert counts_of(diff(old, new)).changed == 1

    def test_that_took_the_place_of_another_are_no_change_of_it(self):
        old = unnamed(LOAD, RANK)
        new = unnamed(LOAD, "%matplotlib inline")

        counts = counts_of(diff(old, new))

        assert (counts.changed, counts.added, counts.removed) == (0, 1, 1)

    def test_that_moved_are_told_as_moved_and_the_rest_as_the_same(self):
        old = unnamed(LOAD, RANK, DRAW, "print('done with all of it')")
        new = unnamed(RANK, DRAW, "print('done with all of it')", LOAD)

        counts = counts_of(diff(old, new))

        assert (counts.moved, counts.changed, counts.same) == (1, 0, 3)

    def test_that_moved_and_changed_are_both(self):
        long = "\n".join(f"step_{number} = work({number})" for number in range(12))
        old = unnamed(long, RANK, DRAW)
        new = unnamed(RANK, DRAW, long.replace("work(7)", "work(8)"))

        (step,) = [s for s in diff(old, new).steps if isinstance(s, CellStep) and s.lines]

        assert step.kind is Kind.MOVED
        assert (step.old, step.new) == (0, 2)

    def test_repeated_keep_their_order(self):
        old = unnamed("df.head()", LOAD, "df.head()", RANK)
        new = unnamed("df.head()", LOAD, "df.head()", RANK, "df.head()")

        counts = counts_of(diff(old, new))

        assert (counts.same, counts.added) == (4, 1)

    def test_blank_ones_never_move(self):
        old = unnamed("", LOAD, RANK)
        new = unnamed(LOAD, RANK, "")

        counts = counts_of(diff(old, new))

        assert (counts.moved, counts.added, counts.removed) == (0, 1, 1)

    def test_with_another_id_alone_count_as_the_same(self):
        counts = counts_of(diff(unnamed(LOAD, RANK), notebook(code(LOAD), code(RANK))))

        assert counts.is_nothing
        assert counts.same == 2

    def test_removed_stand_before_what_came_in_their_place(self):
        assert steps_of(unnamed(LOAD, RANK, DRAW), unnamed(LOAD, "x = 1", DRAW)) == [
            ("changed", 0, 0),  # another id, no more
            ("removed", 1, None),
            ("added", None, 1),
            ("changed", 2, 2),
        ]


class TestFields:
    def test_of_a_cell_are_told_by_their_path(self):
        old = notebook(code(LOAD, id="a", metadata={"tags": ["x"], "name": "n"}))
        new = notebook(code(LOAD, id="a", metadata={"tags": ["x", "y"]}))

        (step,) = diff(old, new).steps

        assert step.lines == ()
        assert step.fields == (
            FieldChange(("metadata", "name"), "n", ABSENT),
            FieldChange(("metadata", "tags"), ["x"], ["x", "y"]),
        )

    def test_say_that_code_became_text(self):
        old, new = notebook(code(LOAD, id="a")), notebook(text(LOAD, id="a"))

        (step,) = diff(old, new).steps

        assert FieldChange(("cell_type",), "code", "markdown") in step.fields

    def test_of_the_notebook_are_told_too(self):
        old = notebook(metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
        new = notebook(
            metadata={"kernelspec": {"name": "ir", "display_name": "P"}, "title": "T"}
        )

        assert diff(old, new).fields == (
            FieldChange(("metadata", "kernelspec", "name"), "python3", "ir"),
            FieldChange(("metadata", "title"), ABSENT, "T"),
        )

    @pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), (0, False), ({}, [])])
    def test_that_python_takes_for_equal_still_differ(self, one, other):
        old, new = notebook(metadata={"k": one}), notebook(metadata={"k": other})

        made = apply(diff(old, new), old)

        assert type(made["metadata"]["k"]) is type(other)


class TestLines:
    def blocks(self, old, new):
        return changed_lines(old, new, Budget(10**6))

    def test_are_paired_with_what_they_became(self):
        old = "a = 1\nb = compute(a, 20)\nc = 3"
        new = "a = 1\ntry:\n    b = compute(a, 5)\nexcept Exception:\n    b = 0\nc = 3"

        first, block, last = self.blocks(old, new)

        assert (first, last) == (SameLines(1), SameLines(1))
        (pair,) = block.pairs
        assert block.old[pair.old] == "b = compute(a, 20)"
        assert block.new[pair.new] == "    b = compute(a, 5)"

    def test_moved_to_the_right_keep_their_partners(self):
        lines = ["x = 1", "", "y = 2", "z = x + y"]
        old = "\n".join(lines)
        new = "\n".join(["if ready:", *(f"    {line}" if line else line for line in lines)])

        pairs = [
            (block.old[pair.old], block.new[pair.new])
            for block in self.blocks(old, new)
            if isinstance(block, ChangedLines)
            for pair in block.pairs
        ]

        assert pairs == [(line, f"    {line}") for line in lines if line]

    @pytest.mark.parametrize(
        ("old", "new"),
        [("", "\n"), ("", "a"), ("a", "a\n"), ("a\n", "a"), ("\n", "\n\n"), ("a\r\nb", "a\nb"),
         ("a\u2028b", "a\nb"), ("x\x0cy", "x\ny")],
    )  # fmt: skip
    def test_ends_and_empty_texts_are_exact(self, old, new):
        assert with_lines_changed(old, self.blocks(old, new)) == new

    @pytest.mark.parametrize("steps", [0, 3, 10, 50])
    @pytest.mark.parametrize(
        ("old", "new"),
        [("a\nb\nc\nd", "a\nx\nc\nd"), ("a\nb", "a\nb\nc"), ("a\nb\n", "b\n"), ("", "a\nb"),
         ("a\nb", ""), ("a\na\na", "a\na"), ("same\nold", "same\nnew"), ("a\n\n\nb", "a\n\nb")],
    )  # fmt: skip
    def test_are_exact_also_when_no_work_is_left(self, old, new, steps):
        blocks = changed_lines(old, new, Budget(steps))

        assert with_lines_changed(old, blocks) == new

    def test_of_another_text_do_not_apply(self):
        blocks = self.blocks("a\nb\nc", "a\nx\nc")

        assert with_lines_changed("a\nz\nc", blocks) is None
        assert with_lines_changed("a\nb", blocks) is None
        assert with_lines_changed("a\nb\nc\nd", blocks) is None


class TestWords:
    def marked(self, old, new):
        spans, new_spans = changed_spans(old, new, Budget(10**6))
        return [old[a:b] for a, b in spans], [new[a:b] for a, b in new_spans]

    def test_that_changed_are_marked_and_no_others(self):
        old, new = 'lookup(hits["name"], timeout=20)', 'lookup(hits["name"], timeout=5)'

        assert self.marked(old, new) == (["20"], ["5"])

    def test_changed_in_a_row_are_marked_as_one(self):
        assert self.marked("the old small house", "the new large house") == (
            ["old small"],
            ["new large"],
        )

    def test_of_scripts_without_spaces_are_single_characters(self):
        assert self.marked("日本語の本", "日本語の紙") == (["本"], ["紙"])

    def test_of_a_very_long_line_are_what_lies_between_its_ends(self):
        line = "x" * 5_000
        assert self.marked(f"{line}1{line}", f"{line}22{line}") == (["1"], ["22"])

    def test_spaces_are_words_too(self):
        assert self.marked("a = 1", "    a = 1") == ([], ["    "])


class TestApply:
    @pytest.mark.parametrize(
        "wrong",
        [
            notebook(code(LOAD)),
            notebook(code(LOAD), code("x = 2"), code(RANK)),
            notebook(code(LOAD), code("x = 1"), code(RANK), code(DRAW)),
            notebook(code(LOAD), code("x = 1"), code("print()")),
            notebook(code(LOAD), code("x = 1"), code(RANK), metadata={}),
        ],
        ids=["fewer", "another removed", "more", "another changed", "other metadata"],
    )
    def test_refuses_a_notebook_that_the_difference_is_not_of(self, wrong):
        old = notebook(code(LOAD), code("x = 1"), code(RANK))
        new = notebook(
            code(LOAD), code(RANK + "[:3]", id="cell-2"), metadata={"title": "T"}
        )  # fmt: skip

        with pytest.raises(DoesNotApply):
            apply(diff(old, new), wrong)

    def test_shares_nothing_that_it_changes(self):
        old = notebook(code(LOAD, metadata={"tags": ["a"]}))
        new = notebook(code(LOAD, metadata={"tags": ["b"]}))
        before = json.dumps(old)

        apply(diff(old, new), old)["cells"][0]["metadata"]["tags2"] = []

        assert json.dumps(old) == before


class TestWire:
    def test_is_short_for_a_small_change_of_a_large_notebook(self):
        cells = [code(f"x_{n} = {n}\n" * 50, id=f"c{n}") for n in range(500)]
        changed = [*cells[:250], {**cells[250], "source": "x = 1"}, *cells[251:]]

        sent = json.dumps(to_json(diff(notebook(*cells), notebook(*changed))))

        assert len(sent) < 3_000

    def test_refuses_another_form(self):
        with pytest.raises(ValueError, match="not known"):
            from_json({**to_json(diff(notebook(), notebook())), "form": 2})


def _cells(sources, mark):
    return notebook(*(code(source, id=f"{mark}{n}") for n, source in enumerate(sources)))


MANY = 5_000
HOSTILE = {
    "blank cells": (_cells([""] * MANY, "a"), _cells([""] * (MANY - 1), "b")),
    "two kinds of cell": (
        _cells(["ab"[n * n % 7 % 2] for n in range(MANY)], "a"),
        _cells(["ab"[n * n % 11 % 2] for n in range(MANY)], "b"),
    ),
    "the other way round": (
        _cells(map(str, range(MANY)), "a"),
        _cells(map(str, reversed(range(MANY))), "a"),
    ),
    "all alike": (
        _cells([f"one two three {n} " * 60 for n in range(MANY)], "a"),
        _cells([f"one two three {n + MANY} " * 60 for n in range(MANY)], "b"),
    ),
    "signs": (_cells(["([{;" * 240 + str(n) for n in range(MANY)], "a"),
              _cells([";}])" * 240 + str(n) for n in range(MANY)], "b")),
    "one line": (_cells(["(a" * 2_000_000], "a"), _cells([")a" * 2_000_000], "a")),
    "empty lines": (_cells(["\n" * 2_400_000], "a"), _cells(["\n" * 2_300_000 + "x"], "a")),
    "two kinds of line": (
        _cells(["\n".join("ab"[n * n % 7 % 2] for n in range(19_000))] * 60, "a"),
        _cells(["\n".join("ab"[n * n % 11 % 2] for n in range(19_000))] * 60, "a"),
    ),
    "wide lines": (_cells(["\n".join("(" * n for n in range(1, 1_990))], "a"),
                   _cells(["\n".join(")" * n for n in range(1, 1_990))], "a")),
}  # fmt: skip


class TestTime:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_is_bounded_for_hostile_notebooks(self, name):
        old, new = HOSTILE[name]
        start = time.process_time()

        difference = diff(old, new)

        assert time.process_time() - start < BOUND_S
        assert apply(difference, old) == new
